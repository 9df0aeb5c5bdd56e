#include "engine/definition/schema_wording.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/model/json_text.hpp"

namespace sluice::definition {

std::size_t code_points(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool is_integer(const Value& value) {
    return value.is_int64() || value.is_uint64() ||
           (value.is_double() && std::isfinite(value.get_double()) &&
            std::trunc(value.get_double()) == value.get_double());
}

std::string_view type_name(const Value& value) {
    constexpr std::array<std::string_view, 8> names{
        "null", "a boolean", "a number", "a number", "a number", "text", "an array", "an object"};
    return names[static_cast<std::size_t>(value.kind())];
}

std::string shortened(const Value& value) {
    constexpr std::size_t longest = 60;
    std::string text = to_json(value);
    if (text.size() > longest) text = text.substr(0, longest) + "...";
    return text;
}

std::string number_text(double number) {
    return std::trunc(number) == number && std::abs(number) < 1e15
               ? std::to_string(static_cast<std::int64_t>(number))
               : to_json(Value(number));
}

std::string amount(std::uint64_t count, std::string_view one, std::string_view many) {
    return std::to_string(count) + ' ' + std::string(count == 1 ? one : many);
}

}  // namespace sluice::definition
