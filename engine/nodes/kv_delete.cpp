#include "engine/nodes/built_in.hpp"
#include "engine/nodes/kv_entry.hpp"

namespace sluice::nodes {
namespace {

node_result<EntryDecision> remove(EntryContext& context) {
    EntryDecision decision;
    decision.result.output = Object{{"deleted", context.current != nullptr}};
    if (context.current != nullptr) decision.change = EntryChange{};
    return decision;
}

}  // namespace

NodeType kv_delete() {
    NodeType type = entry_type(
        "kv.delete", "Deletes an entry. That there was none is no failure: the output says so.",
        remove);
    type.input_schema = object_schema({key_property(), namespace_property()});
    type.output_schema =
        object_schema({{"deleted", "boolean", "Whether there was one.", true, {}}});
    return type;
}

}  // namespace sluice::nodes
