#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include "engine/expression/builtins/builtins.hpp"
#include "engine/expression/conversion.hpp"
#include "engine/expression/truthiness.hpp"
#include "engine/expression/utf16.hpp"

/// Number, String, Boolean and the global functions on numbers
/// (ECMA-262, 19.2, 20.3.1, 21.1.1, 22.1.1).
namespace sluice::expression {

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

Operand number(Evaluation& evaluation, Arguments arguments) {
    return Operand::number(arguments.empty() ? 0 : to_number(evaluation, arguments[0]));
}

Operand string(Evaluation& evaluation, Arguments arguments) {
    return Operand::text(arguments.empty() ? "" : to_text(evaluation, arguments[0]));
}

Operand boolean(Evaluation&, Arguments arguments) {
    return Operand::boolean(truthy(argument(arguments, 0)));
}

Operand is_finite(Evaluation&, Arguments arguments) {
    const Operand operand = argument(arguments, 0);
    return Operand::boolean(operand.is_number() && std::isfinite(operand.as_number()));
}

Operand is_integer(Evaluation&, Arguments arguments) {
    const Operand operand = argument(arguments, 0);
    return Operand::boolean(operand.is_number() && std::isfinite(operand.as_number()) &&
                            operand.as_number() == std::trunc(operand.as_number()));
}

Operand is_nan(Evaluation& evaluation, Arguments arguments) {
    return Operand::boolean(std::isnan(to_number(evaluation, argument(arguments, 0))));
}

Operand is_exactly_nan(Evaluation&, Arguments arguments) {
    const Operand operand = argument(arguments, 0);
    return Operand::boolean(operand.is_number() && std::isnan(operand.as_number()));
}

Operand is_safe_integer(Evaluation& evaluation, Arguments arguments) {
    return Operand::boolean(is_integer(evaluation, arguments).as_boolean() &&
                            std::abs(argument(arguments, 0).as_number()) < exact_limit);
}

Operand becomes_finite(Evaluation& evaluation, Arguments arguments) {
    return Operand::boolean(std::isfinite(to_number(evaluation, argument(arguments, 0))));
}

/// Takes the sign off.
bool take_minus(std::string_view& text) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    return negative;
}

Operand parse_int(Evaluation& evaluation, Arguments arguments) {
    NumberBuffer buffer;
    std::string_view text = to_text(evaluation, argument(arguments, 0), buffer);
    std::int32_t radix = to_int32(to_number(evaluation, argument(arguments, 1)));
    evaluation.scan(text.size());
    text = trim_start(text);
    const bool negative = take_minus(text);
    if (radix != 0 && (radix < 2 || radix > 36)) return Operand::number(not_a_number);
    if ((radix == 0 || radix == 16) && (text.starts_with("0x") || text.starts_with("0X"))) {
        text.remove_prefix(2);
        radix = 16;
    }
    if (radix == 0) radix = 10;
    const auto end =
        std::ranges::find_if(text, [radix](char digit) { return digit_value(digit) >= radix; });
    const std::string_view digits(text.begin(), end);
    if (digits.empty()) return Operand::number(not_a_number);
    double value = 0;
    if (radix == 10) {
        value = decimal_value(digits);
    } else if (std::has_single_bit(static_cast<std::uint32_t>(radix))) {
        value = binary_value(digits, std::countr_zero(static_cast<std::uint32_t>(radix)));
    } else {
        for (const char digit : digits) value = value * radix + digit_value(digit);
        if (value > exact_limit) {
            return evaluation.unsupported(
                "parseInt is exact beyond 2^53 only in radix 2, 4, 8, 10, 16 and 32");
        }
    }
    return Operand::number(negative ? -value : value);
}

Operand parse_float(Evaluation& evaluation, Arguments arguments) {
    NumberBuffer buffer;
    std::string_view text = to_text(evaluation, argument(arguments, 0), buffer);
    evaluation.scan(text.size());
    text = trim_start(text);
    const bool negative = take_minus(text);
    double value = not_a_number;
    if (text.starts_with("Infinity")) {
        value = std::numeric_limits<double>::infinity();
    } else if (const std::size_t size = decimal_prefix(text); size != 0) {
        value = decimal_value(text.substr(0, size));
    }
    return Operand::number(negative ? -value : value);
}

constexpr std::array table{
    Function{"Number", number, 0, 1},
    Function{"String", string, 0, 1},
    Function{"Boolean", boolean, 0, 1},
    Function{"Number.isFinite", is_finite, 1, 1},
    Function{"Number.isInteger", is_integer, 1, 1},
    Function{"Number.isNaN", is_exactly_nan, 1, 1},
    Function{"Number.isSafeInteger", is_safe_integer, 1, 1},
    Function{"Number.parseInt", parse_int, 1, 2},
    Function{"Number.parseFloat", parse_float, 1, 1},
    Function{"isNaN", is_nan, 1, 1},
    Function{"isFinite", becomes_finite, 1, 1},
    Function{"parseInt", parse_int, 1, 2},
    Function{"parseFloat", parse_float, 1, 1},
};

}  // namespace

std::span<const Function> number_functions() {
    return table;
}

}  // namespace sluice::expression
