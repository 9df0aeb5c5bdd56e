#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::nodes {

/// How bytes stand in a text.
enum class ByteNotation : std::uint8_t { text, base64, base64url, hex, percent };
inline constexpr std::array<std::string_view, 5> byte_notations{"text", "base64", "base64url",
                                                                "hex", "percent"};

/// base64 (RFC 4648 §4, with padding), base64url (§5, without), hexadecimal in lower case, or
/// percent-encoding of all but unreserved characters (RFC 3986 §2.1); as `text` the bytes as they
/// are.
[[nodiscard]] std::string write_bytes(std::string_view bytes, ByteNotation notation);

/// The bytes; nullopt for what is not written so. base64url is taken with and without padding,
/// hexadecimal in either case.
[[nodiscard]] std::optional<std::string> read_bytes(std::string_view text, ByteNotation notation);

}  // namespace sluice::nodes
