#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// JavaScript's strings are UTF-16, ours are UTF-8. What JavaScript counts in UTF-16 units is
/// counted so here.
namespace sluice::expression {

[[nodiscard]] bool is_ascii(std::string_view text);
[[nodiscard]] std::size_t utf16_length(std::string_view text);

struct UnitPosition {
    std::size_t byte;     ///< where the unit begins; the next character when it is inside of one
    bool inside = false;  ///< the unit is the second half of a surrogate pair
};
/// The place of the UTF-16 unit with this index; the end when there is none.
[[nodiscard]] UnitPosition position_of_unit(std::string_view text, std::size_t unit);

/// Below, equal or above zero by UTF-16 units, as JavaScript compares strings.
[[nodiscard]] int compare_utf16(std::string_view left, std::string_view right);

/// The character at `position`, which moves behind it. Invalid bytes become U+FFFD one by one.
[[nodiscard]] char32_t decode_utf8(std::string_view text, std::size_t& position);
void encode_utf8(char32_t character, std::string& text);

/// WhiteSpace and LineTerminator of ECMA-262, 12.2 and 12.3.
[[nodiscard]] bool is_space(char32_t character);
[[nodiscard]] std::string_view trim_start(std::string_view text);
[[nodiscard]] std::string_view trim_end(std::string_view text);

}  // namespace sluice::expression
