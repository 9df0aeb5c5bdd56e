#include <set>

#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/data/each_object.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

using Names = std::vector<std::string>;

Names read_names(std::string_view key, DataParameters& parameters) {
    Names names;
    for (const auto& name : parameters.list(key)) {
        const auto* const text = name.if_string();
        if (text != nullptr)
            names.emplace_back(*text);
        else
            parameters.problem(std::string(key), "must be a list of names");
        if (text == nullptr) break;
    }
    return names;
}

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"value", "fields", "without"});
    Value& value = parameters.value("value");
    check_objects(value, parameters);
    const bool picks = parameters.has("fields");
    if (picks == parameters.has("without"))
        parameters.problem("fields", "or `without` must be given, and not both");
    Names names;
    if (picks || parameters.has("without"))
        names = read_names(picks ? "fields" : "without", parameters);
    if (names.size() > parameters.limits().data_rules)
        parameters.problem(
            picks ? "fields" : "without",
            "must not have more than " + std::to_string(parameters.limits().data_rules) + " names");
    if (auto failure = parameters.failure()) return std::move(*failure);

    for_each_object(value, [&](Object& object) {
        if (!picks) {
            for (const auto& name : names) object.erase(name);
            return;
        }
        Object picked;
        for (const auto& name : names)
            if (auto* const member = object.if_contains(name)) picked[name] = std::move(*member);
        object = std::move(picked);
    });
    return put_out({{"value", std::move(value)}});
}

}  // namespace

NodeType data_pick() {
    return data_node(
        "data.pick",
        "Keeps some members of an object, or of every object of a list, or all without some.",
        object_schema({{"value", "", "An object or a list of objects.", true, {}},
                       {"fields", "array", "Names of what is kept, in this order.", false,
                        Object{{"examples", Array{Array{"id", "name"}}}}},
                       {"without", "array", "Instead of `fields`: names of what is left out.",
                        false, Object{{"examples", Array{Array{"password"}}}}}}),
        object_schema({{"value", "", "As it was given, with fewer members.", true, {}}}), run);
}

}  // namespace sluice::nodes
