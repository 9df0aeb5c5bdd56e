#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/data/each_object.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

NodeError taken(std::string_view name) {
    return {"name_taken",
            "two members would be named `" + std::string(name) +
                "`: rename or drop the other one first (data.pick with `without`)",
            Object{{"name", name}}, false};
}

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"value", "fields"});
    Value& value = parameters.value("value");
    check_objects(value, parameters);
    const Object& fields = parameters.object("fields");
    if (fields.size() > parameters.limits().data_rules)
        parameters.problem("fields", "must not have more than " +
                                         std::to_string(parameters.limits().data_rules) + " names");
    for (const auto& entry : fields)
        if (!entry.value().is_string())
            parameters.problem("fields." + std::string(entry.key()), "must be the new name");
    if (auto failure = parameters.failure()) return std::move(*failure);

    std::optional<NodeError> clash;
    for_each_object(value, [&](Object& object) {
        Object renamed;
        for (auto& member : object) {
            const auto* const found = fields.if_contains(member.key());
            const std::string_view name = found == nullptr ? std::string_view(member.key())
                                                           : std::string_view(found->get_string());
            if (!renamed.emplace(name, std::move(member.value())).second && !clash)
                clash = taken(name);
        }
        object = std::move(renamed);
    });
    if (clash) return std::move(*clash);
    return put_out({{"value", std::move(value)}});
}

}  // namespace

NodeType data_rename() {
    return data_node(
        "data.rename",
        "Gives members of an object, or of every object of a list, other names. They keep their "
        "places; names that are not there are passed over.",
        object_schema({{"value", "", "An object or a list of objects.", true, {}},
                       {"fields", "object", "Old names with their new ones.", true,
                        Object{{"examples", Array{Object{{"cust_id", "customerId"}}}}}}}),
        object_schema({{"value", "", "As it was given, with the new names.", true, {}}}), run);
}

}  // namespace sluice::nodes
