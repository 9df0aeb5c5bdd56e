#include "engine/definition/plain_scalar.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace sluice::definition {

namespace {

bool one_of(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::ranges::find(words, text) != words.end();
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::string_view take_digits(std::string_view& text) {
    std::size_t length = 0;
    while (length < text.size() && is_digit(text[length])) ++length;
    const auto digits = text.substr(0, length);
    text.remove_prefix(length);
    return digits;
}

struct NumberShape {
    bool number = false;
    bool integer = false;
};

/// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
NumberShape shape_of(std::string_view text) {
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
    NumberShape shape{.number = false, .integer = true};
    const bool whole = !take_digits(text).empty();
    if (!text.empty() && text.front() == '.') {
        shape.integer = false;
        text.remove_prefix(1);
        if (take_digits(text).empty() && !whole) return {};
    } else if (!whole) {
        return {};
    }
    if (!text.empty() && (text.front() == 'e' || text.front() == 'E')) {
        shape.integer = false;
        text.remove_prefix(1);
        if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
        if (take_digits(text).empty()) return {};
    }
    shape.number = text.empty();
    return shape;
}

std::optional<Value> floating(std::string_view text) {
    if (!text.empty() && text.front() == '+') text.remove_prefix(1);
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc::result_out_of_range) {
        // Too small is zero, too large is nothing that JSON has.
        if (text.find("e-") == std::string_view::npos && text.find("E-") == std::string_view::npos)
            return std::nullopt;
        return Value(0.0);
    }
    return Value(number);
}

std::optional<Value> integer(std::string_view text) {
    const std::string_view digits = text.front() == '+' ? text.substr(1) : text;
    std::int64_t number = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), number).ec == std::errc{})
        return Value(number);
    std::uint64_t large = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), large).ec == std::errc{})
        return Value(large);
    return floating(text);
}

/// `0o14`, `0xC`; nullopt when the text is neither, or does not fit 64 bits.
std::optional<Value> based_integer(std::string_view text) {
    if (text.size() < 3 || text[0] != '0' || (text[1] != 'o' && text[1] != 'x'))
        return std::nullopt;
    const auto digits = text.substr(2);
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number,
                                              text[1] == 'o' ? 8 : 16);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    if (number <= static_cast<std::uint64_t>(INT64_MAX))
        return Value(static_cast<std::int64_t>(number));
    return Value(number);
}

}  // namespace

std::optional<Value> plain_scalar(std::string_view text) {
    if (text.empty() || one_of(text, {"null", "Null", "NULL", "~"})) return Value(nullptr);
    if (one_of(text, {"true", "True", "TRUE"})) return Value(true);
    if (one_of(text, {"false", "False", "FALSE"})) return Value(false);
    if (auto number = based_integer(text)) return number;
    if (const auto shape = shape_of(text); shape.number)
        return shape.integer ? integer(text) : floating(text);
    const bool sign = text.front() == '-' || text.front() == '+';
    if (one_of(sign ? text.substr(1) : text, {".inf", ".Inf", ".INF"})) return std::nullopt;
    if (one_of(text, {".nan", ".NaN", ".NAN"})) return std::nullopt;
    return Value(boost::json::string_view(text.data(), text.size()));
}

}  // namespace sluice::definition
