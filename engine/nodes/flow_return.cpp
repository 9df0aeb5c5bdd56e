#include "engine/nodes/built_in.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {

NodeType flow_return() {
    NodeType type;
    type.id = "flow.return";
    type.category = "flow";
    type.description =
        "Ends the execution as succeeded with a result; whatever else runs is cancelled.";
    type.input_schema =
        object_schema({{"result", "", "The result of the execution; without it: null.", false,
                        Object{{"examples", Array{"${nodes.customer.body}"}}}}});
    type.output_schema = Object{{"description", "The result."}};
    type.kind = NodeKind::pure;
    type.returns = true;
    type.pure = [](PureContext& context) -> NodeOutcome {
        NodeResult end;
        if (auto* const parameters = context.parameters.if_object())
            if (auto* const result = parameters->if_contains("result"))
                end.output = std::move(*result);
        return end;
    };
    return type;
}

}  // namespace sluice::nodes
