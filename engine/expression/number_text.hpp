#pragma once

#include <array>
#include <cstddef>
#include <string_view>

/// Numbers as text and back, as JavaScript writes and reads them.
namespace sluice::expression {

using NumberBuffer = std::array<char, 40>;

/// Number::toString with radix 10 (ECMA-262, 6.1.6.1.20): the shortest digits that read back as the
/// same number.
[[nodiscard]] std::string_view number_text(double number, NumberBuffer& buffer);

/// StringToNumber (ECMA-262, 7.1.4.1.1): spaces around it are ignored, empty is 0, nonsense is NaN.
[[nodiscard]] double number_from_text(std::string_view text);

/// How many bytes at the beginning of `text` are an unsigned decimal literal; 0 when it begins
/// otherwise.
[[nodiscard]] std::size_t decimal_prefix(std::string_view text);
/// The value of a whole unsigned decimal literal, correctly rounded.
[[nodiscard]] double decimal_value(std::string_view literal);
/// The value of digits of 2^`bits` (1 to 5 bits), correctly rounded. The digits are valid.
[[nodiscard]] double binary_value(std::string_view digits, int bits);
/// The value of a digit in radices up to 36, or 36.
[[nodiscard]] int digit_value(char character);

}  // namespace sluice::expression
