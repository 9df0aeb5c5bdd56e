#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/expression/operand.hpp"
#include "engine/expression/regular_expression.hpp"
#include "engine/expression/scope.hpp"

namespace sluice::expression {

/// What a node does. The comment says what `first`, `second` and `third` are; "children" is a range
/// of `Program::children` that begins at `second` and has `third` entries.
enum class Operation : std::uint8_t {
    constant,       ///< first: constant
    name,           ///< first: constant with the name; only before names are resolved
    root,           ///< id: Root
    node_output,    ///< first: index of the flow's node
    secret,         ///< first: its name
    local,          ///< first: slot
    regex,          ///< first: regular expression
    member,         ///< first: object, second: constant with the name
    index,          ///< first: object, second: key
    path,           ///< the last of the links of a path, third: path; else what it was before
    chain,          ///< first: where a `?.` that ends early arrives
    call,           ///< first: callee, children: arguments; only before names are resolved
    construct,      ///< first: class, children: arguments; only before names are resolved
    method,         ///< first: receiver, second: constant with the name; for messages only
    method_call,    ///< first: receiver, children: arguments, id: position in the table of methods
    function_call,  ///< children: arguments, id: position in the table of functions
    function_reference,  ///< id: position in the table of functions
    negate,              ///< first
    plus,
    logical_not,
    bit_not,
    type_of,
    add,  ///< first, second
    subtract,
    multiply,
    divide,
    remainder,
    power,
    bit_and,
    bit_or,
    bit_xor,
    shift_left,
    shift_right,
    shift_right_zero,
    equal,
    not_equal,
    strict_equal,
    strict_not_equal,
    less,
    less_equal,
    greater,
    greater_equal,
    in,
    logical_and,
    logical_or,
    coalesce,
    conditional,        ///< first ? second : third
    array,              ///< children
    object,             ///< children: property, computed_property or spread
    property,           ///< first: constant with the name, second: value
    computed_property,  ///< first: key, second: value
    spread,             ///< first
    text,               ///< children: the parts of a template literal
    arrow,              ///< first: body, children: what parameters bind, id: first slot

    // What parameters bind. Only arrow functions and each other have them as children.
    bind_name,      ///< first: slot (before names are resolved: constant with the name)
    bind_default,   ///< first: what is bound, second: the value in place of undefined
    bind_array,     ///< children: what elements bind; a hole is `bind_nothing`
    bind_object,    ///< children: bind_property, perhaps bind_rest at last
    bind_property,  ///< first: constant with the name, second: what it binds
    bind_rest,      ///< first: what is bound
    bind_nothing,
};

inline constexpr std::uint8_t optional_link = 1;  ///< `a?.b`, `a?.[b]`
inline constexpr std::uint8_t optional_call = 2;  ///< `a.b?.()`
inline constexpr std::uint8_t has_spread = 4;     ///< among the arguments
inline constexpr std::uint8_t plain_names = 8;    ///< all that an arrow's parameters bind

struct Node {
    Operation operation = Operation::constant;
    std::uint8_t flags = 0;
    std::uint16_t id = 0;
    std::uint32_t first = 0;
    std::uint32_t second = 0;
    std::uint32_t third = 0;
    std::uint32_t begin = 0;  ///< bytes in the text: begin, and one past the end
    std::uint32_t end = 0;
};

/// One step of a path: `.name`, `["name"]`, `[0]`.
struct Link {
    enum class Kind : std::uint8_t { name, position, other };
    Kind kind = Kind::other;
    std::uint32_t position = 0;
    std::uint32_t node = 0;  ///< its node in the tree
    std::uint32_t key = 0;   ///< constant
    std::string_view name;   ///< borrowed from the constant
    std::string_view shown;  ///< the key as messages show it
};

/// `count` links from `first` on, that lead on from what the node `base` gives.
struct Path {
    std::uint32_t base = 0;
    std::uint32_t first = 0;
    std::uint32_t count = 0;
};

/// A compiled expression: nodes in a vector that name each other by position. Never moves once
/// constants borrow from it.
struct Program {
    Program() = default;
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    std::string text;
    std::vector<Node> nodes;
    std::vector<std::uint32_t> children;
    std::vector<Operand> constants;
    std::deque<std::string> texts;  ///< what constants borrow from
    std::vector<Path> paths;
    std::vector<Link> links;
    std::vector<std::unique_ptr<const RegularExpression>> regular_expressions;
    std::uint32_t start = 0;      ///< the node to begin with
    std::uint32_t slots = 0;      ///< parameters of arrow functions that live at once
    std::size_t value_depth = 0;  ///< how deep values may nest that this expression makes
    References references;
    std::vector<NodeUse> node_uses;
    std::vector<SecretUse> secret_uses;

    std::uint32_t add_text(std::string text_constant) {
        texts.push_back(std::move(text_constant));
        return add_constant(Operand::text(texts.back()));
    }
    std::uint32_t add_constant(Operand constant) {
        constants.push_back(constant);
        return static_cast<std::uint32_t>(constants.size() - 1);
    }
    [[nodiscard]] std::string_view source(const Node& node) const {
        return std::string_view(text).substr(node.begin, node.end - node.begin);
    }
};

}  // namespace sluice::expression
