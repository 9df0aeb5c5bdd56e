#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/nodes/registry.hpp"

namespace sluice::http::flowengine {

/// The node types of this API by their own names, each bound to what runs it in the engine under
/// `flowengine.NAME`: its ports and typed config become the parameters of the engine's own node.
/// A node's parameters are {config: {...}, ports: {...}}, of values in the engine's terms
/// (typed_value.hpp); what arrives at a port wins over the config of that name.
inline constexpr std::string_view type_prefix = "flowengine.";

struct CatalogueEntry {
    std::string_view type;  ///< `http.request`, as clients know it
    std::string_view category;
    std::string_view description;
};

/// In the order in which clients are shown them.
[[nodiscard]] const std::vector<CatalogueEntry>& catalogue();

/// The engine's id of a type; empty when there is no such type.
[[nodiscard]] std::string engine_type(std::string_view type);
/// The other way: types of the engine itself are called what they are.
[[nodiscard]] std::string_view client_type(std::string_view engine_type);

/// Adds the types to the engine's. Those that they are bound to must be there.
void add_node_types(NodeRegistry& registry);

}  // namespace sluice::http::flowengine
