#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/parameters.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"items", "field", "separator"});
    const Array& items = parameters.list("items");
    const Path field = parameters.path_or_item("field");
    const std::string_view separator = parameters.text_or("separator", ",");
    if (auto failure = parameters.failure()) return std::move(*failure);

    std::string text;
    for (std::size_t at = 0; at < items.size(); ++at) {
        if (at > 0) text += separator;
        const Value* const found = field.find(items[at]);
        if (found == nullptr || found->is_null()) continue;
        if (found->is_structured())
            return NodeError{"not_text",
                             "items[" + std::to_string(at) +
                                 "] is a list or an object: name its `field`, or write it as JSON "
                                 "before (json.format)",
                             Object{{"item", at}}, false};
        text += as_text(*found);
        if (text.size() > parameters.limits().output_bytes)
            return too_large("items", parameters.type(), parameters.limits().output_bytes, "bytes",
                             "join fewer of them");
    }
    return put_out({{"text", text}});
}

}  // namespace

NodeType data_join() {
    return data_node(
        "data.join",
        "Makes one text of the texts, numbers and booleans of a list; null is empty. Two lists are "
        "joined by their keys with data.lookup.",
        object_schema({{"items", "array", "The list.", true, {}},
                       {"field", "", "The path of what is taken of each item.", false,
                        Object{{"examples", Array{"name"}}}},
                       {"separator", "string", "What stands between them.", false,
                        Object{{"default", ","}}}}),
        object_schema({{"text", "string", "The text.", true, {}}}), run);
}

}  // namespace sluice::nodes
