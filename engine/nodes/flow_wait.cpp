#include <utility>

#include "engine/nodes/built_in.hpp"
#include "engine/nodes/parameters.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

constexpr std::size_t longest_name = Limits{}.name_length;

node_result<HoldRequest> until_signalled(const Value& parameters, WallTime) {
    const Value* const name = find_parameter(parameters, "name");
    if (name == nullptr || !name->is_string() || name->get_string().empty() ||
        name->get_string().size() > longest_name)
        return invalid_parameter("name", "the signal's name, a text of 1 to 200 bytes", name);
    std::string key;
    if (const Value* const wanted = find_parameter(parameters, "key")) {
        if (wanted->is_object() || wanted->is_array())
            return invalid_parameter("key", "a text or a number", wanted);
        key = as_text(*wanted);
        if (key.size() > longest_name)
            return invalid_parameter("key", "a text of at most 200 bytes", wanted);
    }
    return HoldRequest{HoldKind::signal, std::nullopt,
                       std::string(name->get_string().data(), name->get_string().size()),
                       Object{{"key", std::move(key)}}};
}

}  // namespace

NodeType flow_wait() {
    NodeType type;
    type.id = "flow.wait";
    type.category = "flow";
    type.description =
        "Waits for a signal of a name and a correlation key, sent to POST /api/v1/signals/NAME. A "
        "signal that came early is taken at once. The node's `timeout` bounds the wait. Costs "
        "nothing meanwhile, and survives a restart.";
    type.input_schema =
        object_schema({{"name", "string", "Name of the signal.", true, {}},
                       {"key",
                        "",
                        "Which of them: an order's number, say. Absent is the empty key.",
                        false,
                        {}}});
    type.output_schema = object_schema(
        {{"payload", "", "What the signal brought along; null after a timeout.", true, {}},
         {"received_at", "", "When it arrived; null after a timeout.", true, {}}});
    type.outcomes = {"received", "timeout"};
    type.kind = NodeKind::hold;
    type.hold = until_signalled;
    return type;
}

}  // namespace sluice::nodes
