#include "engine/expression/resolver.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "engine/expression/builtins/builtins.hpp"
#include "engine/expression/known_names.hpp"
#include "engine/expression/problems.hpp"

namespace sluice::expression {

namespace {

template <typename Entry>
void insert_sorted(std::vector<Entry>& entries, Entry entry) {
    const auto place = std::ranges::lower_bound(entries, entry);
    if (place == entries.end() || *place != entry) entries.insert(place, entry);
}

std::string quoted(std::string_view name) {
    return "`" + std::string(name) + "`";
}

class Resolver {
  public:
    Resolver(Program& program, const Names& names) : program_(program), names_(names) {}

    std::optional<Problem> run() {
        resolve(program_.start);
        return std::move(problem_);
    }

  private:
    // References into `nodes` stay valid: no node is added.
    void resolve(std::uint32_t index) {
        if (problem_) return;
        Node& node = program_.nodes[index];
        switch (node.operation) {
            case Operation::constant:
                return;
            case Operation::name:
                return resolve_name(node);
            case Operation::member:
                return resolve_member(node);
            case Operation::call:
                return resolve_call(node);
            case Operation::arrow:
                return fail(
                    beyond_expression(node.begin, "an arrow function cannot be here",
                                      "it can be the argument of a method such as map or filter"));
            case Operation::array:
            case Operation::object:
            case Operation::text:
                return resolve_children(node);
            case Operation::property:
                return resolve(node.second);
            case Operation::conditional:
                resolve(node.first);
                resolve(node.second);
                return resolve(node.third);
            case Operation::index:
                if (is_free_name(node.first, "nodes")) return fail(bare_nodes(node.begin));
                [[fallthrough]];
            case Operation::computed_property:
            case Operation::add:
            case Operation::subtract:
            case Operation::multiply:
            case Operation::divide:
            case Operation::remainder:
            case Operation::power:
            case Operation::equal:
            case Operation::not_equal:
            case Operation::strict_equal:
            case Operation::strict_not_equal:
            case Operation::less:
            case Operation::less_equal:
            case Operation::greater:
            case Operation::greater_equal:
            case Operation::in:
            case Operation::logical_and:
            case Operation::logical_or:
            case Operation::coalesce:
                resolve(node.first);
                return resolve(node.second);
            case Operation::chain:
            case Operation::negate:
            case Operation::plus:
            case Operation::logical_not:
            case Operation::type_of:
            case Operation::spread:
                return resolve(node.first);
            case Operation::root:
            case Operation::node_output:
            case Operation::local:
            case Operation::method_call:
            case Operation::function_call:
            case Operation::function_reference:
                return;
        }
    }

    void resolve_children(const Node& node) {
        for (std::uint32_t i = 0; i < node.third; ++i) resolve(program_.children[node.second + i]);
    }

    void resolve_name(Node& node) {
        const std::string_view name = text(node.first);
        for (std::size_t i = locals_.size(); i-- > 0;) {
            if (locals_[i] != name) continue;
            node.operation = Operation::local;
            node.first = static_cast<std::uint32_t>(i);
            return;
        }
        const auto constant = [&](Operand value) {
            node.operation = Operation::constant;
            node.first = program_.add_constant(value);
        };
        if (name == "undefined") return constant({});
        if (name == "NaN")
            return constant(Operand::number(std::numeric_limits<double>::quiet_NaN()));
        if (name == "Infinity")
            return constant(Operand::number(std::numeric_limits<double>::infinity()));
        if (name == "nodes") return fail(bare_nodes(node.begin));
        if (const auto root = root_of(name)) {
            node.operation = Operation::root;
            node.id = static_cast<std::uint16_t>(*root);
            insert_sorted(program_.references.roots, *root);
            return;
        }
        if (position_of(name, functions())) {
            return fail(beyond_expression(node.begin, quoted(name) + " is a function",
                                          "call it, as in " + std::string(name) + "(input.value)"));
        }
        if (is_namespace(name)) {
            return fail(beyond_expression(node.begin, quoted(name) + " is not a value",
                                          "call one of its functions"));
        }
        fail(unknown_name(node.begin, name, locals_, names_));
    }

    void resolve_member(Node& node) {
        if (is_free_name(node.first, "nodes")) return resolve_node_output(node);
        const Node& object = program_.nodes[node.first];
        if (object.operation == Operation::name && is_free(text(object.first))) {
            const std::string_view name = text(object.first);
            const std::string whole = std::string(name) + "." + std::string(text(node.second));
            if (is_namespace(name)) {
                if (!position_of(whole, functions()))
                    return fail(unknown_function(node.begin, whole));
                return fail(beyond_expression(node.begin, quoted(whole) + " is a function",
                                              "call it: " + whole + "(...)"));
            }
        }
        resolve(node.first);
    }

    void resolve_node_output(Node& node) {
        const std::string_view id = text(node.second);
        const auto found = std::ranges::find(names_.nodes, id);
        if (found == names_.nodes.end()) {
            return fail(unknown_node(node.begin, id, names_));
        }
        node.operation = Operation::node_output;
        node.first = static_cast<std::uint32_t>(found - names_.nodes.begin());
        insert_sorted(program_.references.nodes, node.first);
    }

    void resolve_call(Node& node) {
        Node& callee = program_.nodes[node.first];
        if (callee.operation == Operation::name) return resolve_function(node, text(callee.first));
        if (callee.operation != Operation::member) {
            return fail(beyond_expression(callee.begin,
                                          "only methods and built-in functions can be called"));
        }
        const Node& object = program_.nodes[callee.first];
        if (object.operation == Operation::name && is_free(text(object.first)) &&
            is_namespace(text(object.first))) {
            return resolve_function(
                node, std::string(text(object.first)) + "." + std::string(text(callee.second)));
        }
        resolve_method(node, callee);
    }

    void resolve_function(Node& node, const std::string& name) {
        const auto position = is_free(name) ? position_of(name, functions()) : std::nullopt;
        if (!position) {
            if (!is_free(name) || root_of(name)) {
                return fail(
                    beyond_expression(node.begin, quoted(name) + " is a value, not a function"));
            }
            return fail(unknown_function(node.begin, name));
        }
        const Function& function = functions()[*position];
        const bool limited = function.most_arguments != Function::unlimited;
        if (limited && (node.third > function.most_arguments || (node.flags & has_spread) != 0)) {
            return fail(beyond_expression(node.begin, quoted(name) + " takes one argument here"));
        }
        node.operation = Operation::function_call;
        node.id = *position;
        resolve_children(node);
    }
    void resolve_function(Node& node, std::string_view name) {
        resolve_function(node, std::string(name));
    }

    void resolve_method(Node& node, const Node& callee) {
        const std::string_view name = text(callee.second);
        const auto of_string = position_of(name, string_methods());
        const auto of_array = position_of(name, array_methods());
        if (!of_string && !of_array) {
            return fail(unknown_method(callee.end - name.size(), name));
        }
        node.operation = Operation::method_call;
        node.flags |= callee.flags & optional_link;
        node.id = static_cast<std::uint16_t>((of_string ? *of_string + 1 : 0) |
                                             (of_array ? *of_array + 1 : 0) << 8);
        // The callee stays in front of the arguments, for messages.
        node.first = callee.first;
        resolve(node.first);
        const bool function_first = of_array && array_methods()[*of_array].takes_function;
        for (std::uint32_t i = 0; i < node.third && !problem_; ++i) {
            const std::uint32_t child = program_.children[node.second + i];
            if (i == 0 && function_first && resolve_function_argument(child)) continue;
            resolve(child);
        }
    }

    /// False when the argument is no function.
    bool resolve_function_argument(std::uint32_t index) {
        Node& node = program_.nodes[index];
        if (node.operation == Operation::arrow) {
            resolve_arrow(node);
            return true;
        }
        std::string name;
        if (node.operation == Operation::name) {
            name = text(node.first);
        } else if (node.operation == Operation::member &&
                   program_.nodes[node.first].operation == Operation::name) {
            name = std::string(text(program_.nodes[node.first].first));
            if (!is_free(name)) return false;
            name += "." + std::string(text(node.second));
        }
        const auto position = is_free(name) ? position_of(name, functions()) : std::nullopt;
        if (!position) return false;
        node.operation = Operation::function_reference;
        node.id = *position;
        return true;
    }

    void resolve_arrow(Node& node) {
        const std::size_t outer = locals_.size();
        node.id = static_cast<std::uint16_t>(outer);
        for (std::uint32_t i = 0; i < node.third; ++i) {
            locals_.push_back(text(program_.children[node.second + i]));
        }
        if (locals_.size() > most_parameters) {
            return fail({"expression_too_deep",
                         "arrow functions inside each other have too many parameters",
                         node.begin,
                         {},
                         {}});
        }
        program_.slots = std::max(program_.slots, static_cast<std::uint32_t>(locals_.size()));
        resolve(node.first);
        locals_.resize(outer);
    }

    static Problem bare_nodes(std::size_t offset) {
        return {"unknown_node",
                "`nodes` alone is not a value",
                offset,
                "name a node: nodes.ID or nodes[\"ID\"]",
                {}};
    }

    [[nodiscard]] std::string_view text(std::uint32_t constant) const {
        return program_.constants[constant].as_text();
    }
    /// No parameter has this name.
    [[nodiscard]] bool is_free(std::string_view name) const {
        return std::ranges::find(locals_, name) == locals_.end();
    }
    [[nodiscard]] bool is_free_name(std::uint32_t index, std::string_view name) const {
        const Node& node = program_.nodes[index];
        return node.operation == Operation::name && text(node.first) == name && is_free(name);
    }
    void fail(Problem problem) {
        if (!problem_) problem_ = std::move(problem);
    }

    static constexpr std::size_t most_parameters = 250;

    Program& program_;
    const Names& names_;
    std::vector<std::string_view> locals_;  ///< parameters in scope; the position is the slot
    std::optional<Problem> problem_;
};

}  // namespace

std::optional<Problem> resolve(Program& program, const Names& names) {
    return Resolver(program, names).run();
}

}  // namespace sluice::expression
