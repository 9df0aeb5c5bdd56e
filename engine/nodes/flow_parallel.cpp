#include "engine/nodes/built_in.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {

NodeType flow_parallel() {
    NodeType type;
    type.id = "flow.parallel";
    type.category = "flow";
    type.description =
        "Runs its `branches` side by side. When enough of them have succeeded, the others are "
        "cancelled.";
    type.input_schema = object_schema({
        {"wait", "",
         "For whom: `all`; `any`, the first that succeeds; `race`, the first that ends; or a "
         "number of those that succeed.",
         false, Object{{"default", "all"}, {"examples", Array{"any", 2}}}},
        {"on_error", "string",
         "`stop`: the first failure cancels the others and fails the node; "
         "`collect`: with `wait: all` the others go on, and the failures are in `errors`.",
         false, Object{{"enum", {"stop", "collect"}}, {"default", "stop"}}},
    });
    type.output_schema = object_schema(
        {{"results", "object", "What each branch that succeeded put out, by name.", true, {}},
         {"errors", "object", "The errors of those that failed, by name.", true, {}},
         {"first", "", "The name of the branch that succeeded first.", true, {}}});
    type.kind = NodeKind::composite;
    type.composite = Composite::parallel;
    return type;
}

}  // namespace sluice::nodes
