#include "engine/nodes/built_in.hpp"

namespace sluice::nodes {

NodeType core_set() {
    NodeType type;
    type.id = "core.set";
    type.category = "core";
    type.description = "Puts out its parameters: names values for the nodes behind it.";
    type.input_schema =
        Object{{"description", "Any object; each value may be an expression."}, {"type", "object"}};
    type.output_schema = Object{{"description", "The parameters, evaluated."}, {"type", "object"}};
    type.kind = NodeKind::pure;
    type.pure = [](PureContext& context) -> NodeOutcome {
        NodeResult result;
        result.output = std::move(context.parameters);
        return result;
    };
    return type;
}

}  // namespace sluice::nodes
