#include <array>
#include <cmath>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/expression/builders.hpp"
#include "engine/expression/builtins/builtins.hpp"
#include "engine/expression/conversion.hpp"
#include "engine/expression/property.hpp"

/// The functions that make arrays, and text of numbers (ECMA-262, 20.1.2.13, 22.1.2 and 23.1.2).
namespace sluice::expression {

namespace {

Operand is_array(Evaluation&, Arguments arguments) {
    return Operand::boolean(argument(arguments, 0).is_array());
}

Operand of(Evaluation& evaluation, Arguments arguments) {
    ListBuilder list(evaluation, arguments.size());
    for (const Operand& element : arguments) list.add(element);
    return list.finish();
}

/// Calls `visit(element)` for each element of what iterates or has a length.
template <typename Visit>
void for_each_element(Evaluation& evaluation, Operand source, Visit&& visit) {
    if (source.is_string()) return for_each_character(evaluation, source.as_text(), visit);
    if (source.is_array()) {
        const Elements elements(source);
        for (std::size_t i = 0; i < elements.size() && evaluation.spend(1); ++i) visit(elements[i]);
        return;
    }
    if (!source.is_object()) return;
    const double length = to_integer(evaluation, read_property(evaluation, source, "length"));
    for (double i = 0; i < length && evaluation.spend(1); ++i) {
        NumberBuffer buffer;
        visit(read_property(evaluation, source, number_text(i, buffer)));
    }
}

Operand from(Evaluation& evaluation, Arguments arguments) {
    const Operand source = argument(arguments, 0);
    const Operand function = argument(arguments, 1);
    if (source.is_nullish())
        return evaluation.type_error("an array cannot be made from " +
                                     std::string(describe(source)));
    if (!function.is_undefined() && !function.is(Kind::function)) {
        return evaluation.type_error("a function is expected, but this is " +
                                     std::string(describe(function)) + ",");
    }
    ListBuilder list(evaluation, 0);
    double index = 0;
    for_each_element(evaluation, source, [&](Operand element) {
        const std::array given{element, Operand::number(index++)};
        list.add(function.is_undefined() ? element : evaluation.call(function, given));
    });
    return list.finish();
}

/// Object.groupBy: the names of groups in the order of their first elements, each with a list.
Operand group_by(Evaluation& evaluation, Arguments arguments) {
    const Operand source = argument(arguments, 0);
    const Operand function = argument(arguments, 1);
    if ((!source.is_array() && !source.is_string()) || !function.is(Kind::function)) {
        return evaluation.type_error("Object.groupBy wants an array and a function",
                                     "write Object.groupBy(array, item => item.kind)");
    }
    std::deque<ListBuilder> groups;
    std::vector<std::string_view> names;
    std::unordered_map<std::string_view, std::size_t> places;
    double index = 0;
    for_each_element(evaluation, source, [&](Operand element) {
        const std::array given{element, Operand::number(index++)};
        const std::string_view name = to_text(evaluation, evaluation.call(function, given));
        if (evaluation.failed()) return;
        const auto [place, added] = places.try_emplace(name, groups.size());
        if (added) {
            if (!evaluation.spend(10) || !evaluation.count_bytes(sizeof(ListBuilder) * 2)) return;
            groups.emplace_back(evaluation, 0);
            names.push_back(name);
        }
        groups[place->second].add(element);
    });
    RecordBuilder record(evaluation, groups.size());
    record.make_bare();
    for (std::size_t i = 0; i < groups.size(); ++i) record.set(names[i], groups[i].finish());
    return record.finish();
}

/// Text from UTF-16 units or from whole characters.
Operand from_codes(Evaluation& evaluation, Arguments arguments, bool whole) {
    std::string text;
    char32_t first_half = 0;
    for (const Operand& operand : arguments) {
        if (!evaluation.spend(1)) return {};
        const double number = to_number(evaluation, operand);
        if (whole && !(number >= 0 && number <= 0x10FFFF && number == std::trunc(number)))
            return evaluation.type_error("a character has a number from 0 to 0x10FFFF");
        auto unit = static_cast<char32_t>(whole ? number : to_uint32(number) & 0xFFFF);
        const bool second_half = unit >= 0xDC00 && unit < 0xE000;
        if (second_half && first_half != 0) {
            unit = 0x10000 + ((first_half - 0xD800) << 10) + (unit - 0xDC00);
            first_half = 0;
        } else if (first_half != 0 || second_half) {
            refuse_half_character(evaluation);
            return {};
        } else if (unit >= 0xD800 && unit < 0xDC00) {
            first_half = unit;
            continue;
        }
        encode_utf8(unit, text);
    }
    if (first_half != 0) refuse_half_character(evaluation);
    return Operand::text(evaluation.keep(text));
}

Operand from_char_code(Evaluation& evaluation, Arguments arguments) {
    return from_codes(evaluation, arguments, false);
}

Operand from_code_point(Evaluation& evaluation, Arguments arguments) {
    return from_codes(evaluation, arguments, true);
}

constexpr std::array table{
    Function{"Array.isArray", is_array, 1, 1},
    Function{"Array.of", of, 0, Method::unlimited, gives_list},
    Function{"Array.from", from, 1, 2, gives_list | takes_iterator, 2},
    Function{"Object.groupBy", group_by, 2, 2, takes_iterator, 2},
    Function{"String.fromCharCode", from_char_code, 0, Method::unlimited},
    Function{"String.fromCodePoint", from_code_point, 0, Method::unlimited},
};

}  // namespace

std::span<const Function> array_functions() {
    return table;
}

}  // namespace sluice::expression
