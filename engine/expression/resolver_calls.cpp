#include <algorithm>
#include <utility>

#include "engine/expression/known_names.hpp"
#include "engine/expression/problems.hpp"
#include "engine/expression/resolver_state.hpp"

namespace sluice::expression {

namespace {

constexpr std::size_t most_parameters = 250;

std::string quoted(std::string_view name) {
    return "`" + std::string(name) + "`";
}

const Method* of(std::uint16_t name, Receiver receiver) {
    return method_names()[name].of[static_cast<std::size_t>(receiver)];
}

std::string counted(std::size_t count) {
    return count == 1 ? "1 argument" : std::to_string(count) + " arguments";
}

}  // namespace

void Resolver::resolve_call(Node& node, bool iterated) {
    const Node& callee = program_.nodes[node.first];
    if (callee.operation == Operation::name)
        return resolve_function(node, std::string(text(callee.first)));
    if (callee.operation != Operation::member) {
        return fail(
            beyond_expression(callee.begin, "only methods and built-in functions can be called"));
    }
    const Node& object = program_.nodes[callee.first];
    if (object.operation == Operation::name && is_free(text(object.first)) &&
        is_namespace(text(object.first))) {
        return resolve_function(
            node, std::string(text(object.first)) + "." + std::string(text(callee.second)));
    }
    resolve_method(node, callee, iterated);
}

void Resolver::resolve_function(Node& node, const std::string& name) {
    const auto position = is_free(name) ? find_function(name) : std::nullopt;
    if (!position) {
        if (!is_free(name) || root_of(name)) {
            return fail(
                beyond_expression(node.begin, quoted(name) + " is a value, not a function"));
        }
        return fail(unknown_function(node.begin, name));
    }
    const Function& function = functions()[*position];
    check_arity(node, name, function.least, function.most);
    node.operation = Operation::function_call;
    node.id = *position;
    resolve_arguments(node, function.functions, 0, (function.traits & takes_iterator) != 0);
    if ((function.traits & changes_first) != 0 && !problem_ && node.third > 0) {
        const Node& target = program_.nodes[program_.children[node.second]];
        if (target.operation != Operation::object) {
            fail(beyond_expression(node.begin, quoted(name) + " changes its first argument",
                                   "write " + name + "({}, ...), or {...a, ...b}"));
        }
    }
}

void Resolver::resolve_method(Node& node, const Node& callee, bool iterated) {
    const std::string_view name = text(callee.second);
    const std::size_t name_offset = callee.end - name.size();
    const auto position = find_method(name);
    if (!position) return fail(unknown_method(name_offset, name));
    const MethodName& method = method_names()[*position];
    std::size_t least = Method::unlimited;
    std::size_t most = 0;
    std::uint8_t functions = 0;
    std::uint8_t regexes = 0;
    std::uint8_t traits = 0;
    for (const Method* const of : method.of) {
        if (of == nullptr) continue;
        least = std::min<std::size_t>(least, of->least);
        most = std::max<std::size_t>(most, of->most);
        functions |= of->functions;
        regexes |= of->regexes;
        traits |= of->traits;
    }
    check_arity(node, name, least, most);
    node.operation = Operation::method_call;
    node.flags |= callee.flags & optional_link;
    node.id = *position;
    // The callee stays in front of the arguments, for messages.
    program_.nodes[node.first].operation = Operation::method;
    node.first = callee.first;
    const bool of_regex = method.of[static_cast<std::size_t>(Receiver::regex)] != nullptr;
    if (!of_regex || program_.nodes[node.first].operation != Operation::regex) resolve(node.first);
    resolve_arguments(node, functions, regexes, false);
    if ((traits & gives_iterator) != 0 && !iterated) {
        fail(beyond_expression(name_offset, quoted(name) + " gives an iterator in JavaScript",
                               "spread it: [...value." + std::string(name) + "(...)]"));
    }
    if ((traits & changes_receiver) != 0 && !problem_ && !is_fresh(node.first)) {
        fail({"unknown_function",
              quoted(name) + " changes its array",
              name_offset,
              name == "sort"      ? "sort a copy: [...array].sort(...), or use toSorted"
              : name == "reverse" ? "reverse a copy: [...array].reverse(), or use toReversed()"
                                  : "use a copy: [...array]",
              {}});
    }
}

void Resolver::check_arity(const Node& node, std::string_view name, std::size_t least,
                           std::size_t most) {
    const bool spread = (node.flags & has_spread) != 0;
    if (!spread && node.third < least) {
        return fail({"wrong_arguments",
                     quoted(name) + " needs " + (most > least ? "at least " : "") + counted(least) +
                         (node.third == 0 ? ", but there is none" : ", but there is 1"),
                     node.begin,
                     {},
                     {}});
    }
    if (node.third > most) {
        fail({"wrong_arguments",
              quoted(name) + " takes " +
                  (most == 0 ? "no arguments" : (most > least ? "at most " : "") + counted(most)) +
                  ", but there are " + std::to_string(node.third),
              node.begin,
              {},
              {}});
    }
}

void Resolver::resolve_arguments(Node& node, std::uint8_t functions, std::uint8_t regexes,
                                 bool iterates) {
    bool spread = false;
    for (std::uint32_t i = 0; i < node.third && !problem_; ++i) {
        const std::uint32_t child = program_.children[node.second + i];
        Node& argument = program_.nodes[child];
        spread = spread || argument.operation == Operation::spread;
        const std::uint8_t bit = i < 8 && !spread ? static_cast<std::uint8_t>(1U << i) : 0;
        if ((functions & bit) != 0 && resolve_function_argument(child)) continue;
        if ((regexes & bit) != 0 && argument.operation == Operation::regex) continue;
        resolve(child, argument.operation == Operation::spread || (iterates && i == 0));
    }
}

/// False when the argument is no function.
bool Resolver::resolve_function_argument(std::uint32_t index) {
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
    const auto position = is_free(name) ? find_function(name) : std::nullopt;
    if (!position || functions()[*position].functions != 0 || functions()[*position].traits != 0)
        return false;
    node.operation = Operation::function_reference;
    node.id = *position;
    return true;
}

void Resolver::resolve_arrow(Node& node) {
    const std::size_t outer = locals_.size();
    node.id = static_cast<std::uint16_t>(outer);
    bool plain = true;
    for (std::uint32_t i = 0; i < node.third; ++i) {
        Node& parameter = program_.nodes[program_.children[node.second + i]];
        plain = plain && parameter.operation == Operation::bind_name;
        declare(parameter, outer);
    }
    if (locals_.size() > most_parameters) {
        fail({"expression_too_deep",
              "arrow functions inside each other have too many parameters",
              node.begin,
              {},
              {}});
    }
    if (plain) node.flags |= plain_names;
    program_.slots = std::max(program_.slots, static_cast<std::uint32_t>(locals_.size()));
    for (std::uint32_t i = 0; i < node.third; ++i) {
        bind(program_.nodes[program_.children[node.second + i]]);
    }
    resolve(node.first);
    locals_.resize(outer);
}

/// Gives a slot to each name that a parameter binds.
void Resolver::declare(Node& node, std::size_t outer) {
    switch (node.operation) {
        case Operation::bind_name: {
            const std::string_view name = text(node.first);
            for (std::size_t i = outer; i < locals_.size(); ++i) {
                if (locals_[i].name != name) continue;
                return fail({"expression_syntax",
                             "the parameter " + quoted(name) + " is there twice",
                             node.begin,
                             {},
                             {}});
            }
            node.first = static_cast<std::uint32_t>(locals_.size());
            locals_.push_back({name, false});
            return;
        }
        case Operation::bind_default:
        case Operation::bind_rest:
            return declare(program_.nodes[node.first], outer);
        case Operation::bind_property:
            return declare(program_.nodes[node.second], outer);
        case Operation::bind_array:
        case Operation::bind_object:
            for (std::uint32_t i = 0; i < node.third; ++i)
                declare(program_.nodes[program_.children[node.second + i]], outer);
            return;
        default:
            return;
    }
}

/// Resolves the defaults of a parameter, and makes its names known from there on.
void Resolver::bind(Node& node) {
    if (problem_) return;
    switch (node.operation) {
        case Operation::bind_name:
            locals_[node.first].ready = true;
            return;
        case Operation::bind_default:
            resolve(node.second);
            return bind(program_.nodes[node.first]);
        case Operation::bind_rest:
            return bind(program_.nodes[node.first]);
        case Operation::bind_property:
            return bind(program_.nodes[node.second]);
        case Operation::bind_array:
        case Operation::bind_object:
            for (std::uint32_t i = 0; i < node.third; ++i)
                bind(program_.nodes[program_.children[node.second + i]]);
            return;
        default:
            return;
    }
}

bool Resolver::is_fresh(std::uint32_t index) const {
    const Node& node = program_.nodes[index];
    switch (node.operation) {
        case Operation::array:
            return true;
        case Operation::function_call:
            return (functions()[node.id].traits & gives_list) != 0;
        case Operation::method_call:
            if (const Method* const of_array = of(node.id, Receiver::array))
                return (of_array->traits & gives_list) != 0;
            return true;  // of strings, which give new arrays, or of what gives none
        case Operation::conditional:
            return is_fresh(node.second) && is_fresh(node.third);
        default:
            return false;
    }
}

}  // namespace sluice::expression
