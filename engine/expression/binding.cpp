#include <algorithm>
#include <string>

#include "engine/expression/builders.hpp"
#include "engine/expression/conversion.hpp"
#include "engine/expression/evaluation.hpp"
#include "engine/expression/property.hpp"

/// What the parameters of an arrow function bind (ECMA-262, 8.6.2 and 14.3.3.2).
namespace sluice::expression {

namespace {

Operand list_of(Evaluation& evaluation, Arguments items) {
    ListBuilder list(evaluation, items.size());
    for (const Operand& item : items) list.add(item);
    return list.finish();
}

}  // namespace

void Evaluation::bind_parameters(const Node& arrow, Arguments arguments) {
    for (std::uint32_t i = 0; i < arrow.third && !failed(); ++i) {
        const std::uint32_t parameter = program_->children[arrow.second + i];
        if (program_->nodes[parameter].operation == Operation::bind_rest) {
            bind(program_->nodes[parameter].first,
                 list_of(*this, arguments.subspan(std::min<std::size_t>(i, arguments.size()))));
        } else {
            bind(parameter, i < arguments.size() ? arguments[i] : Operand());
        }
    }
}

void Evaluation::bind(std::uint32_t index, Operand value) {
    if (!spend(1)) return;
    const Node& node = program_->nodes[index];
    switch (node.operation) {
        case Operation::bind_name:
            locals_[node.first] = value;
            return;
        case Operation::bind_default:
            return bind(node.first, value.is_undefined() ? evaluate(node.second) : value);
        case Operation::bind_array:
            place_ = index;
            return bind_array(node, value);
        case Operation::bind_object:
            return bind_object(index, value);
        default:
            return;
    }
}

void Evaluation::bind_array(const Node& pattern, Operand value) {
    if (value.is_string()) {
        ListBuilder characters(*this, 0);
        for_each_character(*this, value.as_text(),
                           [&](Operand character) { characters.add(character); });
        value = characters.finish();
    } else if (!value.is_array()) {
        type_error(std::string(describe(value)) + " cannot be taken apart like an array",
                   "only arrays and strings can");
    }
    if (failed()) return;
    const Elements elements(value);
    for (std::uint32_t i = 0; i < pattern.third && !failed(); ++i) {
        const std::uint32_t child = program_->children[pattern.second + i];
        const Node& target = program_->nodes[child];
        if (target.operation != Operation::bind_rest) {
            bind(child, i < elements.size() ? elements[i] : Operand());
            continue;
        }
        ListBuilder rest(*this, 0);
        for (std::size_t k = i; k < elements.size() && spend(1); ++k) rest.add(elements[k]);
        bind(target.first, rest.finish());
    }
}

void Evaluation::bind_object(std::uint32_t index, Operand value) {
    const Node& pattern = program_->nodes[index];
    place_ = index;
    if (value.is_nullish()) {
        type_error(std::string(describe(value)) + " cannot be taken apart",
                   "give a default, as in ({name} = {}) => name");
        return;
    }
    for (std::uint32_t i = 0; i < pattern.third && !failed(); ++i) {
        const Node& child = program_->nodes[program_->children[pattern.second + i]];
        if (child.operation == Operation::bind_property) {
            place_ = index;
            bind(child.second,
                 read_property(*this, value, program_->constants[child.first].as_text()));
            continue;
        }
        // The rest: what no property before has named.
        const auto named = [&](std::string_view name) {
            for (std::uint32_t k = 0; k < i; ++k) {
                const Node& property = program_->nodes[program_->children[pattern.second + k]];
                if (program_->constants[property.first].as_text() == name) return true;
            }
            return false;
        };
        std::size_t most = 0;
        for_each_own(*this, value, [&](std::string_view, Operand) { ++most; });
        RecordBuilder rest(*this, most);
        for_each_own(*this, value, [&](std::string_view name, Operand field) {
            if (spend(i) && !named(name)) rest.set(name, field);
        });
        bind(child.first, rest.finish());
    }
}

}  // namespace sluice::expression
