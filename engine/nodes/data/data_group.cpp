#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/data/keys.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"items", "by"});
    Array& items = parameters.list("items");
    const auto by = parameters.paths("by");
    if (auto failure = parameters.failure()) return std::move(*failure);

    Array groups;
    const KeyedItems keyed(items, by);
    for (const auto& places : keyed.groups()) {
        Object group;
        group["key"] = group_key(keyed.keys_of(places.front()), by);
        Array members;
        members.reserve(places.size());
        for (const std::size_t place : places) members.push_back(std::move(items[place]));
        group["items"] = std::move(members);
        groups.emplace_back(std::move(group));
    }
    return put_out({{"groups", std::move(groups)}});
}

}  // namespace

NodeType data_group() {
    return data_node(
        "data.group",
        "Puts the items of a list together that have the same key. Groups come in the order in "
        "which they begin.",
        object_schema({{"items", "array", "The list.", true, {}},
                       {"by", "",
                        "The path of the key, or a list of paths: then the key is an object of "
                        "them. What is missing counts as null.",
                        true, Object{{"examples", Array{"country", Array{"country", "city"}}}}}}),
        object_schema({{"groups", "array", "{key, items} of each group.", true, {}}}), run);
}

}  // namespace sluice::nodes
