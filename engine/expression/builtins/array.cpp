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

/// The methods of arrays that call nothing and change nothing (ECMA-262, 23.1.3).
namespace sluice::expression {

namespace {

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

Operand at(Evaluation& evaluation, Operand array, Arguments arguments) {
    const Elements elements(array);
    const double size = static_cast<double>(elements.size());
    double index = to_integer(evaluation, argument(arguments, 0));
    if (index < 0) index += size;
    return index >= 0 && index < size ? elements[static_cast<std::size_t>(index)] : Operand();
}

Operand last_index_of(Evaluation& evaluation, Operand array, Arguments arguments) {
    const Elements elements(array);
    const auto size = static_cast<double>(elements.size());
    double from = arguments.size() < 2 ? size - 1 : to_integer(evaluation, arguments[1]);
    if (from < 0 && arguments.size() >= 2) from += size;
    if (!evaluation.scan(elements.size() * sizeof(Operand))) return {};
    for (double i = std::min(from, size - 1); i >= 0; --i) {
        if (strictly_equal(evaluation, elements[static_cast<std::size_t>(i)],
                           argument(arguments, 0)))
            return Operand::number(i);
    }
    return Operand::number(-1);
}

Operand with_element(Evaluation& evaluation, Operand array, Arguments arguments) {
    const Elements elements(array);
    const auto size = static_cast<double>(elements.size());
    double index = to_integer(evaluation, argument(arguments, 0));
    if (index < 0) index += size;
    if (!(index >= 0 && index < size))
        return evaluation.type_error("the array has no element with this index");
    const auto place = static_cast<std::size_t>(index);
    ListBuilder list(evaluation, elements.size());
    add_range(evaluation, list, elements, 0, place);
    list.add(argument(arguments, 1));
    add_range(evaluation, list, elements, place + 1, elements.size());
    return list.finish();
}

Operand to_spliced(Evaluation& evaluation, Operand array, Arguments arguments) {
    const Elements elements(array);
    const std::size_t size = elements.size();
    const std::size_t begin = relative_position(evaluation, argument(arguments, 0), size, 0);
    std::size_t skipped = arguments.empty() ? 0 : size - begin;
    if (arguments.size() > 1) {
        const double wanted = to_integer(evaluation, arguments[1]);
        skipped =
            static_cast<std::size_t>(std::clamp(wanted, 0.0, static_cast<double>(size - begin)));
    }
    ListBuilder list(evaluation, size - skipped + arguments.size());
    add_range(evaluation, list, elements, 0, begin);
    for (std::size_t i = 2; i < arguments.size(); ++i) list.add(arguments[i]);
    add_range(evaluation, list, elements, begin + skipped, size);
    return list.finish();
}

Operand array_text(Evaluation& evaluation, Operand array, Arguments) {
    return Operand::text(join(evaluation, array, ","));
}

/// What an iterator of an array gives, as a list: only what iterates sees it.
template <bool indexes, bool elements_too>
Operand iterate(Evaluation& evaluation, Operand array, Arguments) {
    const Elements elements(array);
    ListBuilder list(evaluation, elements.size());
    for (std::size_t i = 0; i < elements.size() && evaluation.spend(1); ++i) {
        const Operand index = Operand::number(static_cast<double>(i));
        if (!indexes || !elements_too) {
            list.add(indexes ? index : elements[i]);
            continue;
        }
        ListBuilder entry(evaluation, 2);
        entry.add(index);
        entry.add(elements[i]);
        list.add(entry.finish());
    }
    return list.finish();
}

constexpr std::array methods{
    Method{"includes", includes, 1, 2},
    Method{"indexOf", index_of, 1, 2},
    Method{"lastIndexOf", last_index_of, 1, 2},
    Method{"join", join_elements, 0, 1},
    Method{"slice", slice, 0, 2, gives_list},
    Method{"concat", concat, 0, Method::unlimited, gives_list},
    Method{"flat", flat, 0, 1, gives_list},
    Method{"at", at, 0, 1},
    Method{"with", with_element, 2, 2, gives_list},
    Method{"toSpliced", to_spliced, 0, Method::unlimited, gives_list},
    Method{"toString", array_text},
    Method{"keys", iterate<true, false>, 0, 0, gives_iterator},
    Method{"values", iterate<false, true>, 0, 0, gives_iterator},
    Method{"entries", iterate<true, true>, 0, 0, gives_iterator},
};

}  // namespace

std::span<const Method> array_methods() {
    return methods;
}

}  // namespace sluice::expression
