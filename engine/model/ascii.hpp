#pragma once

#include <algorithm>
#include <string_view>

namespace sluice {

/// The lower case of an ASCII letter; any other byte as it is, whatever the locale.
[[nodiscard]] constexpr char ascii_lower(char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a')
                                                : character;
}

/// Compares as the names of HTTP headers and schemes are compared: ASCII letters are equal in
/// either case (RFC 9110 §5.1, RFC 3986 §3.1).
[[nodiscard]] constexpr bool equal_ignoring_case(std::string_view left, std::string_view right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char one, char other) { return ascii_lower(one) == ascii_lower(other); });
}

}  // namespace sluice
