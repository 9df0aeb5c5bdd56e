#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/nodes/node_type.hpp"

namespace sluice {

/// The catalogue of node types. Filled before the first flow is loaded; types are never removed.
class NodeRegistry {
  public:
    /// With the built-in types of engine/nodes.
    static NodeRegistry with_built_ins();

    /// Error `node_type_taken`, or `invalid_node_type` when the code does not match its kind.
    result<void> add(NodeType type);

    /// nullptr when there is none. The type lives as long as somebody holds it.
    [[nodiscard]] std::shared_ptr<const NodeType> find(std::string_view id) const;

    /// All types, by id.
    [[nodiscard]] std::vector<std::shared_ptr<const NodeType>> all() const;

  private:
    std::map<std::string, std::shared_ptr<const NodeType>, std::less<>> types_;
};

}  // namespace sluice
