#include "engine/nodes/built_in.hpp"
#include "engine/nodes/parameters.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {

NodeType core_log() {
    NodeType type;
    type.id = "core.log";
    type.category = "core";
    type.description = "Writes a line to the execution's log.";
    type.input_schema = object_schema(
        {{"message", "", "What to write; a value that is not text is written as JSON.", true, {}},
         {"level", "string", "How important it is.", false,
          Object{{"enum", Array{"debug", "info", "warn", "error"}}, {"default", "info"}}},
         {"fields", "object", "Further values, kept beside the message.", false, {}}});
    type.output_schema = Object{{"type", "null"}};
    type.kind = NodeKind::pure;
    type.pure = [](PureContext& context) -> NodeOutcome {
        // Unlike elsewhere, null is given: an expression in the message may well come to it.
        const auto* const parameters = context.parameters.if_object();
        const Value* const message =
            parameters == nullptr ? nullptr : parameters->if_contains("message");
        if (message == nullptr) return invalid_parameter("message", "given", nullptr);
        auto level = LogLevel::info;
        if (const Value* const word = find_parameter(context.parameters, "level")) {
            const auto* text = word->if_string();
            const auto known = text == nullptr ? std::nullopt : log_level(*text);
            if (!known) return invalid_parameter("level", "one of debug, info, warn, error", word);
            level = *known;
        }
        const Value* const fields = find_parameter(context.parameters, "fields");
        context.log.write(level, as_text(*message), fields == nullptr ? Value{} : *fields);
        return NodeResult{};
    };
    return type;
}

}  // namespace sluice::nodes
