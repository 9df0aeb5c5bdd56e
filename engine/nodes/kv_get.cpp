#include "engine/model/timestamp.hpp"
#include "engine/nodes/built_in.hpp"
#include "engine/nodes/kv_entry.hpp"

namespace sluice::nodes {
namespace {

Value time_or_null(const std::optional<WallTime>& time) {
    return time ? Value(to_rfc3339(*time)) : Value(nullptr);
}

node_result<EntryDecision> get(EntryContext& context) {
    EntryDecision decision;
    if (const Entry* const entry = context.current) {
        decision.result.output = Object{{"value", entry_value(*entry)},
                                        {"found", true},
                                        {"version", entry->version},
                                        {"updated_at", to_rfc3339(entry->updated)},
                                        {"expires_at", time_or_null(entry->expires)}};
        return decision;
    }
    // Null is a default like any other.
    Value* const otherwise = context.parameters.as_object().if_contains("default");
    if (otherwise == nullptr) {
        auto error = to_node_error(entry_not_found(context.key));
        error.message += ", and the node has no `default`";
        return error;
    }
    decision.result.output = Object{{"value", std::move(*otherwise)},
                                    {"found", false},
                                    {"version", 0},
                                    {"updated_at", nullptr},
                                    {"expires_at", nullptr}};
    return decision;
}

}  // namespace

NodeType kv_get() {
    NodeType type = entry_type(
        "kv.get",
        "Reads an entry: a durable value that executions share. Fails with `kv_not_found` when "
        "there is none and the node has no `default`.",
        get);
    type.input_schema =
        object_schema({key_property(),
                       namespace_property(),
                       {"default", "", "The value when there is no entry.", false, {}}});
    type.output_schema = object_schema(
        {{"value", "", "What the entry holds, or `default`.", true, {}},
         {"found", "boolean", "Whether there is an entry.", true, {}},
         {"version", "integer", "Counts its changes, from 1; 0 when there is none.", true, {}},
         {"updated_at", "", "When it was changed last.", true, {}},
         {"expires_at", "", "When it is over; null when it stays.", true, {}}});
    return type;
}

}  // namespace sluice::nodes
