#include "engine/run/topology.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace sluice {
namespace {

constexpr std::uint32_t unvisited = std::numeric_limits<std::uint32_t>::max();

/// Tarjan's algorithm with an explicit stack: a chain of thousands of nodes must not exhaust ours.
struct Search {
    struct Frame {
        NodeIndex node;
        std::uint32_t next_edge;
    };
    std::vector<std::uint32_t> order;
    std::vector<std::uint32_t> low;
    std::vector<bool> on_path;
    std::vector<NodeIndex> path;
    std::vector<Frame> frames;
    std::uint32_t count = 0;

    explicit Search(std::size_t nodes)
        : order(nodes, unvisited), low(nodes, 0), on_path(nodes, false) {}

    void enter(NodeIndex node) {
        order[node] = low[node] = count++;
        path.push_back(node);
        on_path[node] = true;
        frames.push_back({node, 0});
    }
};

}  // namespace

Topology::Topology(const Graph& graph)
    : Topology(graph, 0, graph.outermost(), graph.edges, graph.entries) {}

Topology::Topology(const Graph& graph, NodeIndex first, NodeIndex count, std::vector<Edge> edges,
                   std::vector<NodeIndex> entries)
    : first_(first), nodes_(count), edges_(edges.size()), entries_(std::move(entries)) {
    for (NodeIndex at = 0; at < count; ++at) {
        nodes_[at].join = graph.nodes[first + at].join;
        nodes_[at].sets_vars = graph.nodes[first + at].sets_vars;
        nodes_[at].responds = graph.nodes[first + at].responds;
    }
    for (const Edge& edge : edges) ++nodes_[edge.from - first].edge_count;
    std::uint32_t first_edge = 0;
    for (auto& place : nodes_) {
        place.first_edge = first_edge;
        first_edge += std::exchange(place.edge_count, 0);
    }
    for (Edge& edge : edges) {  // in the order of the definition, gathered by source
        auto& place = nodes_[edge.from - first];
        edges_[place.first_edge + place.edge_count++] = std::move(edge);
    }
    find_components();
}

std::vector<Topology> Topology::of_blocks(const Graph& graph) {
    std::vector<std::vector<Edge>> edges(graph.blocks.size() + 1);
    for (const Edge& edge : graph.edges) edges[graph.nodes[edge.from].block].push_back(edge);
    std::vector<Topology> topologies;
    topologies.reserve(edges.size());
    topologies.push_back(
        Topology(graph, 0, graph.outermost(), std::move(edges[flow_block]), graph.entries));
    for (BlockIndex index = 1; index < edges.size(); ++index) {
        const Block& block = graph.block(index);
        if (block.role == BlockRole::compensation) {
            Topology& around = topologies[graph.nodes[block.owner].block];
            around.nodes_[block.owner - around.first_].compensation = index;
        }
        Topology topology(graph, block.first, block.count, std::move(edges[index]), block.entries);
        topology.owner_node_ = block.owner;
        if (block.role != BlockRole::compensation)
            topology.owner_ = graph.nodes[block.owner].composite;
        topology.role_ = block.role;
        topology.has_output_ = block.output.has_value();
        topologies.push_back(std::move(topology));
    }
    return topologies;
}

/// Nodes are counted from 0 here.
void Topology::find_components() {
    Search search(nodes_.size());
    for (NodeIndex root = 0; root < nodes_.size(); ++root) {
        if (search.order[root] != unvisited) continue;
        search.enter(root);
        while (!search.frames.empty()) {
            auto& frame = search.frames.back();
            const NodeIndex node = frame.node;
            if (frame.next_edge < nodes_[node].edge_count) {
                const NodeIndex target =
                    edges_[nodes_[node].first_edge + frame.next_edge++].to - first_;
                if (search.order[target] == unvisited)
                    search.enter(target);
                else if (search.on_path[target])
                    search.low[node] = std::min(search.low[node], search.order[target]);
                continue;
            }
            search.frames.pop_back();
            if (!search.frames.empty()) {
                const NodeIndex parent = search.frames.back().node;
                search.low[parent] = std::min(search.low[parent], search.low[node]);
            }
            if (search.low[node] != search.order[node]) continue;
            Component component;
            component.first_member = static_cast<std::uint32_t>(members_.size());
            NodeIndex member = 0;
            do {
                member = search.path.back();
                search.path.pop_back();
                search.on_path[member] = false;
                nodes_[member].component = static_cast<std::uint32_t>(components_.size());
                members_.push_back(first_ + member);
                ++component.member_count;
            } while (member != node);
            component.cyclic = component.member_count > 1;
            components_.push_back(component);
        }
    }
    for (const auto& edge : edges_) {
        const auto from = node(edge.from).component;
        const auto to = node(edge.to).component;
        if (from != to)
            ++components_[to].entering_edges;
        else if (edge.from == edge.to)
            components_[to].cyclic = true;
    }
}

std::span<const NodeIndex> Topology::members(std::uint32_t component) const {
    const auto& place = components_[component];
    return std::span(members_).subspan(place.first_member, place.member_count);
}

std::span<const Edge> Topology::edges_of(NodeIndex index) const {
    const auto& place = node(index);
    return std::span(edges_).subspan(place.first_edge, place.edge_count);
}

}  // namespace sluice
