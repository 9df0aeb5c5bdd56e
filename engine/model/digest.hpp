#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice {

/// MD5 and SHA-1 are here for services that ask for them: they protect nothing any more.
enum class DigestAlgorithm : std::uint8_t { sha256, sha512, sha1, md5 };

/// The digest of `bytes`, as bytes, by OpenSSL. Throws std::runtime_error when OpenSSL does not
/// have the algorithm.
[[nodiscard]] std::string digest_of(DigestAlgorithm algorithm, std::string_view bytes);

/// HMAC (RFC 2104) of `bytes` with `key`, as bytes; throws as `digest_of`.
[[nodiscard]] std::string hmac_of(DigestAlgorithm algorithm, std::string_view key,
                                  std::string_view bytes);

/// Whether two texts are the same, in a time that depends on their sizes only.
[[nodiscard]] bool equal_in_constant_time(std::string_view left, std::string_view right);

}  // namespace sluice
