#include "engine/model/digest.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <stdexcept>

#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace sluice {
namespace {

const char* name_of(DigestAlgorithm algorithm) {
    constexpr std::array<const char*, 4> names{"SHA256", "SHA512", "SHA1", "MD5"};
    return names[static_cast<std::size_t>(algorithm)];
}

[[noreturn]] void missing(DigestAlgorithm algorithm) {
    throw std::runtime_error(std::string("OpenSSL cannot compute ") + name_of(algorithm));
}

}  // namespace

std::string digest_of(DigestAlgorithm algorithm, std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    std::size_t size = 0;
    if (EVP_Q_digest(nullptr, name_of(algorithm), nullptr, bytes.data(), bytes.size(),
                     digest.data(), &size) != 1)
        missing(algorithm);
    return {reinterpret_cast<const char*>(digest.data()), size};
}

std::string hmac_of(DigestAlgorithm algorithm, std::string_view key, std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> code{};
    std::size_t size = 0;
    // OpenSSL takes a key without data for one that was set before.
    const void* const key_data = key.empty() ? "" : key.data();
    if (EVP_Q_mac(nullptr, "HMAC", nullptr, name_of(algorithm), nullptr, key_data, key.size(),
                  reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), code.data(),
                  code.size(), &size) == nullptr)
        missing(algorithm);
    return {reinterpret_cast<const char*>(code.data()), size};
}

bool equal_in_constant_time(std::string_view left, std::string_view right) {
    return left.size() == right.size() &&
           CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace sluice
