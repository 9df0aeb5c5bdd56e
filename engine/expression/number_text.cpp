#include "engine/expression/number_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

#include "engine/expression/utf16.hpp"

namespace sluice::expression {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

bool is_digit(char character) {
    return character >= '0' && character <= '9';
}

/// Puts a decimal point and an exponent to shortest digits d.ddd × 10^exponent.
std::string_view lay_out(bool negative, std::string_view digits, int exponent,
                         NumberBuffer& buffer) {
    char* out = buffer.data();
    const auto put = [&out](std::string_view text) {
        out = std::copy(text.begin(), text.end(), out);
    };
    const auto zeros = [&out](int count) { out = std::fill_n(out, count, '0'); };
    if (negative) put("-");
    const int count = static_cast<int>(digits.size());
    const int point = exponent + 1;  // digits before the point; "n" of the specification
    if (point >= count && point <= 21) {
        put(digits);
        zeros(point - count);
    } else if (point > 0 && point <= 21) {
        put(digits.substr(0, static_cast<std::size_t>(point)));
        put(".");
        put(digits.substr(static_cast<std::size_t>(point)));
    } else if (point > -6 && point <= 0) {
        put("0.");
        zeros(-point);
        put(digits);
    } else {
        put(digits.substr(0, 1));
        if (count > 1) {
            put(".");
            put(digits.substr(1));
        }
        put(exponent < 0 ? "e-" : "e+");
        out = std::to_chars(out, buffer.data() + buffer.size(), std::abs(exponent)).ptr;
    }
    return {buffer.data(), out};
}

}  // namespace

std::string_view number_text(double number, NumberBuffer& buffer) {
    if (std::isnan(number)) return "NaN";
    if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
    if (number == 0) return "0";
    char* const begin = buffer.data();
    char* const end = begin + buffer.size();
    if (std::abs(number) < 9007199254740992.0 && number == std::trunc(number)) {
        return {begin, std::to_chars(begin, end, static_cast<std::int64_t>(number)).ptr};
    }
    NumberBuffer scientific;
    const char* const last = std::to_chars(scientific.data(), scientific.data() + scientific.size(),
                                           std::abs(number), std::chars_format::scientific)
                                 .ptr;
    const char* const mark = std::find(scientific.data(), const_cast<char*>(last), 'e');
    int exponent = 0;
    std::from_chars(mark + (mark[1] == '+' ? 2 : 1), last, exponent);
    std::array<char, 20> digits;
    const char* const digits_end =
        std::copy_if(static_cast<const char*>(scientific.data()), mark, digits.data(), is_digit);
    return lay_out(number < 0, {digits.data(), digits_end}, exponent, buffer);
}

std::size_t decimal_prefix(std::string_view text) {
    std::size_t position = 0;
    const auto digits = [&] {
        const std::size_t begin = position;
        while (position < text.size() && is_digit(text[position])) ++position;
        return position - begin;
    };
    std::size_t count = digits();
    if (position < text.size() && text[position] == '.') {
        ++position;
        count += digits();
    }
    if (count == 0) return 0;
    const std::size_t mantissa = position;
    if (position < text.size() && (text[position] == 'e' || text[position] == 'E')) {
        ++position;
        if (position < text.size() && (text[position] == '+' || text[position] == '-')) ++position;
        if (digits() == 0) return mantissa;
    }
    return position;
}

double decimal_value(std::string_view literal) {
    double value = 0;
    const auto [end, error] =
        std::from_chars(literal.data(), literal.data() + literal.size(), value);
    if (error != std::errc::result_out_of_range) return value;
    // Too large or too small for a double: the power of ten of the first digit other than 0 says
    // which.
    const std::size_t mark = std::min(literal.find_first_of("eE"), literal.size());
    const std::string_view mantissa = literal.substr(0, mark);
    const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
    const std::size_t first = mantissa.find_first_not_of("0.");
    if (first == std::string_view::npos) return 0;
    const auto magnitude = static_cast<double>(point) - static_cast<double>(first);
    double exponent = 0;
    for (const char character : literal.substr(mark)) {
        if (is_digit(character)) exponent = exponent * 10 + (character - '0');
    }
    if (mark + 1 < literal.size() && literal[mark + 1] == '-') exponent = -exponent;
    return magnitude + exponent > 0 ? infinity : 0;
}

int digit_value(char character) {
    if (is_digit(character)) return character - '0';
    if (character >= 'a' && character <= 'z') return character - 'a' + 10;
    if (character >= 'A' && character <= 'Z') return character - 'A' + 10;
    return 36;
}

double binary_value(std::string_view digits, int bits) {
    // 64 bits with a sticky last one round to 53 as the whole number would.
    std::uint64_t mantissa = 0;
    bool sticky = false;
    int exponent = 0;
    for (const char character : digits) {
        const int digit = digit_value(character);
        for (int bit = bits - 1; bit >= 0; --bit) {
            const bool set = (digit >> bit & 1) != 0;
            if (mantissa >> 63 != 0) {
                sticky = sticky || set;
                exponent = std::min(exponent + 1, 4096);
            } else {
                mantissa = mantissa << 1 | static_cast<std::uint64_t>(set);
            }
        }
    }
    if (sticky) mantissa |= 1;
    return std::ldexp(static_cast<double>(mantissa), exponent);
}

double number_from_text(std::string_view text) {
    text = trim_end(trim_start(text));
    if (text.empty()) return 0;
    if (text.size() > 2 && text[0] == '0') {
        const char mark = static_cast<char>(text[1] | 0x20);
        const int bits = mark == 'x' ? 4 : mark == 'o' ? 3 : mark == 'b' ? 1 : 0;
        if (bits != 0) {
            const std::string_view digits = text.substr(2);
            const bool valid = std::all_of(digits.begin(), digits.end(), [bits](char character) {
                return digit_value(character) < 1 << bits;
            });
            return valid ? binary_value(digits, bits) : not_a_number;
        }
    }
    const bool negative = text[0] == '-';
    if (negative || text[0] == '+') text.remove_prefix(1);
    double value = not_a_number;
    if (text == "Infinity") {
        value = infinity;
    } else if (!text.empty() && decimal_prefix(text) == text.size()) {
        value = decimal_value(text);
    }
    return negative ? -value : value;
}

}  // namespace sluice::expression
