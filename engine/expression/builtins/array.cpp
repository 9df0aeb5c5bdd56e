#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "engine/expression/builders.hpp"
#include "engine/expression/builtins/builtins.hpp"
#include "engine/expression/builtins/string_units.hpp"
#include "engine/expression/conversion.hpp"
#include "engine/expression/operators.hpp"
#include "engine/expression/truthiness.hpp"

/// The methods of arrays that change nothing (ECMA-262, 23.1.3).
namespace sluice::expression {

namespace {

/// Calls the function for each element until `visit(index, element, result)` is false.
template <typename Visit>
void for_each_result(Evaluation& evaluation, Operand array, Arguments arguments, Visit&& visit) {
    const Operand function = argument(arguments, 0);
    if (!function.is(Kind::function)) {
        evaluation.type_error(
            "a function is expected, but this is " + std::string(describe(function)) + ",",
            "write it here, as in array.map(item => item.id)");
        return;
    }
    const Elements elements(array);
    for (std::size_t i = 0; i < elements.size(); ++i) {
        const Operand element = elements[i];
        const std::array<Operand, 3> given{element, Operand::number(static_cast<double>(i)), array};
        const Operand result = evaluation.call(function, given);
        if (evaluation.failed() || !visit(i, element, result)) return;
    }
}

Operand map(Evaluation& evaluation, Operand array, Arguments arguments) {
    ListBuilder list(evaluation, Elements(array).size());
    for_each_result(evaluation, array, arguments, [&](std::size_t, Operand, Operand result) {
        list.add(result);
        return true;
    });
    return list.finish();
}

Operand filter(Evaluation& evaluation, Operand array, Arguments arguments) {
    ListBuilder list(evaluation, 0);
    for_each_result(evaluation, array, arguments,
                    [&](std::size_t, Operand element, Operand result) {
                        if (truthy(result)) list.add(element);
                        return true;
                    });
    return list.finish();
}

Operand find(Evaluation& evaluation, Operand array, Arguments arguments) {
    Operand found;
    for_each_result(evaluation, array, arguments,
                    [&](std::size_t, Operand element, Operand result) {
                        if (truthy(result)) found = element;
                        return !truthy(result);
                    });
    return found;
}

Operand find_index(Evaluation& evaluation, Operand array, Arguments arguments) {
    double found = -1;
    for_each_result(evaluation, array, arguments, [&](std::size_t index, Operand, Operand result) {
        if (truthy(result)) found = static_cast<double>(index);
        return !truthy(result);
    });
    return Operand::number(found);
}

Operand some(Evaluation& evaluation, Operand array, Arguments arguments) {
    bool found = false;
    for_each_result(evaluation, array, arguments, [&](std::size_t, Operand, Operand result) {
        found = truthy(result);
        return !found;
    });
    return Operand::boolean(found);
}

Operand every(Evaluation& evaluation, Operand array, Arguments arguments) {
    bool all = true;
    for_each_result(evaluation, array, arguments, [&](std::size_t, Operand, Operand result) {
        all = truthy(result);
        return all;
    });
    return Operand::boolean(all);
}

Operand reduce(Evaluation& evaluation, Operand array, Arguments arguments) {
    const Operand function = argument(arguments, 0);
    if (!function.is(Kind::function)) {
        return evaluation.type_error(
            "a function is expected, but this is " + std::string(describe(function)) + ",",
            "write it here, as in array.reduce((sum, item) => sum + item, 0)");
    }
    const Elements elements(array);
    std::size_t i = 0;
    Operand result = argument(arguments, 1);
    if (arguments.size() < 2) {
        if (elements.size() == 0) {
            return evaluation.type_error(
                "an empty array without an initial value cannot be reduced",
                "give the initial value as the second argument");
        }
        result = elements[i++];
    }
    for (; i < elements.size() && !evaluation.failed(); ++i) {
        const std::array<Operand, 4> given{result, elements[i],
                                           Operand::number(static_cast<double>(i)), array};
        result = evaluation.call(function, given);
    }
    return result;
}

/// The first element from `from` that `equal` says yes to; the size when there is none.
template <typename Equal>
std::size_t search(Evaluation& evaluation, Operand array, Arguments arguments, Equal&& equal) {
    const Elements elements(array);
    std::size_t i = relative_position(evaluation, argument(arguments, 1), elements.size(), 0);
    if (!evaluation.scan((elements.size() - i) * sizeof(Operand))) return elements.size();
    const Operand wanted = argument(arguments, 0);
    while (i < elements.size() && !equal(evaluation, elements[i], wanted)) ++i;
    return i;
}

Operand includes(Evaluation& evaluation, Operand array, Arguments arguments) {
    return Operand::boolean(search(evaluation, array, arguments, same_value_zero) <
                            Elements(array).size());
}

Operand index_of(Evaluation& evaluation, Operand array, Arguments arguments) {
    const std::size_t found = search(evaluation, array, arguments, strictly_equal);
    return Operand::number(found < Elements(array).size() ? static_cast<double>(found) : -1);
}

Operand join_elements(Evaluation& evaluation, Operand array, Arguments arguments) {
    const Operand separator = argument(arguments, 0);
    return Operand::text(
        join(evaluation, array, separator.is_undefined() ? "," : to_text(evaluation, separator)));
}

void add_range(Evaluation& evaluation, ListBuilder& list, const Elements& elements,
               std::size_t begin, std::size_t end) {
    if (begin < end && !evaluation.scan((end - begin) * sizeof(Operand))) return;
    for (std::size_t i = begin; i < end; ++i) list.add(elements[i]);
}

Operand slice(Evaluation& evaluation, Operand array, Arguments arguments) {
    const Elements elements(array);
    const std::size_t begin =
        relative_position(evaluation, argument(arguments, 0), elements.size(), 0);
    const std::size_t end =
        relative_position(evaluation, argument(arguments, 1), elements.size(), elements.size());
    ListBuilder list(evaluation, end > begin ? end - begin : 0);
    add_range(evaluation, list, elements, begin, end);
    return list.finish();
}

Operand concat(Evaluation& evaluation, Operand array, Arguments arguments) {
    ListBuilder list(evaluation, Elements(array).size() + arguments.size());
    add_range(evaluation, list, Elements(array), 0, Elements(array).size());
    for (const Operand& operand : arguments) {
        if (operand.is_array()) {
            add_range(evaluation, list, Elements(operand), 0, Elements(operand).size());
        } else {
            list.add(operand);
        }
    }
    return list.finish();
}

void flatten(Evaluation& evaluation, ListBuilder& list, Operand array, double depth) {
    const Elements elements(array);
    for (std::size_t i = 0; i < elements.size() && evaluation.spend(1); ++i) {
        const Operand element = elements[i];
        if (element.is_array() && depth >= 1) {
            flatten(evaluation, list, element, depth - 1);
        } else {
            list.add(element);
        }
    }
}

Operand flat(Evaluation& evaluation, Operand array, Arguments arguments) {
    const Operand depth = argument(arguments, 0);
    ListBuilder list(evaluation, Elements(array).size());
    flatten(evaluation, list, array, depth.is_undefined() ? 1 : to_integer(evaluation, depth));
    return list.finish();
}

Operand to_reversed(Evaluation& evaluation, Operand array, Arguments) {
    const Elements elements(array);
    ListBuilder list(evaluation, elements.size());
    if (!evaluation.scan(elements.size() * sizeof(Operand))) return {};
    for (std::size_t i = elements.size(); i-- > 0;) list.add(elements[i]);
    return list.finish();
}

Operand at(Evaluation& evaluation, Operand array, Arguments arguments) {
    const Elements elements(array);
    const double size = static_cast<double>(elements.size());
    double index = to_integer(evaluation, argument(arguments, 0));
    if (index < 0) index += size;
    return index >= 0 && index < size ? elements[static_cast<std::size_t>(index)] : Operand();
}

constexpr std::array methods{
    Method{"includes", includes},
    Method{"indexOf", index_of},
    Method{"join", join_elements},
    Method{"slice", slice},
    Method{"concat", concat},
    Method{"map", map, true},
    Method{"filter", filter, true},
    Method{"find", find, true},
    Method{"findIndex", find_index, true},
    Method{"some", some, true},
    Method{"every", every, true},
    Method{"reduce", reduce, true},
    Method{"flat", flat},
    Method{"toReversed", to_reversed},
    Method{"at", at},
};

}  // namespace

std::span<const Method> array_methods() {
    return methods;
}

}  // namespace sluice::expression
