#include "engine/model/truthiness.hpp"
#include "engine/nodes/built_in.hpp"
#include "engine/nodes/parameters.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {

NodeType flow_if() {
    NodeType type;
    type.id = "flow.if";
    type.category = "flow";
    type.description = "Takes the edge `true` or `false`.";
    type.input_schema =
        object_schema({{"condition",
                        "",
                        "Usually an expression; anything counts as JavaScript counts it.",
                        true,
                        {}}});
    type.output_schema = object_schema({{"result", "boolean", "Which way it went.", true, {}}});
    type.outcomes = {"true", "false"};
    type.kind = NodeKind::pure;
    type.pure = [](PureContext& context) -> NodeOutcome {
        const auto* object = context.parameters.if_object();
        const Value* const condition =
            object == nullptr ? nullptr : object->if_contains("condition");
        if (condition == nullptr) return invalid_parameter("condition", "given", nullptr);
        const bool result = truthy(*condition);
        return NodeResult{result ? "true" : "false", Object{{"result", result}}};
    };
    return type;
}

}  // namespace sluice::nodes
