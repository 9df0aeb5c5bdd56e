#include "engine/nodes/built_in.hpp"
#include "engine/nodes/parameters.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {

NodeType vars_set() {
    NodeType type;
    type.id = "vars.set";
    type.category = "vars";
    type.description =
        "Sets variables of the execution: each parameter is one, and is read as `vars.NAME` from "
        "then on, everywhere in the execution.";
    type.input_schema = Object{{"description", "Any object; each value may be an expression."},
                               {"type", "object"},
                               {"examples", Array{Object{{"count", "${vars.count + 1}"}}}}};
    type.output_schema =
        Object{{"description", "The variables that were set."}, {"type", "object"}};
    type.kind = NodeKind::pure;
    type.sets_vars = true;
    type.pure = [](PureContext& context) -> NodeOutcome {
        return NodeResult{success_outcome, object_of(std::move(context.parameters))};
    };
    return type;
}

}  // namespace sluice::nodes
