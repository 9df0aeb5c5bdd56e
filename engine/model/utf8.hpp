#pragma once

#include <string>
#include <string_view>

namespace sluice {

/// True for well-formed UTF-8 (RFC 3629 §4): no overlong forms, no surrogates, nothing above
/// U+10FFFF. Only such text may become a JSON string.
[[nodiscard]] bool is_valid_utf8(std::string_view text);

/// Bytes of a header as text: what is not UTF-8 counts as ISO 8859-1 (RFC 9110 §5.5).
[[nodiscard]] std::string utf8_or_latin1(std::string_view bytes);

/// Bytes of anything as text: each longest beginning of a well-formed sequence that is not gone on
/// with, and each other byte that cannot be part of one, becomes U+FFFD (Unicode 15 §3.9, "maximal
/// subparts"; what browsers do).
[[nodiscard]] std::string utf8_or_replacement(std::string bytes);

}  // namespace sluice
