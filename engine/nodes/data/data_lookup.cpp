#include <array>
#include <map>

#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/data/keys.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

enum class Unmatched : std::uint8_t { keep, drop, fail };
constexpr std::array<std::string_view, 3> unmatched_words{"keep", "drop", "fail"};

/// Keys of several values, compared one by one.
struct KeyLess {
    std::size_t width;
    bool operator()(const Value* const* left, const Value* const* right) const {
        for (std::size_t at = 0; at < width; ++at)
            if (const auto compared = compare_values(*left[at], *right[at]); compared != 0)
                return compared < 0;
        return false;
    }
};

struct Lookup {
    std::vector<Path> field;
    std::vector<Path> match;
    std::string as;
    Unmatched unmatched;
    bool all;
};

Lookup read(DataParameters& parameters) {
    Lookup lookup;
    lookup.field = parameters.paths("field");
    lookup.match = parameters.has("match") ? parameters.paths("match") : lookup.field;
    if (lookup.match.size() != lookup.field.size())
        parameters.problem("match", "must name as many paths as `field`");
    lookup.as = parameters.text_or("as", "match");
    lookup.unmatched = static_cast<Unmatched>(parameters.choice("unmatched", unmatched_words, 0));
    lookup.all = parameters.flag("all", false);
    return lookup;
}

NodeError no_match(std::size_t item) {
    return {"no_match",
            "nothing in `in` matches items[" + std::to_string(item) +
                "]; with `unmatched: keep` or `drop` that is no failure",
            Object{{"item", item}}, false};
}

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"items", "in", "field", "match", "as", "unmatched", "all"});
    Array& items = parameters.list("items");
    const Array& table = parameters.list("in");
    const Lookup lookup = read(parameters);
    for (std::size_t at = 0; at < items.size(); ++at)
        if (!items[at].is_object()) {
            parameters.problem("items[" + std::to_string(at) + ']', "must be an object");
            break;
        }
    if (auto failure = parameters.failure()) return std::move(*failure);

    const std::size_t width = lookup.field.size();
    const KeyedItems rows(table, lookup.match);
    const KeyedItems keys(items, lookup.field);
    std::map<const Value* const*, std::vector<std::size_t>, KeyLess> places(KeyLess{width});
    for (std::size_t row = 0; row < table.size(); ++row) places[rows.keys_of(row)].push_back(row);
    Array joined;
    std::size_t unmatched = 0;
    std::size_t copies = 0;
    for (std::size_t at = 0; at < items.size(); ++at) {
        const auto found = places.find(keys.keys_of(at));
        const bool matches = found != places.end();
        unmatched += matches ? 0 : 1;
        if (!matches && lookup.unmatched == Unmatched::fail) return no_match(at);
        if (!matches && lookup.unmatched == Unmatched::drop) continue;
        Value match;
        if (lookup.all) {
            Array& list = match.emplace_array();
            if (matches) copies += found->second.size();
            if (copies > parameters.limits().data_items)
                return too_many_items("in", parameters.type(), parameters.limits());
            if (matches)
                for (const std::size_t row : found->second) list.push_back(table[row]);
        } else if (matches) {
            match = table[found->second.front()];
        }
        joined.push_back(items[at]);
        joined.back().get_object()[lookup.as] = std::move(match);
    }
    return put_out({{"items", std::move(joined)}, {"unmatched", unmatched}});
}

}  // namespace

NodeType data_lookup() {
    return data_node(
        "data.lookup", "Adds to each item of a list the row of another list that has the same key.",
        object_schema(
            {{"items", "array", "The objects to add to.", true, {}},
             {"in", "array", "The rows to look in.", true, {}},
             {"field", "", "The path, or paths, of the key in an item.", true,
              Object{{"examples", Array{"customerId"}}}},
             {"match", "", "The same in a row, unless it is the same.", false,
              Object{{"examples", Array{"id"}}}},
             {"as", "string", "Name under which the row is added.", false,
              Object{{"default", "match"}}},
             {"all", "boolean", "Add the list of all rows that match, instead of the first.", false,
              Object{{"default", false}}},
             {"unmatched", "", "What becomes of an item without a row: it keeps null.", false,
              Object{{"enum", Array{"keep", "drop", "fail"}}, {"default", "keep"}}}}),
        object_schema({{"items", "array", "The items with their rows.", true, {}},
                       {"unmatched", "integer", "How many had none.", true, {}}}),
        run);
}

}  // namespace sluice::nodes
