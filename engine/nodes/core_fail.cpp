#include "engine/model/truthiness.hpp"
#include "engine/nodes/built_in.hpp"
#include "engine/nodes/parameters.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {

NodeType core_fail() {
    NodeType type;
    type.id = "core.fail";
    type.category = "core";
    type.description = "Fails, with an error of the flow's own.";
    type.input_schema = object_schema(
        {{"message", "string", "What went wrong, for people.", false, {}},
         {"code", "string", "What went wrong, for machines.", false, Object{{"default", "failed"}}},
         {"details", "", "Anything that explains it.", false, {}},
         {"retryable", "boolean", "Whether the node's `retry` may try again.", false,
          Object{{"default", false}}}});
    type.output_schema = Object{{"description", "None: it always ends with outcome `error`."}};
    type.kind = NodeKind::pure;
    type.pure = [](PureContext& context) -> NodeOutcome {
        const Value* const message = find_parameter(context.parameters, "message");
        const Value* const code = find_parameter(context.parameters, "code");
        const Value* const details = find_parameter(context.parameters, "details");
        const Value* const retryable = find_parameter(context.parameters, "retryable");
        return NodeError{code == nullptr ? "failed" : as_text(*code),
                         message == nullptr ? "the flow failed on purpose" : as_text(*message),
                         details == nullptr ? Value{} : *details,
                         retryable != nullptr && truthy(*retryable)};
    };
    return type;
}

}  // namespace sluice::nodes
