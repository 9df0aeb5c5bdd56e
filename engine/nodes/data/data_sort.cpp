#include <algorithm>
#include <vector>

#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/data/value_order.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

struct Key {
    Path field;
    bool descending = false;
};

/// One entry of `by`: a path, or {field, descending}.
Key read_key(const Value& written, const std::string& place, DataParameters& parameters) {
    Key key;
    const auto* const object = written.if_object();
    const Value* field = &written;
    if (object != nullptr) {
        field = object->if_contains("field");
        for (const auto& entry : *object) {
            const std::string_view name = entry.key();
            if (name == "descending" && entry.value().is_bool())
                key.descending = entry.value().get_bool();
            else if (name != "field")
                parameters.problem(place + '.' + std::string(name),
                                   name == "descending"
                                       ? "must be true or false"
                                       : "is not known; a key is {field, descending}");
        }
        if (field == nullptr) return key;  // the item itself
    }
    if (auto path = Path::parse(*field, parameters.limits()))
        key.field = std::move(*path);
    else
        parameters.problem(place, std::string(path_expectation));
    return key;
}

std::vector<Key> read_keys(DataParameters& parameters) {
    const Value* const by = parameters.find("by");
    if (by == nullptr) return {Key{}};
    const auto* const list = by->if_array();
    if (list == nullptr) return {read_key(*by, "by", parameters)};
    std::vector<Key> keys;
    if (list->empty() || list->size() > parameters.limits().data_rules)
        parameters.problem("by", "must have from 1 to " +
                                     std::to_string(parameters.limits().data_rules) + " keys");
    else
        for (std::size_t at = 0; at < list->size(); ++at)
            keys.push_back(read_key((*list)[at], "by[" + std::to_string(at) + ']', parameters));
    return keys;
}

/// What is missing comes last either way, as spreadsheets and databases have it.
bool comes_first(const Value* const* left, const Value* const* right,
                 const std::vector<Key>& keys) {
    for (std::size_t at = 0; at < keys.size(); ++at) {
        const bool left_is_there = left[at] != nullptr && !left[at]->is_null();
        const bool right_is_there = right[at] != nullptr && !right[at]->is_null();
        if (left_is_there != right_is_there) return left_is_there;
        if (!left_is_there) continue;
        const auto compared = compare_values(*left[at], *right[at]);
        if (compared != 0) return keys[at].descending ? compared > 0 : compared < 0;
    }
    return false;
}

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"items", "by"});
    Array& items = parameters.list("items");
    const auto keys = read_keys(parameters);
    if (auto failure = parameters.failure()) return std::move(*failure);

    std::vector<const Value*> found;  // the keys of each item, one after the other
    found.reserve(items.size() * keys.size());
    for (const auto& item : items)
        for (const auto& key : keys) found.push_back(key.field.find(item));
    std::vector<std::size_t> order(items.size());
    for (std::size_t at = 0; at < order.size(); ++at) order[at] = at;
    std::ranges::sort(order, [&](std::size_t left, std::size_t right) {
        const auto* const lefts = &found[left * keys.size()];
        const auto* const rights = &found[right * keys.size()];
        if (comes_first(lefts, rights, keys)) return true;
        return left < right && !comes_first(rights, lefts, keys);
    });
    Array sorted;
    sorted.reserve(items.size());
    for (const std::size_t at : order) sorted.push_back(std::move(items[at]));
    return put_out({{"items", std::move(sorted)}});
}

}  // namespace

NodeType data_sort() {
    return data_node(
        "data.sort",
        "Orders a list. Equal items keep their order; numbers come before texts, texts are ordered "
        "by code points, and items without the field come last.",
        object_schema({{"items", "array", "The list.", true, {}},
                       {"by", "",
                        "What to order by: a path, {field, descending}, or a list of these, the "
                        "most important first. Without it, the items themselves.",
                        false,
                        Object{{"examples", Array{"name", Array{Object{{"field", "total"},
                                                                       {"descending", true}},
                                                                "name"}}}}}}),
        object_schema({{"items", "array", "The list in its order.", true, {}}}), run);
}

}  // namespace sluice::nodes
