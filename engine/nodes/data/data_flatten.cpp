#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

void add_items(Array& into, const Array& items, std::int64_t depth, std::size_t most) {
    for (const auto& item : items) {
        if (into.size() > most) return;
        const auto* const list = item.if_array();
        if (list != nullptr && depth > 0)
            add_items(into, *list, depth - 1, most);
        else
            into.push_back(item);
    }
}

void add_members(Object& into, const std::string& name, const Value& value,
                 std::string_view separator, std::int64_t depth) {
    const auto* const object = value.if_object();
    const auto* const list = value.if_array();
    const bool holds =
        (object != nullptr && !object->empty()) || (list != nullptr && !list->empty());
    if (!holds || depth == 0) {
        into[name] = value;
        return;
    }
    const std::string before = name.empty() ? name : name + std::string(separator);
    if (object != nullptr)
        for (const auto& entry : *object)
            add_members(into, before + std::string(entry.key()), entry.value(), separator,
                        depth - 1);
    else
        for (std::size_t at = 0; at < list->size(); ++at)
            add_members(into, before + std::to_string(at), (*list)[at], separator, depth - 1);
}

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"items", "object", "depth", "separator"});
    const bool is_list = parameters.has("items");
    if (is_list == parameters.has("object"))
        parameters.problem("items", "or `object` must be given, and not both");
    const auto deepest = static_cast<std::int64_t>(parameters.limits().output_depth);
    const std::int64_t depth = parameters.whole("depth", 1, deepest, is_list ? 1 : deepest);
    const std::string_view separator = parameters.text_or("separator", ".");
    const Array none;
    const Array& items = is_list ? parameters.list("items") : none;
    const Object no_object;
    const Object& object = parameters.has("object") ? parameters.object("object") : no_object;
    if (auto failure = parameters.failure()) return std::move(*failure);

    if (is_list) {
        Array flat;
        add_items(flat, items, depth, parameters.limits().data_items);
        if (flat.size() > parameters.limits().data_items)
            return too_many_items("items", parameters.type(), parameters.limits());
        return put_out({{"items", std::move(flat)}});
    }
    Object flat;
    for (const auto& entry : object)
        add_members(flat, entry.key(), entry.value(), separator, depth - 1);
    return put_out({{"object", std::move(flat)}});
}

}  // namespace

NodeType data_flatten() {
    return data_node(
        "data.flatten",
        "Takes levels away: out of lists in a list becomes one list, out of objects in an object "
        "one object with names such as `customer.city` and `lines.0.sku`.",
        object_schema(
            {{"items", "array", "A list whose items are lists, at least some.", false,
              Object{{"examples", Array{Array{Array{1, 2}, Array{3}}}}}},
             {"object", "object", "Instead of `items`: an object that holds others.", false,
              Object{{"examples", Array{Object{{"customer", Object{{"city", "Bonn"}}}}}}}},
             {"depth", "integer", "How many levels; 1 of lists and all of objects unless given.",
              false, Object{{"minimum", 1}}},
             {"separator", "string", "What stands between names.", false,
              Object{{"default", "."}}}}),
        object_schema({{"items", "array", "The flat list.", false, {}},
                       {"object", "object", "The flat object.", false, {}}}),
        run);
}

}  // namespace sluice::nodes
