#include "engine/nodes/built_in.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {

NodeType flow_each() {
    NodeType type;
    type.id = "flow.each";
    type.category = "flow";
    type.description =
        "Runs its `nodes` for every item, several at once. In them `item` is the item, and `index` "
        "its place from 0.";
    type.input_schema = object_schema({
        {"items", "", "A list; or an object, whose items are then {key, value}.", true,
         Object{{"examples", Array{"${input.orders}"}}}},
        {"max_parallel", "", "How many run at once; without it: all.", false,
         Object{{"examples", Array{10}}}},
        {"batch", "", "So many items together: `item` is then a list.", false,
         Object{{"examples", Array{50}}}},
        {"on_error", "string",
         "`stop`: the first failure cancels the others and fails the node; "
         "`collect`: the others go on, and the failures are in `errors`.",
         false, Object{{"enum", {"stop", "collect"}}, {"default", "stop"}}},
    });
    type.output_schema = object_schema(
        {{"results",
          "array",
          "What each iteration put out, in the order of the items; null where it failed.",
          true,
          {}},
         {"count", "integer", "How many there were.", true, {}},
         {"failed", "integer", "How many of them failed.", true, {}},
         {"errors", "array", "Of those: {index, error}.", true, {}}});
    type.kind = NodeKind::composite;
    type.composite = Composite::each;
    return type;
}

}  // namespace sluice::nodes
