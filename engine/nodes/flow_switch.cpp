#include <algorithm>

#include "engine/model/truthiness.hpp"
#include "engine/nodes/built_in.hpp"
#include "engine/nodes/parameters.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

constexpr std::string_view default_outcome = "default";

/// The first case whose `when` is truthy.
NodeOutcome choose_case(const Value& cases) {
    const auto* list = cases.if_array();
    if (list == nullptr) return invalid_parameter("cases", "a list of {when, outcome}", &cases);
    for (const auto& entry : *list) {
        const Value* const outcome = find_parameter(entry, "outcome");
        if (outcome == nullptr)
            return invalid_parameter("cases", "a list of {when, outcome}", &entry);
        const Value* const when = find_parameter(entry, "when");
        if (when != nullptr && truthy(*when))
            return NodeResult{as_text(*outcome), Object{{"outcome", *outcome}}};
    }
    return NodeResult{std::string(default_outcome), Object{{"outcome", default_outcome}}};
}

}  // namespace

NodeType flow_switch() {
    NodeType type;
    type.id = "flow.switch";
    type.category = "flow";
    type.description =
        "Takes one of many edges: the one named like `value`, or that of the first case whose "
        "`when` holds; else "
        "`default`.";
    type.input_schema = object_schema(
        {{"value", "", "The edge to take, as text.", false, {}},
         {"cases", "array", "Tried in order: {when, outcome}. Used when there is no `value`.",
          false,
          Object{
              {"items", object_schema({{"when", "", "The condition.", true, {}},
                                       {"outcome", "string", "The edge to take.", true, {}}})}}}});
    type.output_schema =
        object_schema({{"outcome", "string", "The edge that was taken.", true, {}}});
    type.outcomes = {};
    type.kind = NodeKind::pure;
    type.pure = [](PureContext& context) -> NodeOutcome {
        const auto* object = context.parameters.if_object();
        const Value* const value = object == nullptr ? nullptr : object->if_contains("value");
        if (value == nullptr) {
            const Value* const cases = find_parameter(context.parameters, "cases");
            if (cases == nullptr) return invalid_parameter("value", "given, or `cases`", nullptr);
            return choose_case(*cases);
        }
        std::string outcome = as_text(*value);
        const auto& known = context.outcomes;
        if (outcome == "error" || std::find(known.begin(), known.end(), outcome) == known.end())
            outcome = default_outcome;
        return NodeResult{outcome, Object{{"outcome", outcome}}};
    };
    return type;
}

}  // namespace sluice::nodes
