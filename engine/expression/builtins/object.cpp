#include <array>
#include <string>

#include "engine/expression/builders.hpp"
#include "engine/expression/builtins/builtins.hpp"
#include "engine/expression/conversion.hpp"
#include "engine/expression/property.hpp"

/// Object and Array (ECMA-262, 20.1.2, 23.1.2).
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

Operand is_array(Evaluation&, Arguments arguments) {
    return Operand::boolean(argument(arguments, 0).is_array());
}

constexpr std::array table{
    Function{"Object.keys", keys},
    Function{"Object.values", values},
    Function{"Object.entries", entries},
    Function{"Array.isArray", is_array},
};

}  // namespace

std::span<const Function> object_functions() {
    return table;
}

}  // namespace sluice::expression
