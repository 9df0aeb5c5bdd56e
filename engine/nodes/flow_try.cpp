#include "engine/nodes/built_in.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {

NodeType flow_try() {
    NodeType type;
    type.id = "flow.try";
    type.category = "flow";
    type.description =
        "Runs its `nodes`; when they fail, the handler under `catch` that names the error, which "
        "is `error` there; and in any case `finally`, also when the execution is cancelled.";
    type.input_schema = object_schema({});
    type.output_schema =
        object_schema({{"result", "", "What the nodes, or the handler, put out.", true, {}},
                       {"error", "", "The error that was caught; else null.", true, {}}});
    type.outcomes = {"success", "caught"};
    type.kind = NodeKind::composite;
    type.composite = Composite::attempt;
    return type;
}

}  // namespace sluice::nodes
