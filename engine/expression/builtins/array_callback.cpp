#include <array>
#include <string>

#include "engine/expression/builders.hpp"
#include "engine/expression/builtins/builtins.hpp"
#include "engine/expression/conversion.hpp"
#include "engine/expression/truthiness.hpp"

/// The methods of arrays that call a function (ECMA-262, 23.1.3).
namespace sluice::expression {

namespace {

/// Calls the function for each element until `visit(index, element, result)` is false.
template <bool backwards = false, typename Visit>
void for_each_result(Evaluation& evaluation, Operand array, Arguments arguments, Visit&& visit) {
    const Operand function = argument(arguments, 0);
    if (!function.is(Kind::function)) {
        evaluation.type_error(
            "a function is expected, but this is " + std::string(describe(function)) + ",",
            "write it here, as in array.map(item => item.id)");
        return;
    }
    const Elements elements(array);
    for (std::size_t done = 0; done < elements.size(); ++done) {
        const std::size_t i = backwards ? elements.size() - 1 - done : done;
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

template <bool backwards>
Operand find(Evaluation& evaluation, Operand array, Arguments arguments) {
    Operand found;
    for_each_result<backwards>(evaluation, array, arguments,
                               [&](std::size_t, Operand element, Operand result) {
                                   if (truthy(result)) found = element;
                                   return !truthy(result);
                               });
    return found;
}

template <bool backwards>
Operand find_index(Evaluation& evaluation, Operand array, Arguments arguments) {
    double found = -1;
    for_each_result<backwards>(evaluation, array, arguments,
                               [&](std::size_t index, Operand, Operand result) {
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

template <bool backwards>
Operand reduce(Evaluation& evaluation, Operand array, Arguments arguments) {
    const Operand function = argument(arguments, 0);
    if (!function.is(Kind::function)) {
        return evaluation.type_error(
            "a function is expected, but this is " + std::string(describe(function)) + ",",
            "write it here, as in array.reduce((sum, item) => sum + item, 0)");
    }
    const Elements elements(array);
    std::size_t done = 0;
    const auto place = [&] { return backwards ? elements.size() - 1 - done : done; };
    Operand result = argument(arguments, 1);
    if (arguments.size() < 2) {
        if (elements.size() == 0) {
            return evaluation.type_error(
                "an empty array without an initial value cannot be reduced",
                "give the initial value as the second argument");
        }
        result = elements[place()];
        ++done;
    }
    for (; done < elements.size() && !evaluation.failed(); ++done) {
        const std::array<Operand, 4> given{result, elements[place()],
                                           Operand::number(static_cast<double>(place())), array};
        result = evaluation.call(function, given);
    }
    return result;
}

Operand flat_map(Evaluation& evaluation, Operand array, Arguments arguments) {
    ListBuilder list(evaluation, Elements(array).size());
    for_each_result(evaluation, array, arguments, [&](std::size_t, Operand, Operand result) {
        if (!result.is_array()) {
            list.add(result);
            return true;
        }
        const Elements elements(result);
        for (std::size_t i = 0; i < elements.size() && evaluation.spend(1); ++i)
            list.add(elements[i]);
        return true;
    });
    return list.finish();
}

constexpr std::array methods{
    Method{"map", map, 1, 2, gives_list, 1},
    Method{"filter", filter, 1, 2, gives_list, 1},
    Method{"flatMap", flat_map, 1, 2, gives_list, 1},
    Method{"find", find<false>, 1, 2, 0, 1},
    Method{"findLast", find<true>, 1, 2, 0, 1},
    Method{"findIndex", find_index<false>, 1, 2, 0, 1},
    Method{"findLastIndex", find_index<true>, 1, 2, 0, 1},
    Method{"some", some, 1, 2, 0, 1},
    Method{"every", every, 1, 2, 0, 1},
    Method{"reduce", reduce<false>, 1, 2, 0, 1},
    Method{"reduceRight", reduce<true>, 1, 2, 0, 1},
};

}  // namespace

std::span<const Method> array_callback_methods() {
    return methods;
}

}  // namespace sluice::expression
