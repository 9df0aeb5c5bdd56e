#include "engine/nodes/built_in.hpp"
#include "engine/nodes/parameters.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {

NodeType http_respond() {
    NodeType type;
    type.id = "http.respond";
    type.category = "http";
    type.description =
        "Sets the answer of the webhook that started the execution. The answer leaves when the "
        "execution has ended; "
        "the last one set counts.";
    type.input_schema =
        object_schema({{"status", "integer", "HTTP status.", false,
                        Object{{"default", 200}, {"minimum", 200}, {"maximum", 599}}},
                       {"headers", "object", "Header names and values.", false,
                        Object{{"additionalProperties", Object{{"type", "string"}}}}},
                       {"body", "", "Text is sent as it is, everything else as JSON.", false, {}}});
    type.output_schema = type.input_schema;
    type.kind = NodeKind::pure;
    type.responds = true;
    type.pure = [](PureContext& context) -> NodeOutcome {
        if (const Value* const status = find_parameter(context.parameters, "status")) {
            const auto* number = status->if_int64();
            if (number == nullptr || *number < 200 || *number > 599)
                return invalid_parameter("status", "a whole number from 200 to 599", status);
        }
        if (const Value* const headers = find_parameter(context.parameters, "headers")) {
            const auto* object = headers->if_object();
            if (object == nullptr)
                return invalid_parameter("headers", "an object of texts", headers);
            for (const auto& header : *object)
                if (header.value().is_structured())
                    return invalid_parameter("headers." + std::string(header.key()), "a text",
                                             &header.value());
        }
        return NodeResult{success_outcome, object_of(std::move(context.parameters))};
    };
    return type;
}

}  // namespace sluice::nodes
