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
    : nodes_(graph.nodes.size()), edges_(graph.edges.size()), entries_(graph.entries) {
    for (NodeIndex index = 0; index < nodes_.size(); ++index)
        nodes_[index].join = graph.nodes[index].join;
    for (const Edge& edge : graph.edges) ++nodes_[edge.from].edge_count;
    std::uint32_t first = 0;
    for (auto& place : nodes_) {
        place.first_edge = first;
        first += std::exchange(place.edge_count, 0);
    }
    for (const Edge& edge : graph.edges) {  // in the order of the definition, gathered by source
        auto& place = nodes_[edge.from];
        edges_[place.first_edge + place.edge_count++] = edge;
    }

    Search search(nodes_.size());
    for (NodeIndex root = 0; root < nodes_.size(); ++root) {
        if (search.order[root] != unvisited) continue;
        search.enter(root);
        while (!search.frames.empty()) {
            auto& frame = search.frames.back();
            const NodeIndex node = frame.node;
            if (frame.next_edge < nodes_[node].edge_count) {
                const NodeIndex target = edges_[nodes_[node].first_edge + frame.next_edge++].to;
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
                members_.push_back(member);
                ++component.member_count;
            } while (member != node);
            component.cyclic = component.member_count > 1;
            components_.push_back(component);
        }
    }
    for (const auto& edge : edges_) {
        const auto from = nodes_[edge.from].component;
        const auto to = nodes_[edge.to].component;
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

std::span<const Edge> Topology::edges_of(NodeIndex node) const {
    const auto& place = nodes_[node];
    return std::span(edges_).subspan(place.first_edge, place.edge_count);
}

}  // namespace sluice
