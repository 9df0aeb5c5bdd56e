#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"items", "fields", "field"});
    const Array& items = parameters.list("items");
    if (parameters.has("fields") == parameters.has("field"))
        parameters.problem("fields", "or `field` must be given, and not both");
    std::vector<std::pair<std::string, Path>> fields;
    if (parameters.has("fields")) fields = parameters.named_paths("fields");
    const Path field = parameters.path_or_item("field");
    if (auto failure = parameters.failure()) return std::move(*failure);

    Array mapped;
    mapped.reserve(items.size());
    for (const auto& item : items) {
        if (fields.empty()) {
            const Value* const found = field.find(item);
            mapped.push_back(found == nullptr ? Value() : *found);
            continue;
        }
        Object made;
        for (const auto& [name, path] : fields)
            if (const Value* const found = path.find(item)) made[name] = *found;
        mapped.emplace_back(std::move(made));
    }
    return put_out({{"items", std::move(mapped)}});
}

}  // namespace

NodeType data_map() {
    return data_node(
        "data.map",
        "Makes a new item out of each item of a list by naming where its parts stand. What has to "
        "be computed stands in an expression: `${input.items.map(item => item.price * 2)}`.",
        object_schema(
            {{"items", "array", "The list.", true, {}},
             {"fields", "object",
              "Names of the new item, each with a path in the old one; what is not there is left "
              "out.",
              false,
              Object{
                  {"examples", Array{Object{{"name", "customer.name"}, {"first", "lines[0]"}}}}}},
             {"field", "", "Instead of `fields`: the path of what each new item is; else null.",
              false, Object{{"examples", Array{"customer.name"}}}}}),
        object_schema({{"items", "array", "The new items, in the order of the old.", true, {}}}),
        run);
}

}  // namespace sluice::nodes
