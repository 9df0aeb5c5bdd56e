#include "engine/expression/resolver.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "engine/expression/folder.hpp"
#include "engine/expression/known_names.hpp"
#include "engine/expression/paths.hpp"
#include "engine/expression/problems.hpp"
#include "engine/expression/resolver_state.hpp"

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

Problem bare_nodes(std::size_t offset) {
    return {"unknown_node",
            "`nodes` alone is not a value",
            offset,
            "name a node: nodes.ID or nodes[\"ID\"]",
            {}};
}

Problem bare_secrets(std::size_t offset) {
    return {"unknown_name",
            "`secrets` alone is not a value",
            offset,
            "name a secret: secrets.NAME or secrets[name]",
            {}};
}

/// Follows the names behind each node output. A node stands behind those that it is made of.
std::vector<NodeUse> node_uses_of(const Program& program) {
    std::vector<NodeUse> uses;
    std::vector<std::uint32_t> ending_at(program.nodes.size(), 0);  // use + 1
    for (std::uint32_t i = 0; i < program.nodes.size(); ++i) {
        const Node& node = program.nodes[i];
        if (node.operation == Operation::node_output) {
            uses.push_back({node.first, {}, node.begin, {}});
            ending_at[i] = static_cast<std::uint32_t>(uses.size());
        } else if (node.operation == Operation::member && ending_at[node.first] != 0) {
            ending_at[i] = ending_at[node.first];
            uses[ending_at[i] - 1].keys.emplace_back(program.constants[node.second].as_text());
        }
    }
    return uses;
}

std::vector<SecretUse> secret_uses_of(const Program& program) {
    std::vector<SecretUse> uses;
    for (const Node& node : program.nodes) {
        if (node.operation != Operation::secret) continue;
        const Node& name = program.nodes[node.first];
        const bool named =
            name.operation == Operation::constant && program.constants[name.first].is(Kind::string);
        uses.push_back(
            {named ? std::string(program.constants[name.first].as_text()) : std::string(),
             node.begin,
             {}});
    }
    return uses;
}

}  // namespace

void Resolver::resolve(std::uint32_t index, bool iterated) {
    if (problem_) return;
    Node& node = program_.nodes[index];
    switch (node.operation) {
        case Operation::name:
            return resolve_name(node);
        case Operation::member:
            return resolve_member(node);
        case Operation::call:
            return resolve_call(node, iterated);
        case Operation::construct:
            return resolve_function(node, std::string(text(node.first)));
        case Operation::arrow:
            return fail(
                beyond_expression(node.begin, "an arrow function cannot be here",
                                  "it can be the argument of a method such as map or filter"));
        case Operation::regex:
            return fail(beyond_expression(
                node.begin, "a regular expression cannot be here",
                "it can be an argument of match, matchAll, replace, replaceAll, search or split, "
                "and be tested: /a+/.test(text)"));
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
        case Operation::chain:
        case Operation::negate:
        case Operation::plus:
        case Operation::logical_not:
        case Operation::bit_not:
        case Operation::type_of:
            return resolve(node.first);
        case Operation::spread:
            return resolve(node.first, iterated);
        case Operation::index:
            if (is_free_name(node.first, "nodes")) return fail(bare_nodes(node.begin));
            if (!is_free_name(node.first, "secrets")) break;
            node.operation = Operation::secret;
            node.first = node.second;
            return resolve(node.first);
        case Operation::constant:
        case Operation::root:
        case Operation::node_output:
        case Operation::secret:
        case Operation::local:
        case Operation::method_call:
        case Operation::function_call:
        case Operation::function_reference:
        case Operation::bind_name:
        case Operation::bind_default:
        case Operation::bind_array:
        case Operation::bind_object:
        case Operation::bind_property:
        case Operation::bind_rest:
        case Operation::bind_nothing:
            return;
        default:
            break;
    }
    // What is left has two operands.
    resolve(node.first);
    resolve(node.second);
}

void Resolver::resolve_children(const Node& node) {
    const bool iterates = node.operation == Operation::array;
    for (std::uint32_t i = 0; i < node.third; ++i)
        resolve(program_.children[node.second + i], iterates);
}

void Resolver::constant(Node& node, Operand value) {
    node.operation = Operation::constant;
    node.first = program_.add_constant(value);
}

void Resolver::resolve_name(Node& node) {
    const std::string_view name = text(node.first);
    for (std::size_t i = locals_.size(); i-- > 0;) {
        if (locals_[i].name != name) continue;
        if (!locals_[i].ready) {
            return fail(beyond_expression(
                node.begin, "the parameter " + quoted(name) + " has no value yet here",
                "a default can use the parameters before it"));
        }
        node.operation = Operation::local;
        node.first = static_cast<std::uint32_t>(i);
        return;
    }
    if (name == "undefined") return constant(node, {});
    if (name == "NaN")
        return constant(node, Operand::number(std::numeric_limits<double>::quiet_NaN()));
    if (name == "Infinity")
        return constant(node, Operand::number(std::numeric_limits<double>::infinity()));
    if (name == "nodes") return fail(bare_nodes(node.begin));
    if (name == "secrets") return fail(bare_secrets(node.begin));
    if (const auto root = root_of(name)) {
        node.operation = Operation::root;
        node.id = static_cast<std::uint16_t>(*root);
        insert_sorted(program_.references.roots, *root);
        return;
    }
    if (find_function(name)) {
        return fail(beyond_expression(node.begin, quoted(name) + " is a function",
                                      "call it, as in " + std::string(name) + "(input.value)"));
    }
    if (is_namespace(name)) {
        return fail(beyond_expression(node.begin, quoted(name) + " is not a value",
                                      "call one of its functions"));
    }
    std::vector<std::string_view> parameters;
    parameters.reserve(locals_.size());
    for (const Local& local : locals_) parameters.push_back(local.name);
    fail(unknown_name(node.begin, name, parameters, names_));
}

void Resolver::resolve_member(Node& node) {
    if (is_free_name(node.first, "nodes")) return resolve_node_output(node);
    if (is_free_name(node.first, "secrets")) return resolve_secret(node);
    const Node& object = program_.nodes[node.first];
    if (object.operation == Operation::name && is_free(text(object.first))) {
        const std::string_view name = text(object.first);
        const std::string whole = std::string(name) + "." + std::string(text(node.second));
        if (is_namespace(name)) {
            if (const auto known = number_constant(whole)) {
                return constant(node, Operand::number(*known));
            }
            if (!find_function(whole)) return fail(unknown_function(node.begin, whole));
            return fail(beyond_expression(node.begin, quoted(whole) + " is a function",
                                          "call it: " + whole + "(...)"));
        }
    }
    if (object.operation == Operation::regex) {
        return fail(beyond_expression(node.begin, "of regular expressions nothing can be read",
                                      "test them: /a+/.test(text)"));
    }
    resolve(node.first);
}

void Resolver::resolve_node_output(Node& node) {
    const std::string_view id = text(node.second);
    const auto found = std::ranges::find(names_.nodes, id);
    if (found == names_.nodes.end()) {
        return fail(unknown_node(node.begin, id, names_));
    }
    node.operation = Operation::node_output;
    node.first = static_cast<std::uint32_t>(found - names_.nodes.begin());
    insert_sorted(program_.references.nodes, node.first);
}

/// Its name takes the place of `secrets`: no node may be added here.
void Resolver::resolve_secret(Node& node) {
    Node& name = program_.nodes[node.first];
    name.operation = Operation::constant;
    name.first = node.second;
    node.operation = Operation::secret;
}

bool Resolver::is_free(std::string_view name) const {
    return std::ranges::find(locals_, name, &Local::name) == locals_.end();
}

bool Resolver::is_free_name(std::uint32_t index, std::string_view name) const {
    const Node& node = program_.nodes[index];
    return node.operation == Operation::name && text(node.first) == name && is_free(name);
}

std::optional<Problem> resolve(Program& program, const Names& names) {
    if (auto problem = Resolver(program, names).run()) return problem;
    program.node_uses = node_uses_of(program);
    program.secret_uses = secret_uses_of(program);
    fold_constants(program);
    lay_out_paths(program);
    return {};
}

}  // namespace sluice::expression
