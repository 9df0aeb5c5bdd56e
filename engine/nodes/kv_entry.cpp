#include "engine/nodes/kv_entry.hpp"

#include <algorithm>
#include <utility>

#include "engine/model/duration.hpp"
#include "engine/model/json_text.hpp"
#include "engine/model/utf8.hpp"
#include "engine/nodes/parameters.hpp"

namespace sluice::nodes {
namespace {

std::optional<std::string> text_problem(std::string_view text, std::size_t longest) {
    const bool control = std::any_of(text.begin(), text.end(), [](char byte) {
        return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F;
    });
    if (!text.empty() && text.size() <= longest && !control && is_valid_utf8(text))
        return std::nullopt;
    return "a text of 1 to " + std::to_string(longest) + " bytes without control characters";
}

}  // namespace

std::optional<std::string> entry_key_problem(std::string_view key, const Limits& limits) {
    return text_problem(key, limits.entry_key_length);
}

std::optional<std::string> entry_namespace_problem(std::string_view name, const Limits& limits) {
    return text_problem(name, limits.name_length);
}

node_result<EntryKey> entry_key_of(const Value& parameters, std::string_view flow_namespace,
                                   const Limits& limits) {
    EntryKey named{std::string(flow_namespace), {}};
    if (const Value* const wanted = find_parameter(parameters, "namespace")) {
        named.entry_namespace = wanted->is_string() ? as_text(*wanted) : std::string();
        if (const auto problem = entry_namespace_problem(named.entry_namespace, limits))
            return invalid_parameter("namespace", *problem, wanted);
    }
    const Value* const key = find_parameter(parameters, "key");
    // The number of an order is as good a key as a text.
    if (key != nullptr && (key->is_string() || key->is_number())) named.key = as_text(*key);
    if (const auto problem = entry_key_problem(named.key, limits))
        return invalid_parameter("key", *problem, key);
    return named;
}

result<EntryText> entry_json(const Value& value, const Limits& limits) {
    std::string json = to_json(value);
    if (json.size() > limits.entry_bytes || !parse_json(json, limits.value_depth))
        return Error{"kv_value_too_large",
                     "an entry holds at most " + std::to_string(limits.entry_bytes) +
                         " bytes of JSON, and at most " + std::to_string(limits.value_depth) +
                         " levels; keep what is larger as the output of a node",
                     Object{{"most_bytes", limits.entry_bytes}}};
    return EntryText{std::move(json)};
}

Value entry_value(const Entry& entry) {
    return parse_json(entry.json).value();
}

node_result<std::optional<WallTime>> expiry_of(const EntryContext& context) {
    const Value* const ttl = find_parameter(context.parameters, "ttl");
    if (ttl == nullptr) return std::optional<WallTime>{};
    const auto* const text = ttl->if_string();
    const auto span = text == nullptr ? std::nullopt : parse_duration(*text);
    if (!span || span->count() <= 0 || *span > context.limits.longest_entry_ttl)
        return invalid_parameter("ttl", "a duration such as 90s, 1h30m or 2d, of at most ten years",
                                 ttl);
    return std::optional(context.now + *span);
}

Error entry_not_found(const EntryKey& key) {
    return {"kv_not_found",
            "there is no entry '" + key.key + "' in namespace '" + key.entry_namespace + "'",
            Object{{"namespace", key.entry_namespace}, {"key", key.key}}};
}

Error namespace_full(const EntryKey& key, const Limits& limits) {
    return {"kv_namespace_full",
            "the namespace '" + key.entry_namespace + "' has " + std::to_string(limits.entries) +
                " entries, as many as allowed; delete some, or give them a `ttl`",
            Object{{"namespace", key.entry_namespace}, {"most", limits.entries}}};
}

NodeError to_node_error(const Error& error) {
    return {error.code, error.message, error.details, false};
}

Property key_property() {
    return {"key", "", "Which entry: a text of 1 to 255 bytes, or a number.", true,
            Object{{"type", Array{"string", "number"}}}};
}

Property namespace_property() {
    return {"namespace", "string", "Of the entry, instead of the flow's own namespace.", false, {}};
}

Property ttl_property(std::string_view description) {
    return {"ttl", "string", description, false, {}};
}

NodeType entry_type(std::string id, std::string description,
                    node_result<EntryDecision> (*decide)(EntryContext&)) {
    NodeType type;
    type.id = std::move(id);
    type.category = "kv";
    type.description = std::move(description);
    type.kind = NodeKind::entry;
    type.entry = decide;
    return type;
}

}  // namespace sluice::nodes
