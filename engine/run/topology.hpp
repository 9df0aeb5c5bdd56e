#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/model/graph.hpp"

namespace sluice {

/// What the planner needs to know of a graph, worked out once per revision: the edges of each node,
/// and the strongly connected components (Tarjan 1972). A component of one node without a self-loop
/// can run only as often as tokens enter it; a cycle can run again until nothing moves inside it
/// and nothing can enter it.
class Topology {
  public:
    explicit Topology(const Graph& graph);

    struct NodePlace {
        std::uint32_t component = 0;
        std::uint32_t first_edge = 0;  ///< into `edges`
        std::uint32_t edge_count = 0;
        JoinRule join = JoinRule::all;
    };
    struct Component {
        std::uint32_t first_member = 0;  ///< into `members`
        std::uint32_t member_count = 0;
        std::uint32_t entering_edges = 0;  ///< edges from other components
        bool cyclic = false;
    };

    [[nodiscard]] std::size_t size() const { return nodes_.size(); }
    [[nodiscard]] const NodePlace& node(NodeIndex index) const { return nodes_[index]; }
    [[nodiscard]] std::span<const Component> components() const { return components_; }
    [[nodiscard]] const Component& component(std::uint32_t index) const {
        return components_[index];
    }
    [[nodiscard]] std::span<const NodeIndex> members(std::uint32_t component) const;
    /// Edges that leave a node, in the order of the definition.
    [[nodiscard]] std::span<const Edge> edges_of(NodeIndex node) const;
    [[nodiscard]] std::span<const NodeIndex> entries() const { return entries_; }

  private:
    std::vector<NodePlace> nodes_;
    std::vector<Component> components_;
    std::vector<NodeIndex> members_;
    std::vector<Edge> edges_;  // sorted by `from`
    std::vector<NodeIndex> entries_;
};

}  // namespace sluice
