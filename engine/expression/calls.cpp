#include <array>

#include "engine/expression/builders.hpp"
#include "engine/expression/builtins/builtins.hpp"
#include "engine/expression/conversion.hpp"
#include "engine/expression/evaluation.hpp"
#include "engine/expression/property.hpp"

namespace sluice::expression {

namespace {

constexpr std::size_t few_arguments = 4;

std::optional<Receiver> receiver_of(Operand operand) {
    switch (operand.kind()) {
        case Kind::string:
            return Receiver::string;
        case Kind::array:
        case Kind::list:
            return Receiver::array;
        case Kind::number:
        case Kind::exact:
            return Receiver::number;
        case Kind::boolean:
            return Receiver::boolean;
        case Kind::object:
        case Kind::record:
            return Receiver::object;
        case Kind::date:
            return Receiver::date;
        case Kind::regex:
            return Receiver::regex;
        default:
            return {};
    }
}

/// "strings and arrays": what has a method of this name.
std::string owners(const MethodName& method) {
    constexpr std::array<std::string_view, receivers> names{
        "strings", "arrays", "numbers", "booleans", "objects", "dates", "regular expressions"};
    std::string result;
    for (std::size_t i = 0; i < receivers; ++i) {
        if (method.of[i] == nullptr) continue;
        if (!result.empty()) result += " and ";
        result += names[i];
    }
    return result;
}

}  // namespace

Operand Evaluation::call_method(std::uint32_t index) {
    const Node& node = program_->nodes[index];
    const Operand receiver = evaluate(node.first);
    if (receiver.is(Kind::cut)) return receiver;
    const MethodName& name = method_names()[node.id];
    if (receiver.is_nullish()) return link_to_nothing(receiver, index, name.name);
    const auto kind = receiver_of(receiver);
    const Method* method = kind ? name.of[static_cast<std::size_t>(*kind)] : nullptr;
    // What an object has itself hides the method.
    if (receiver.is_object() && (receiver.is_bare() || find_field(*this, receiver, name.name)))
        method = nullptr;
    if (method == nullptr) return refuse_method(index, receiver);
    std::array<Operand, few_arguments> few;
    const Arguments given = arguments(node, few);
    if (failed()) return {};
    place_ = index;
    return method->call(*this, receiver, given);
}

Operand Evaluation::refuse_method(std::uint32_t index, Operand receiver) {
    const Node& node = program_->nodes[index];
    const MethodName& name = method_names()[node.id];
    place_ = index;
    const Operand own = read_property(*this, receiver, name.name);
    if (failed()) return {};
    if (own.is_nullish() && (node.flags & optional_call) != 0) return Operand::cut();
    const bool of_strings = name.of[static_cast<std::size_t>(Receiver::string)] != nullptr;
    return type_error("`" + std::string(name.name) + "` is a method of " + owners(name) +
                          ", and this is " + std::string(describe(receiver)) + ",",
                      receiver.is_object()
                          ? "Object.keys, Object.values and Object.entries make arrays of objects"
                      : of_strings ? "String(value) makes text"
                                   : "");
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
