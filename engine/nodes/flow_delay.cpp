#include <algorithm>

#include "engine/model/duration.hpp"
#include "engine/model/timestamp.hpp"
#include "engine/nodes/built_in.hpp"
#include "engine/nodes/parameters.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

constexpr std::chrono::hours longest_delay{24 * 366 * 10};

node_result<HoldRequest> until_due(const Value& parameters, WallTime now) {
    const Value* const duration = find_parameter(parameters, "duration");
    const Value* const until = find_parameter(parameters, "until");
    if ((duration == nullptr) == (until == nullptr))
        return NodeError{
            "invalid_parameters", "a delay takes either 'duration' or 'until'", {}, false};
    if (duration != nullptr) {
        const auto* const text = duration->if_string();
        const auto parsed = text == nullptr ? std::nullopt : parse_duration(*text);
        if (!parsed || *parsed > longest_delay)
            return invalid_parameter(
                "duration", "a duration such as 90s, 1h30m or 2d, of at most ten years", duration);
        return HoldRequest{HoldKind::timer, now + *parsed, {}, {}};
    }
    const auto* const text = until->if_string();
    const auto time = text == nullptr ? std::nullopt : parse_rfc3339(*text);
    if (!time || *time - now > longest_delay)
        return invalid_parameter(
            "until", "a time such as 2026-12-24T18:00:00Z, at most ten years away", until);
    return HoldRequest{HoldKind::timer, std::max(*time, now), {}, {}};
}

}  // namespace

NodeType flow_delay() {
    NodeType type;
    type.id = "flow.delay";
    type.category = "flow";
    type.description =
        "Waits for a duration, or until a time. Costs nothing meanwhile, and survives a restart.";
    type.input_schema = object_schema(
        {{"duration", "string", "How long: 250ms, 90s, 1h30m, 2d.", false, {}},
         {"until", "string", "Until when, in RFC 3339; the past is now.", false, {}}});
    type.output_schema = Object{{"type", "null"}};
    type.kind = NodeKind::hold;
    type.hold = until_due;
    return type;
}

}  // namespace sluice::nodes
