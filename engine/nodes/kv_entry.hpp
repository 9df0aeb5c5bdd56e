#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/model/entry.hpp"
#include "engine/model/limits.hpp"
#include "engine/nodes/node_type.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {

/// What the nodes on entries share.

/// The entry that `with.key` and `with.namespace` name; the flow's own namespace by default.
[[nodiscard]] node_result<EntryKey> entry_key_of(const Value& parameters,
                                                 std::string_view flow_namespace,
                                                 const Limits& limits);

/// Why a key, or the name of a namespace, is none: a message that goes on after its name, or
/// nullopt. A key is UTF-8 of 1 to `Limits::entry_key_length` bytes without control characters.
[[nodiscard]] std::optional<std::string> entry_key_problem(std::string_view key,
                                                           const Limits& limits);
[[nodiscard]] std::optional<std::string> entry_namespace_problem(std::string_view name,
                                                                 const Limits& limits);

struct EntryText {
    std::string json;
};
/// A value as an entry keeps it. Error `kv_value_too_large` (also for one that nests too deep).
[[nodiscard]] result<EntryText> entry_json(const Value& value, const Limits& limits);

/// What an entry holds.
[[nodiscard]] Value entry_value(const Entry& entry);

/// When an entry whose `with.ttl` is given is over; nullopt when it is absent.
[[nodiscard]] node_result<std::optional<WallTime>> expiry_of(const EntryContext& context);

/// Errors of nodes and of the API, in the same words.
[[nodiscard]] Error entry_not_found(const EntryKey& key);
[[nodiscard]] Error namespace_full(const EntryKey& key, const Limits& limits);
[[nodiscard]] NodeError to_node_error(const Error& error);

// Of manifests.
[[nodiscard]] Property key_property();
[[nodiscard]] Property namespace_property();
[[nodiscard]] Property ttl_property(std::string_view description);
/// A type of kind entry, without schemas.
[[nodiscard]] NodeType entry_type(std::string id, std::string description,
                                  node_result<EntryDecision> (*decide)(EntryContext&));

}  // namespace sluice::nodes
