#include <array>

#include "engine/expression/builders.hpp"
#include "engine/expression/builtins/builtins.hpp"
#include "engine/expression/conversion.hpp"
#include "engine/expression/evaluation.hpp"
#include "engine/expression/property.hpp"

namespace sluice::expression {

namespace {
constexpr std::size_t few_arguments = 4;
}

Operand Evaluation::call_method(std::uint32_t index) {
    const Node& node = program_->nodes[index];
    const Node& callee = program_->nodes[program_->children[node.second - 1]];
    const Operand receiver = evaluate(node.first);
    if (receiver.is(Kind::cut)) return receiver;
    const std::string_view name = program_->constants[callee.second].as_text();
    if (receiver.is_nullish()) return link_to_nothing(receiver, index, name);
    const std::uint32_t position = receiver.is_string()  ? node.id & 0xFFU
                                   : receiver.is_array() ? static_cast<std::uint32_t>(node.id >> 8)
                                                         : 0;
    if (position == 0) {
        place_ = index;
        const Operand own = read_property(*this, receiver, name);
        if (failed()) return {};
        if (own.is_nullish() && (node.flags & optional_call) != 0) return Operand::cut();
        const bool of_strings = (node.id & 0xFFU) != 0;
        const bool of_arrays = node.id >> 8 != 0;
        return type_error(
            "`" + std::string(name) + "` is a method of " +
                (of_strings ? of_arrays ? "strings and arrays" : "strings" : "arrays") +
                ", and this is " + std::string(describe(receiver)) + ",",
            receiver.is_object()
                ? "Object.keys, Object.values and Object.entries make arrays of objects"
            : of_strings ? "String(value) makes text"
                         : "");
    }
    std::array<Operand, few_arguments> few;
    const Arguments given = arguments(node, few);
    if (failed()) return {};
    place_ = index;
    return receiver.is_string() ? string_methods()[position - 1].call(*this, receiver, given)
                                : array_methods()[position - 1].call(*this, receiver, given);
}

Operand Evaluation::call_function(std::uint32_t index) {
    const Node& node = program_->nodes[index];
    std::array<Operand, few_arguments> few;
    const Arguments given = arguments(node, few);
    if (failed()) return {};
    place_ = index;
    return functions()[node.id].call(*this, given);
}

Arguments Evaluation::arguments(const Node& node, std::span<Operand> few) {
    const std::uint32_t* const children = program_->children.data() + node.second;
    if (node.third <= few.size() && (node.flags & has_spread) == 0) {
        for (std::uint32_t i = 0; i < node.third; ++i) few[i] = evaluate(children[i]);
        return few.first(node.third);
    }
    ListBuilder list(*this, node.third);
    for (std::uint32_t i = 0; i < node.third && !failed(); ++i) {
        if (program_->nodes[children[i]].operation == Operation::spread) {
            spread_into(children[i], list);
        } else {
            list.add(evaluate(children[i]));
        }
    }
    const Operand all = list.finish();
    if (failed()) return {};
    return {all.as_list().items, all.as_list().size};
}

}  // namespace sluice::expression
