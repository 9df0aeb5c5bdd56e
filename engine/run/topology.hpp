#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/model/graph.hpp"

namespace sluice {

/// What the planner needs to know of the flow itself or of one of its blocks, worked out once per
/// revision: the edges of each node, and the strongly connected components (Tarjan 1972). A
/// component of one node without a self-loop can run only as often as tokens enter it; a cycle can
/// run again until nothing moves inside it and nothing can enter it. Nodes are named by their
/// places in the whole graph.
class Topology {
  public:
    /// Of the flow itself.
    explicit Topology(const Graph& graph);
    /// Of the flow and of each of its blocks, by BlockIndex.
    [[nodiscard]] static std::vector<Topology> of_blocks(const Graph& graph);

    struct NodePlace {
        std::uint32_t component = 0;
        std::uint32_t first_edge = 0;  ///< into `edges`
        std::uint32_t edge_count = 0;
        JoinRule join = JoinRule::all;
        bool sets_vars = false;
        bool responds = false;
        BlockIndex compensation = flow_block;  ///< 0: none
    };
    struct Component {
        std::uint32_t first_member = 0;  ///< into `members`
        std::uint32_t member_count = 0;
        std::uint32_t entering_edges = 0;  ///< edges from other components
        bool cyclic = false;
    };

    /// How many nodes it has, and the first of them.
    [[nodiscard]] std::size_t size() const { return nodes_.size(); }
    [[nodiscard]] NodeIndex first() const { return first_; }
    [[nodiscard]] const NodePlace& node(NodeIndex index) const { return nodes_[index - first_]; }
    [[nodiscard]] std::span<const Component> components() const { return components_; }
    [[nodiscard]] const Component& component(std::uint32_t index) const {
        return components_[index];
    }
    [[nodiscard]] std::span<const NodeIndex> members(std::uint32_t component) const;
    /// Edges that leave a node, in the order of the definition.
    [[nodiscard]] std::span<const Edge> edges_of(NodeIndex index) const;
    [[nodiscard]] std::span<const NodeIndex> entries() const { return entries_; }

    /// The composite node that holds the block, and how it runs it; `none` for the flow itself.
    [[nodiscard]] NodeIndex owner_node() const { return owner_node_; }
    [[nodiscard]] Composite owner() const { return owner_; }
    [[nodiscard]] BlockRole role() const { return role_; }
    /// An expression says what the result of the block is.
    [[nodiscard]] bool has_output() const { return has_output_; }

  private:
    Topology(const Graph& graph, NodeIndex first, NodeIndex count, std::vector<Edge> edges,
             std::vector<NodeIndex> entries);
    void find_components();

    NodeIndex first_ = 0;
    NodeIndex owner_node_ = 0;
    Composite owner_ = Composite::none;
    BlockRole role_ = BlockRole::body;
    bool has_output_ = false;
    std::vector<NodePlace> nodes_;
    std::vector<Component> components_;
    std::vector<NodeIndex> members_;
    std::vector<Edge> edges_;  // sorted by `from`
    std::vector<NodeIndex> entries_;
};

}  // namespace sluice
