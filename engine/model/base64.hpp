#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sluice {

/// Base64 with the standard alphabet and padding, without line breaks (RFC 4648 §4).
[[nodiscard]] std::string base64_encode(std::string_view bytes);

/// The bytes of canonical base64. Nullopt for anything else: foreign characters, missing padding,
/// bits that stand for nothing (RFC 4648 §3.5).
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);

}  // namespace sluice
