#include <array>
#include <cstring>

#include "engine/expression/builders.hpp"
#include "engine/expression/conversion.hpp"
#include "engine/expression/evaluation.hpp"
#include "engine/expression/operators.hpp"
#include "engine/expression/property.hpp"
#include "engine/expression/truthiness.hpp"
#include "engine/expression/utf16.hpp"

namespace sluice::expression {

namespace {

constexpr std::size_t longest_name = 64;  // of a secret, in messages

/// As `Object::if_contains`, which is not inlined: few members are searched in their order.
const Value* find_member(const Object& object, std::string_view name) {
    constexpr std::size_t few = 18;  // Boost.JSON has a hash table for more
    if (object.size() > few) return object.if_contains(name);
    for (const auto& member : object) {
        const std::string_view key = member.key();
        if (key.size() != name.size() || name.empty() || key.front() != name.front()) continue;
        if (name.size() == 1 || std::memcmp(key.data(), name.data(), name.size()) == 0)
            return &member.value();
    }
    return name.empty() ? object.if_contains(name) : nullptr;
}

}  // namespace

// Cases that need room of their own on the stack are functions of their own: this one calls itself.
Operand Evaluation::evaluate(std::uint32_t index) {
    if (steps_ == 0) [[unlikely]] {
        out_of_steps();
        return {};
    }
    --steps_;
    const Node& node = program_->nodes[index];
    switch (node.operation) {
        case Operation::constant:
            return program_->constants[node.first];
        case Operation::root:
            return Operand::of(scope_.root(static_cast<Root>(node.id)));
        case Operation::node_output:
            return Operand::of(scope_.node(node.first));
        case Operation::secret:
            return read_secret(index);
        case Operation::local:
            return locals_[node.first];
        case Operation::path:
            return walk(index);
        case Operation::member:
            return read_member(index);
        case Operation::index:
            return read_index(index);
        case Operation::chain: {
            const Operand result = evaluate(node.first);
            return result.is(Kind::cut) ? Operand() : result;
        }
        case Operation::method_call:
            return call_method(index);
        case Operation::function_call:
            return call_function(index);
        case Operation::negate:
        case Operation::plus: {
            const Operand operand = evaluate(node.first);
            place_ = index;
            const double number = to_number(*this, operand);
            return Operand::number(node.operation == Operation::negate ? -number : number);
        }
        case Operation::regex:
            return Operand::regex(program_->regular_expressions[node.first].get());
        case Operation::bit_not: {
            const Operand operand = evaluate(node.first);
            place_ = index;
            return Operand::number(~to_int32(to_number(*this, operand)));
        }
        case Operation::logical_not:
            return Operand::boolean(!truthy(evaluate(node.first)));
        case Operation::type_of:
            return Operand::text(expression::type_of(evaluate(node.first)));
        case Operation::logical_and: {
            const Operand left = evaluate(node.first);
            return truthy(left) ? evaluate(node.second) : left;
        }
        case Operation::logical_or: {
            const Operand left = evaluate(node.first);
            return truthy(left) ? left : evaluate(node.second);
        }
        case Operation::coalesce: {
            const Operand left = evaluate(node.first);
            return left.is_nullish() ? evaluate(node.second) : left;
        }
        case Operation::conditional: {
            const bool test = truthy(evaluate(node.first));
            return evaluate(test ? node.second : node.third);
        }
        case Operation::array:
            return make_array(index);
        case Operation::object:
            return make_object(index);
        case Operation::text:
            return make_text(index);
        case Operation::arrow:
        case Operation::function_reference:
            return Operand::function(index);
        case Operation::method:
        case Operation::name:
        case Operation::call:
        case Operation::construct:
        case Operation::property:
        case Operation::computed_property:
        case Operation::spread:
        case Operation::bind_name:
        case Operation::bind_default:
        case Operation::bind_array:
        case Operation::bind_object:
        case Operation::bind_property:
        case Operation::bind_rest:
        case Operation::bind_nothing:
            return {};  // never evaluated as such
        default:
            return operate(index);
    }
}

Operand Evaluation::read_secret(std::uint32_t index) {
    const Operand key = evaluate(program_->nodes[index].first);
    place_ = index;
    NumberBuffer buffer;
    const std::string_view name = to_text(*this, key, buffer);
    if (failed()) return {};
    if (const Value* const value = scope_.secret(name); value != nullptr)
        return Operand::of(*value);
    const std::string shown(name.substr(0, longest_name));
    return fail("unknown_secret", "the secret `" + shown + "` is not known here",
                "give it as the environment variable SLUICE_SECRET_" + shown +
                    ", or in the file of --secrets");
}

Operand Evaluation::operate(std::uint32_t index) {
    const Node& node = program_->nodes[index];
    const Operand left = evaluate(node.first);
    const Operand right = evaluate(node.second);
    if (failed()) return {};
    place_ = index;
    return binary_operation(*this, node.operation, left, right);
}

/// Paths are what expressions are made of: on what is as expected, a link is a few instructions.
Operand Evaluation::walk(std::uint32_t index) {
    const Path& path = program_->paths[program_->nodes[index].third];
    if (!spend(path.count - 1)) return {};
    const Node& base = program_->nodes[path.base];
    Operand object;
    if (base.operation == Operation::node_output && spend(1))
        object = Operand::of(scope_.node(base.first));
    else if (base.operation == Operation::root && spend(1))
        object = Operand::of(scope_.root(static_cast<Root>(base.id)));
    else
        object = evaluate(path.base);
    const std::span links(program_->links.data() + path.first, path.count);
    for (const Link& link : links) {
        if (link.kind == Link::Kind::name && object.is(Kind::object)) [[likely]] {
            if (const Value* const value = find_member(object.as_object(), link.name)) [[likely]] {
                object = Operand::of(*value);
                continue;
            }
        } else if (link.kind == Link::Kind::position && object.is(Kind::array)) {
            const Array& array = object.as_array();
            if (link.position < array.size()) [[likely]] {
                object = Operand::of(array[link.position]);
                continue;
            }
        }
        object = follow(link, object);
        if (failed() || object.is(Kind::cut)) return object;
    }
    return object;
}

/// One link of a path, whatever the object is.
Operand Evaluation::follow(const Link& link, Operand object) {
    if (object.is(Kind::cut)) return object;
    if (object.is_nullish()) return link_to_nothing(object, link.node, link.shown);
    place_ = link.node;
    return read_property(*this, object, program_->constants[link.key]);
}

/// A member before paths are laid out: of a constant.
Operand Evaluation::read_member(std::uint32_t index) {
    const Node& node = program_->nodes[index];
    const Operand object = evaluate(node.first);
    if (failed() || object.is(Kind::cut)) return object;
    const std::string_view name = program_->constants[node.second].as_text();
    if (object.is_nullish()) return link_to_nothing(object, index, name);
    place_ = index;
    return read_property(*this, object, name);
}

Operand Evaluation::read_index(std::uint32_t index) {
    const Node& node = program_->nodes[index];
    const Operand object = evaluate(node.first);
    if (object.is(Kind::cut)) return object;
    if (object.is_nullish()) {
        const Node& key = program_->nodes[node.second];
        return link_to_nothing(object, index, program_->source(key));
    }
    const Operand key = evaluate(node.second);
    if (failed()) return {};
    place_ = index;
    return read_property(*this, object, key);
}

Operand Evaluation::link_to_nothing(Operand object, std::uint32_t index, std::string_view name) {
    if (failed()) return {};
    const Node& node = program_->nodes[index];
    if ((node.flags & optional_link) != 0) return Operand::cut();
    const Node& object_node = program_->nodes[node.first];
    const std::string source(program_->source(object_node));
    const std::string shown(name.substr(0, 60));
    place_ = index;
    std::string hint = "write `?.` instead of `.` where it may be missing";
    if (object_node.operation == Operation::node_output) {
        hint = "that node has no output yet, or was skipped; " + hint;
    }
    return type_error("cannot read `" + shown + "` of " + std::string(describe(object)) +
                          ", which is the value of `" + source.substr(0, 60) + "`,",
                      std::move(hint));
}

Operand Evaluation::make_text(std::uint32_t index) {
    const Node& node = program_->nodes[index];
    TextBuilder text(*this);
    for (std::uint32_t i = 0; i < node.third && !failed(); ++i) {
        const Operand part = evaluate(program_->children[node.second + i]);
        place_ = index;
        NumberBuffer buffer;
        const std::string_view more = to_text(*this, part, buffer);
        text.add(more);
    }
    return text.finish();
}

Operand Evaluation::make_array(std::uint32_t index) {
    const Node& node = program_->nodes[index];
    ListBuilder list(*this, node.third);
    for (std::uint32_t i = 0; i < node.third && !failed(); ++i) {
        const std::uint32_t child = program_->children[node.second + i];
        if (program_->nodes[child].operation == Operation::spread) {
            spread_into(child, list);
        } else {
            list.add(evaluate(child));
        }
    }
    place_ = index;
    return list.finish();
}

void Evaluation::spread_into(std::uint32_t index, ListBuilder& list) {
    const Operand operand = evaluate(program_->nodes[index].first);
    if (failed()) return;
    place_ = index;
    if (operand.is_array()) {
        const Elements elements(operand);
        for (std::size_t i = 0; i < elements.size() && spend(1); ++i) list.add(elements[i]);
    } else if (operand.is_string()) {
        for_each_character(*this, operand.as_text(),
                           [&](Operand character) { list.add(character); });
    } else {
        type_error(std::string(describe(operand)) + " cannot be spread here",
                   operand.is_nullish() ? "write ...(value ?? [])" : "only arrays and strings can");
    }
}

Operand Evaluation::make_object(std::uint32_t index) {
    const Node& node = program_->nodes[index];
    // First all values, then the object, because only then its size is known.
    std::array<Operand, 8> few;
    Operand* values = few.data();
    if (node.third > few.size() / 2) values = memory<Operand>(std::size_t{node.third} * 2);
    if (values == nullptr) return {};
    std::size_t fields = 0;
    for (std::uint32_t i = 0; i < node.third; ++i) {
        const Node& child = program_->nodes[program_->children[node.second + i]];
        Operand& key = values[std::size_t{i} * 2];
        Operand& value = values[std::size_t{i} * 2 + 1];
        if (child.operation == Operation::spread) {
            value = evaluate(child.first);
            if (value.is(Kind::object)) fields += value.as_object().size();
            if (value.is(Kind::record)) fields += value.as_record().size;
            if (value.is_array()) fields += Elements(value).size();
            if (value.is_string()) fields += value.as_text().size();
            continue;
        }
        if (child.operation == Operation::property) {
            key = program_->constants[child.first];
        } else {
            const Operand name = evaluate(child.first);
            place_ = index;
            key = Operand::text(to_text(*this, name));
        }
        value = evaluate(child.second);
        ++fields;
    }
    if (failed()) return {};
    place_ = index;
    RecordBuilder record(*this, fields);
    for (std::uint32_t i = 0; i < node.third && !failed(); ++i) {
        const Node& child = program_->nodes[program_->children[node.second + i]];
        const Operand value = values[std::size_t{i} * 2 + 1];
        if (child.operation != Operation::spread) {
            record.set(values[std::size_t{i} * 2].as_text(), value);
        } else {
            for_each_own(*this, value,
                         [&](std::string_view name, Operand field) { record.set(name, field); });
        }
    }
    return record.finish();
}

}  // namespace sluice::expression
