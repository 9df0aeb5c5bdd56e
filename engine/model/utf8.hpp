#pragma once

#include <string_view>

namespace sluice {

/// True for well-formed UTF-8 (RFC 3629 §4): no overlong forms, no surrogates, nothing above
/// U+10FFFF. Only such text may become a JSON string.
[[nodiscard]] bool is_valid_utf8(std::string_view text);

}  // namespace sluice
