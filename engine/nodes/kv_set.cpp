#include "engine/nodes/built_in.hpp"
#include "engine/nodes/kv_entry.hpp"
#include "engine/nodes/parameters.hpp"

namespace sluice::nodes {
namespace {

node_result<EntryDecision> set(EntryContext& context) {
    Value* const value = context.parameters.as_object().if_contains("value");
    if (value == nullptr) return invalid_parameter("value", "any JSON value", nullptr);
    auto text = entry_json(*value, context.limits);
    if (!text) return to_node_error(text.error());
    const auto expires = expiry_of(context);
    if (!expires) return expires.error();
    EntryDecision decision;
    const Entry after =
        changed_entry(context.current, std::move(text->json), *expires, context.now);
    decision.result.output = Object{{"value", std::move(*value)},
                                    {"version", after.version},
                                    {"created", context.current == nullptr}};
    decision.change = EntryChange{after};
    return decision;
}

}  // namespace

NodeType kv_set() {
    NodeType type = entry_type(
        "kv.set",
        "Sets an entry, whatever it held before. The change is committed together with the node's "
        "result: it happens exactly once, also after a crash.",
        set);
    type.input_schema = object_schema(
        {key_property(),
         namespace_property(),
         {"value", "", "What the entry is to hold: at most 64 KiB as JSON.", true, {}},
         ttl_property("How long it is to be there: 90s, 1h30m, 2d. Absent: until it is deleted.")});
    type.output_schema =
        object_schema({{"value", "", "What it holds.", true, {}},
                       {"version", "integer", "Counts its changes, from 1.", true, {}},
                       {"created", "boolean", "Whether there was none before.", true, {}}});
    return type;
}

}  // namespace sluice::nodes
