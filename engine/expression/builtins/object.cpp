#include <array>
#include <cmath>
#include <string>

#include "engine/expression/builders.hpp"
#include "engine/expression/builtins/builtins.hpp"
#include "engine/expression/builtins/string_units.hpp"
#include "engine/expression/conversion.hpp"
#include "engine/expression/operators.hpp"
#include "engine/expression/property.hpp"

/// Object (ECMA-262, 20.1.2 and 20.1.3).
namespace sluice::expression {

namespace {

/// The list of what `make(name, value)` gives for each own field.
template <typename Make>
Operand list_of_own(Evaluation& evaluation, Arguments arguments, Make&& make) {
    const Operand object = argument(arguments, 0);
    if (object.is_nullish()) {
        return evaluation.type_error(std::string(describe(object)) + " has no keys",
                                     "write Object.keys(value ?? {})");
    }
    ListBuilder list(evaluation, 0);
    for_each_own(evaluation, object,
                 [&](std::string_view name, Operand value) { list.add(make(name, value)); });
    return list.finish();
}

Operand keys(Evaluation& evaluation, Arguments arguments) {
    return list_of_own(evaluation, arguments,
                       [](std::string_view name, Operand) { return Operand::text(name); });
}

Operand values(Evaluation& evaluation, Arguments arguments) {
    return list_of_own(evaluation, arguments,
                       [](std::string_view, Operand value) { return value; });
}

Operand entries(Evaluation& evaluation, Arguments arguments) {
    return list_of_own(evaluation, arguments, [&evaluation](std::string_view name, Operand value) {
        ListBuilder entry(evaluation, 2);
        entry.add(Operand::text(name));
        entry.add(value);
        return entry.finish();
    });
}

/// Reads entries such as [["a", 1]] one after the other.
Operand from_entries(Evaluation& evaluation, Arguments arguments) {
    const Operand source = argument(arguments, 0);
    if (!source.is_array()) {
        return evaluation.type_error(
            "entries are expected, but this is " + std::string(describe(source)) + ",",
            "as Object.entries and map make them");
    }
    const Elements elements(source);
    RecordBuilder record(evaluation, elements.size());
    for (std::size_t i = 0; i < elements.size() && evaluation.spend(1); ++i) {
        const Operand entry = elements[i];
        if (!entry.is_reference()) {
            return evaluation.type_error(
                "an entry is an array of a name and a value, but this is " +
                std::string(describe(entry)) + ",");
        }
        const Operand name = read_property(evaluation, entry, "0");
        const Operand value = read_property(evaluation, entry, "1");
        record.set(to_text(evaluation, name), value);
    }
    return record.finish();
}

/// What assigning to the inherited `__proto__` does: JavaScript ignores values that are no objects.
void set_prototype(Evaluation& evaluation, Operand value) {
    if (value.is_reference() || value.is(Kind::null))
        evaluation.unsupported("assigning a member `__proto__` sets a prototype in JavaScript",
                               "spread the object instead: {...object}");
}

/// The first argument is an object literal: a new object is the same.
Operand assign(Evaluation& evaluation, Arguments arguments) {
    std::size_t fields = 0;
    for (const Operand& operand : arguments) {
        for_each_own(evaluation, operand, [&](std::string_view, Operand) { ++fields; });
    }
    RecordBuilder record(evaluation, fields);
    bool own_prototype = false;  // a member of that name, which hides the one that is inherited
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        for_each_own(evaluation, arguments[i], [&](std::string_view name, Operand value) {
            if (name == "__proto__" && i == 0) own_prototype = true;
            if (name == "__proto__" && !own_prototype) return set_prototype(evaluation, value);
            record.set(name, value);
        });
    }
    return record.finish();
}

/// SameValue.
Operand is(Evaluation& evaluation, Arguments arguments) {
    const Operand left = argument(arguments, 0);
    const Operand right = argument(arguments, 1);
    if (left.is_number() && right.is_number() && left.as_number() == 0 && right.as_number() == 0)
        return Operand::boolean(std::signbit(left.as_number()) == std::signbit(right.as_number()));
    return Operand::boolean(same_value_zero(evaluation, left, right));
}

Operand has(Evaluation& evaluation, Operand object, Operand key) {
    NumberBuffer buffer;
    const std::string_view name = to_text(evaluation, key, buffer);
    if (evaluation.failed()) return {};
    if (object.is_object())
        return Operand::boolean(find_field(evaluation, object, name).has_value());
    if (object.is_array() || object.is_string()) {
        if (name == "length") return Operand::boolean(true);
        if (object.is(Kind::list) && object.as_list().match != nullptr)
            return evaluation.unsupported("the keys of a match are not available");
        const auto index = array_index(name);
        if (!index) return Operand::boolean(false);
        if (object.is_array()) return Operand::boolean(*index < Elements(object).size());
        return Operand::boolean(*index < StringUnits(evaluation, object.as_text()).length());
    }
    return Operand::boolean(false);
}

Operand has_own(Evaluation& evaluation, Arguments arguments) {
    const Operand object = argument(arguments, 0);
    if (object.is_nullish())
        return evaluation.type_error(std::string(describe(object)) + " has no keys");
    return has(evaluation, object, argument(arguments, 1));
}

Operand has_own_property(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    return has(evaluation, receiver, argument(arguments, 0));
}

Operand object_to_string(Evaluation& evaluation, Operand receiver, Arguments) {
    return Operand::text(to_text(evaluation, receiver));
}

constexpr std::array table{
    Function{"Object.keys", keys, 1, 1, gives_list},
    Function{"Object.values", values, 1, 1, gives_list},
    Function{"Object.entries", entries, 1, 1, gives_list},
    Function{"Object.fromEntries", from_entries, 1, 1, takes_iterator},
    Function{"Object.assign", assign, 1, Method::unlimited, changes_first},
    Function{"Object.is", is, 2, 2},
    Function{"Object.hasOwn", has_own, 2, 2},
};

constexpr std::array methods{
    Method{"hasOwnProperty", has_own_property, 1, 1},
    Method{"toString", object_to_string},
};

}  // namespace

std::span<const Function> object_functions() {
    return table;
}

std::span<const Method> object_methods() {
    return methods;
}

}  // namespace sluice::expression
