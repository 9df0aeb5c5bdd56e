#include <set>

#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/data/keys.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"items", "by", "keep"});
    Array& items = parameters.list("items");
    std::vector<Path> by;
    if (parameters.has("by")) by = parameters.paths("by");
    if (by.empty()) by.emplace_back();
    constexpr std::array<std::string_view, 2> words{"first", "last"};
    const bool last = parameters.choice("keep", words, 0) == 1;
    if (auto failure = parameters.failure()) return std::move(*failure);

    const KeyedItems keyed(items, by);
    std::set<std::size_t, KeyedItems::Less> seen(keyed.less());
    std::vector<bool> kept(items.size());
    for (std::size_t at = 0; at < items.size(); ++at) {
        const std::size_t item = last ? items.size() - 1 - at : at;
        kept[item] = seen.insert(item).second;
    }
    Array unique;
    for (std::size_t at = 0; at < items.size(); ++at)
        if (kept[at]) unique.push_back(std::move(items[at]));
    const std::size_t dropped = items.size() - unique.size();
    return put_out({{"items", std::move(unique)}, {"dropped", dropped}});
}

}  // namespace

NodeType data_unique() {
    return data_node(
        "data.unique",
        "Drops the items of a list that are there already. 1 and 1.0 are equal, and so are objects "
        "with the same members in any order.",
        object_schema(
            {{"items", "array", "The list.", true, {}},
             {"by", "", "The path, or paths, of what must be unique; without it, the whole item.",
              false, Object{{"examples", Array{"email", Array{"shop", "order"}}}}},
             {"keep", "", "Which of equal items stays.", false,
              Object{{"enum", Array{"first", "last"}}, {"default", "first"}}}}),
        object_schema({{"items", "array", "Those that stay, in their order.", true, {}},
                       {"dropped", "integer", "How many others there were.", true, {}}}),
        run);
}

}  // namespace sluice::nodes
