#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>

#include "engine/expression/builders.hpp"
#include "engine/expression/builtins/builtins.hpp"
#include "engine/expression/conversion.hpp"
#include "engine/expression/utf16.hpp"

/// Arrays in another order (ECMA-262, 23.1.3.26 and 30). Those that change their array are only
/// called for arrays that nobody else can see, so that a new one is the same.
namespace sluice::expression {

namespace {

/// An element with the text it is compared by.
struct Entry {
    Operand element;
    std::string_view text;
};

/// What decides the order of two elements; neither is undefined.
class Order {
  public:
    Order(Evaluation& evaluation, Operand function)
        : evaluation_(evaluation), function_(function) {}

    [[nodiscard]] bool by_text() const { return function_.is_undefined(); }
    /// Below, equal or above zero.
    double compare(const Entry& left, const Entry& right) {
        if (by_text()) {
            evaluation_.scan(std::min(left.text.size(), right.text.size()));
            evaluation_.spend(1);
            return compare_utf16(left.text, right.text);
        }
        const std::array given{left.element, right.element};
        const double answer = to_number(evaluation_, evaluation_.call(function_, given));
        contradicted_ = contradicted_ || std::isnan(answer);
        return answer;
    }
    /// The function has answered what is no number.
    [[nodiscard]] bool contradicted() const { return contradicted_; }

  private:
    Evaluation& evaluation_;
    Operand function_;
    bool contradicted_ = false;
};

/// A merge sort, because a function may answer anything: std::sort would run out of bounds.
void sort_entries(Evaluation& evaluation, Order& order, Entry* entries, Entry* spare,
                  std::size_t count) {
    for (std::size_t width = 1; width < count && !evaluation.failed(); width *= 2) {
        for (std::size_t begin = 0; begin < count && !evaluation.failed(); begin += width * 2) {
            const std::size_t middle = std::min(begin + width, count);
            const std::size_t end = std::min(begin + width * 2, count);
            std::size_t left = begin;
            std::size_t right = middle;
            for (std::size_t out = begin; out < end; ++out) {
                const bool from_left =
                    right >= end ||
                    (left < middle && order.compare(entries[left], entries[right]) <= 0);
                spare[out] = from_left ? entries[left++] : entries[right++];
                if (evaluation.failed()) return;
            }
        }
        std::copy_n(spare, count, entries);
    }
}

constexpr std::size_t all_pairs = 24;

/// What a function says must fit together, or engines would order the elements differently. Looks
/// at all pairs of a few, of many at those whose distance is a power of two.
bool is_consistent(Evaluation& evaluation, Order& order, const Entry* entries, std::size_t count) {
    std::size_t run = 0;  // where the elements that are equal to this one begin
    for (std::size_t i = 0; i < count; ++i) {
        if (i > 0 && order.compare(entries[i - 1], entries[i]) != 0) run = i;
        for (std::size_t distance = 1; distance <= i && !evaluation.failed();
             distance = count <= all_pairs ? distance + 1 : distance * 2) {
            const std::size_t k = i - distance;
            const double forward = order.compare(entries[k], entries[i]);
            const double backward = order.compare(entries[i], entries[k]);
            const bool equal = k >= run;
            if (equal ? forward != 0 || backward != 0 : !(forward < 0 && backward > 0))
                return false;
        }
    }
    return !order.contradicted();
}

Operand sorted(Evaluation& evaluation, Operand array, Arguments arguments) {
    const Operand function = argument(arguments, 0);
    if (!function.is_undefined() && !function.is(Kind::function)) {
        return evaluation.type_error(
            "a function is expected, but this is " + std::string(describe(function)) + ",",
            "write array.toSorted((a, b) => a - b)");
    }
    const Elements elements(array);
    const std::size_t size = elements.size();
    Entry* const entries = evaluation.memory<Entry>(size);
    Entry* const spare = evaluation.memory<Entry>(size);
    if (entries == nullptr || spare == nullptr || !evaluation.spend(size)) return {};
    Order order(evaluation, function);
    std::size_t count = 0;
    for (std::size_t i = 0; i < size; ++i) {
        const Operand element = elements[i];
        if (element.is_undefined()) continue;
        entries[count++] = {element,
                            order.by_text() ? to_text(evaluation, element) : std::string_view()};
        if (evaluation.failed()) return {};
    }
    sort_entries(evaluation, order, entries, spare, count);
    if (!order.by_text() && !evaluation.failed() &&
        !is_consistent(evaluation, order, entries, count)) {
        return evaluation.unsupported(
            "the function contradicts itself, so that the order is not defined",
            "let it answer below, equal or above 0, as (a, b) => a - b");
    }
    ListBuilder list(evaluation, size);
    for (std::size_t i = 0; i < count; ++i) list.add(entries[i].element);
    for (std::size_t i = count; i < size; ++i) list.add({});
    return list.finish();
}

Operand reversed(Evaluation& evaluation, Operand array, Arguments) {
    const Elements elements(array);
    ListBuilder list(evaluation, elements.size());
    if (!evaluation.scan(elements.size() * sizeof(Operand))) return {};
    for (std::size_t i = elements.size(); i-- > 0;) list.add(elements[i]);
    return list.finish();
}

constexpr std::array methods{
    Method{"toSorted", sorted, 0, 1, gives_list, 1},
    Method{"sort", sorted, 0, 1, gives_list | changes_receiver, 1},
    Method{"toReversed", reversed, 0, 0, gives_list},
    Method{"reverse", reversed, 0, 0, gives_list | changes_receiver},
};

}  // namespace

std::span<const Method> array_order_methods() {
    return methods;
}

}  // namespace sluice::expression
