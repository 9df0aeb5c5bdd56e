#include "engine/expression/known_names.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "engine/expression/builtins/builtins.hpp"
#include "engine/expression/problems.hpp"
#include "engine/expression/refused_names.hpp"
#include "engine/model/nearest_name.hpp"

namespace sluice::expression {

namespace {

constexpr std::array<std::pair<std::string_view, Root>, 9> roots{{{"input", Root::input},
                                                                  {"vars", Root::vars},
                                                                  {"trigger", Root::trigger},
                                                                  {"env", Root::env},
                                                                  {"execution", Root::execution},
                                                                  {"flow", Root::flow},
                                                                  {"item", Root::item},
                                                                  {"index", Root::index},
                                                                  {"error", Root::error}}};

std::string quoted(std::string_view name) {
    return "`" + std::string(name) + "`";
}

std::string did_you_mean(std::string_view nearest) {
    return nearest.empty() ? std::string() : "did you mean " + quoted(nearest) + "?";
}

std::string first_of(std::string_view known_hint, std::string_view nearest,
                     std::string_view otherwise) {
    if (!known_hint.empty()) return std::string(known_hint);
    return nearest.empty() ? std::string(otherwise) : did_you_mean(nearest);
}

}  // namespace

std::optional<Root> root_of(std::string_view name) {
    const auto* const found =
        std::ranges::find(roots, name, &std::pair<std::string_view, Root>::first);
    if (found == roots.end()) return {};
    return found->second;
}

bool is_namespace(std::string_view name) {
    return std::ranges::any_of(functions(), [name](const Function& function) {
        return function.name.starts_with(name) &&
               function.name.substr(name.size()).starts_with('.');
    });
}

Problem unknown_name(std::size_t offset, std::string_view name,
                     std::span<const std::string_view> parameters, const Names& names) {
    std::string hint;
    if (std::ranges::find(names.nodes, name) != names.nodes.end()) {
        hint = "the output of that node is " + quoted("nodes." + std::string(name));
    } else {
        std::vector<std::string_view> known(parameters.begin(), parameters.end());
        for (const auto& [root, value] : roots) known.push_back(root);
        known.insert(known.end(), {"nodes", "secrets", "undefined"});
        for (const auto& function : functions()) {
            known.push_back(function.name.substr(0, function.name.find('.')));
        }
        hint = first_of(
            hint_for_name(name), nearest_name(name, known),
            "an expression begins with input, nodes, vars, trigger, secrets, env, execution, flow, "
            "item, index or error");
    }
    return {"unknown_name", "unknown name " + quoted(name), offset, std::move(hint), {}};
}

Problem unknown_node(std::size_t offset, std::string_view id, const Names& names) {
    const std::vector<std::string_view> known(names.nodes.begin(), names.nodes.end());
    return {"unknown_node",
            "the flow has no node " + quoted(id),
            offset,
            did_you_mean(nearest_name(id, known)),
            {}};
}

Problem unknown_function(std::size_t offset, std::string_view name) {
    std::vector<std::string_view> known;
    for (const auto& function : functions()) known.push_back(function.name);
    for (const auto& constant : number_constants()) known.push_back(constant.name);
    return {"unknown_function",
            "there is no function " + quoted(name) + " here",
            offset,
            first_of(hint_for_name(name), nearest_name(name, known), code_node_hint),
            {}};
}

Problem unknown_method(std::size_t offset, std::string_view name) {
    std::vector<std::string_view> known;
    for (const auto& method : method_names()) known.push_back(method.name);
    return {"unknown_function",
            "there is no method " + quoted(name) + " here",
            offset,
            first_of(hint_for_method(name), nearest_name(name, known), code_node_hint),
            {}};
}

}  // namespace sluice::expression
