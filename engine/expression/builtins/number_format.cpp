#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <string>

#include "engine/expression/builtins/builtins.hpp"
#include "engine/expression/conversion.hpp"

/// Numbers and booleans as text (ECMA-262, 20.3.3 and 21.1.3).
namespace sluice::expression {

namespace {

/// Digits behind the place to round at that decide all but exact halves, and all there can be.
constexpr int some_digits = 25;
constexpr int all_digits = 1'100;

/// Adds one to the last digit of a decimal number.
void count_up(std::string& digits) {
    for (std::size_t i = digits.size(); i-- > 0;) {
        if (digits[i] == '.') continue;
        if (digits[i] != '9') {
            ++digits[i];
            return;
        }
        digits[i] = '0';
    }
    digits.insert(0, "1");
}

/// printf of a positive number by `format`, whose last digits behind `places` are rounded off,
/// halves up: the C library rounds exactly, but halves to even. `tail` gets the exponent.
std::string rounded(Evaluation& evaluation, const char* format, double number, int places,
                    std::string& tail) {
    std::array<char, all_digits + 400> buffer;
    for (const int more : {some_digits, all_digits - places}) {
        if (!evaluation.spend(static_cast<std::uint64_t>(places + more))) return {};
        const int size = std::snprintf(buffer.data(), buffer.size(), format, places + more, number);
        std::string text(buffer.data(), static_cast<std::size_t>(size));
        const std::size_t mark = std::min(text.find('e'), text.size());
        tail = text.substr(mark);
        text.resize(mark);
        const std::size_t cut = text.find('.') + 1 + static_cast<std::size_t>(places);
        const bool half =
            text[cut] == '5' && text.find_first_not_of('0', cut + 1) == std::string::npos;
        if (half && more == some_digits) continue;
        const bool up = text[cut] >= '5';
        text.resize(places == 0 ? cut - 1 : cut);
        if (up) count_up(text);
        return text;
    }
    return {};
}

std::string scientific_text(Evaluation& evaluation, double number, int places, int& exponent) {
    std::string tail;
    std::string text = rounded(evaluation, "%.*e", number, places, tail);
    if (evaluation.failed()) return {};
    std::from_chars(tail.data() + (tail[1] == '+' ? 2 : 1), tail.data() + tail.size(), exponent);
    if (text.starts_with("10")) {  // 9.99 became 10.0
        text = places == 0 ? "1" : "1." + std::string(static_cast<std::size_t>(places), '0');
        ++exponent;
    }
    return text;
}

std::string exponent_text(int exponent) {
    return (exponent < 0 ? "e-" : "e+") + std::to_string(std::abs(exponent));
}

/// The argument as a count of digits; fails when it is out of range.
int digits_of(Evaluation& evaluation, Operand operand, int least, int most) {
    const double wanted = to_integer(evaluation, operand);
    if (wanted >= least && wanted <= most) return static_cast<int>(wanted);
    evaluation.type_error("the number of digits is from " + std::to_string(least) + " to " +
                          std::to_string(most));
    return least;
}

Operand kept(Evaluation& evaluation, double number, std::string text) {
    if (number < 0) text.insert(0, "-");
    return Operand::text(evaluation.keep(text));
}

Operand to_fixed(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    const double number = receiver.as_number();
    const int places = digits_of(evaluation, argument(arguments, 0), 0, 100);
    if (evaluation.failed()) return {};
    if (!(std::abs(number) < 1e21))
        return Operand::text(to_text(evaluation, Operand::number(number)));
    std::string tail;
    std::string text = rounded(evaluation, "%.*f", std::abs(number), places, tail);
    return kept(evaluation, number, std::move(text));
}

Operand to_exponential(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    const double number = receiver.as_number();
    const Operand wanted = argument(arguments, 0);
    if (!std::isfinite(number)) return Operand::text(to_text(evaluation, Operand::number(number)));
    const int places = digits_of(evaluation, wanted, 0, 100);
    if (evaluation.failed()) return {};
    int exponent = 0;
    std::string text;
    if (!wanted.is_undefined()) {
        text = number == 0
                   ? places == 0 ? "0" : "0." + std::string(static_cast<std::size_t>(places), '0')
                   : scientific_text(evaluation, std::abs(number), places, exponent);
    } else {
        std::array<char, 40> buffer;
        const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(),
                                           std::abs(number), std::chars_format::scientific);
        text.assign(buffer.data(), written.ptr);
        const std::size_t mark = text.find('e');
        std::from_chars(text.data() + mark + (text[mark + 1] == '+' ? 2 : 1),
                        text.data() + text.size(), exponent);
        text.resize(mark);
    }
    return kept(evaluation, number, text + exponent_text(exponent));
}

Operand to_precision(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    const double number = receiver.as_number();
    const Operand wanted = argument(arguments, 0);
    if (wanted.is_undefined() || !std::isfinite(number)) {
        return Operand::text(to_text(evaluation, Operand::number(number)));
    }
    const int digits = digits_of(evaluation, wanted, 1, 100);
    if (evaluation.failed()) return {};
    int exponent = 0;
    std::string text = number == 0
                           ? std::string(static_cast<std::size_t>(digits), '0')
                           : scientific_text(evaluation, std::abs(number), digits - 1, exponent);
    if (evaluation.failed()) return {};
    if (exponent < -6 || exponent >= digits)
        return kept(evaluation, number, text + exponent_text(exponent));
    std::erase(text, '.');
    if (exponent < 0) {
        text.insert(0, "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0'));
    } else if (exponent + 1 < digits) {
        text.insert(static_cast<std::size_t>(exponent + 1), ".");
    }
    return kept(evaluation, number, std::move(text));
}

Operand number_to_string(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    const Operand wanted = argument(arguments, 0);
    const double radix = wanted.is_undefined() ? 10 : to_integer(evaluation, wanted);
    if (radix < 2 || radix > 36) return evaluation.type_error("the radix is from 2 to 36");
    if (radix == 10 || !std::isfinite(receiver.as_number()))
        return Operand::text(to_text(evaluation, receiver));
    const double number = receiver.as_number();
    if (number != std::trunc(number) || std::abs(number) > exact_limit) {
        return evaluation.unsupported(
            "only whole numbers up to 2^53 have exact digits in other radices");
    }
    std::array<char, 70> buffer;
    const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(),
                                       static_cast<std::int64_t>(number), static_cast<int>(radix));
    return Operand::text(evaluation.keep({buffer.data(), written.ptr}));
}

Operand value_of(Evaluation&, Operand receiver, Arguments) {
    return receiver;
}

Operand boolean_to_string(Evaluation& evaluation, Operand receiver, Arguments) {
    return Operand::text(to_text(evaluation, receiver));
}

constexpr std::array of_numbers{
    Method{"toFixed", to_fixed, 0, 1},
    Method{"toPrecision", to_precision, 0, 1},
    Method{"toExponential", to_exponential, 0, 1},
    Method{"toString", number_to_string, 0, 1},
    Method{"valueOf", value_of},
};

constexpr std::array of_booleans{
    Method{"toString", boolean_to_string},
    Method{"valueOf", value_of},
};

}  // namespace

std::span<const Method> number_methods() {
    return of_numbers;
}

std::span<const Method> boolean_methods() {
    return of_booleans;
}

}  // namespace sluice::expression
