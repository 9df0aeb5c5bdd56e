#include <utility>

#include "engine/nodes/built_in.hpp"
#include "engine/nodes/parameters.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

constexpr std::size_t most_approvers = Limits{}.approvers;

bool is_list_of_names(const Value& value) {
    const auto* const names = value.if_array();
    if (names == nullptr || names->empty() || names->size() > most_approvers) return false;
    for (const auto& name : *names)
        if (!name.is_string() || name.get_string().empty()) return false;
    return true;
}

node_result<HoldRequest> until_decided(const Value& parameters, WallTime) {
    const Value* const message = find_parameter(parameters, "message");
    if (message == nullptr || !message->is_string())
        return invalid_parameter("message", "a text that says what is to be decided", message);
    Object details{{"message", *message}};
    std::int64_t quorum = 1;
    if (const Value* const wanted = find_parameter(parameters, "quorum")) {
        if (!wanted->is_int64() || wanted->get_int64() < 1 ||
            wanted->get_int64() > static_cast<std::int64_t>(most_approvers))
            return invalid_parameter("quorum", "how many must approve, 1 to 100", wanted);
        quorum = wanted->get_int64();
    }
    details["quorum"] = quorum;
    if (const Value* const approvers = find_parameter(parameters, "approvers")) {
        if (!is_list_of_names(*approvers))
            return invalid_parameter("approvers", "a list of 1 to 100 names", approvers);
        if (approvers->get_array().size() < static_cast<std::size_t>(quorum))
            return invalid_parameter("quorum", "at most as many as there are approvers",
                                     find_parameter(parameters, "quorum"));
        details["approvers"] = *approvers;
    }
    if (const Value* const form = find_parameter(parameters, "form")) {
        if (!form->is_object()) return invalid_parameter("form", "a JSON Schema", form);
        details["form"] = *form;
    }
    return HoldRequest{HoldKind::approval, std::nullopt, {}, std::move(details)};
}

}  // namespace

NodeType flow_approval() {
    NodeType type;
    type.id = "flow.approval";
    type.category = "flow";
    type.description =
        "Waits until people have decided. The node's `timeout` is how long they have; `next` may "
        "tell the outcomes apart. Costs nothing meanwhile, and survives a restart.";
    type.input_schema = object_schema(
        {{"message", "string", "What is to be decided, for people.", true, {}},
         {"form",
          "object",
          "JSON Schema of what an approval must bring along; it becomes `form` of the output.",
          false,
          {}},
         {"approvers", "array", "Names of those who may decide; absent: anybody.", false,
          Object{{"items", Object{{"type", "string"}}}}},
         {"quorum", "", "How many must approve.", false, Object{{"default", 1}}}});
    type.output_schema = object_schema(
        {{"outcome", "string", "approved, rejected or timeout.", true, {}},
         {"form", "", "What the deciding approval brought along, or null.", false, {}},
         {"decisions", "array", "Each {by, decision, comment, at}.", true, {}}});
    type.outcomes = {"approved", "rejected", "timeout"};
    type.kind = NodeKind::hold;
    type.hold = until_decided;
    return type;
}

}  // namespace sluice::nodes
