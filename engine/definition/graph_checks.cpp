#include "engine/definition/graph_checks.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>

#include "engine/definition/json_pointer.hpp"

namespace sluice::definition {

namespace {

using Successors = std::vector<std::vector<NodeIndex>>;

constexpr NodeIndex none = std::numeric_limits<NodeIndex>::max();

Successors successors_of(const Graph& graph) {
    Successors successors(graph.nodes.size());
    for (const Edge& edge : graph.edges) successors[edge.from].push_back(edge.to);
    return successors;
}

/// The component of each node (Tarjan, "Depth-first search and linear graph algorithms", with a
/// stack of its own).
std::vector<NodeIndex> strong_components(const Successors& successors) {
    struct Frame {
        NodeIndex node;
        std::size_t next = 0;
    };
    const std::size_t count = successors.size();
    std::vector<NodeIndex> component(count, none);
    std::vector<NodeIndex> order(count, none);
    std::vector<NodeIndex> low(count, none);
    std::vector<NodeIndex> open;
    std::vector<Frame> frames;
    NodeIndex visited = 0;
    NodeIndex components = 0;
    for (NodeIndex root = 0; root < count; ++root) {
        if (order[root] != none) continue;
        frames.push_back({root});
        while (!frames.empty()) {
            Frame& frame = frames.back();
            const NodeIndex node = frame.node;
            if (frame.next == 0 && order[node] == none) {
                order[node] = low[node] = visited++;
                open.push_back(node);
            }
            if (frame.next < successors[node].size()) {
                const NodeIndex to = successors[node][frame.next++];
                if (order[to] == none)
                    frames.push_back({to});
                else if (component[to] == none)
                    low[node] = std::min(low[node], order[to]);
                continue;
            }
            frames.pop_back();
            if (!frames.empty())
                low[frames.back().node] = std::min(low[frames.back().node], low[node]);
            if (low[node] != order[node]) continue;
            for (NodeIndex member = none; member != node;) {
                member = open.back();
                open.pop_back();
                component[member] = components;
            }
            ++components;
        }
    }
    return component;
}

/// The shortest way from `start` back to itself within its component; empty when there is none.
std::vector<NodeIndex> shortest_cycle(const Successors& successors,
                                      const std::vector<NodeIndex>& component, NodeIndex start) {
    std::vector<NodeIndex> came_from(successors.size(), none);
    std::vector<NodeIndex> queue{start};
    for (std::size_t at = 0; at < queue.size(); ++at) {
        for (const NodeIndex to : successors[queue[at]]) {
            if (to == start) {
                std::vector<NodeIndex> path{start};
                for (NodeIndex node = queue[at]; node != start; node = came_from[node])
                    path.push_back(node);
                path.push_back(start);
                std::ranges::reverse(path);
                return path;
            }
            if (component[to] != component[start] || came_from[to] != none) continue;
            came_from[to] = queue[at];
            queue.push_back(to);
        }
    }
    return {};
}

}  // namespace

std::string node_pointer(const Node& node) {
    return node.pointer.empty() ? child_pointer("/nodes", node.id) : node.pointer;
}

std::vector<NodeIndex> nodes_without_incoming(const Graph& graph) {
    std::vector<bool> reached(graph.nodes.size(), false);
    for (const Edge& edge : graph.edges)
        if (edge.from != edge.to) reached[edge.to] = true;
    std::vector<NodeIndex> nodes;
    for (NodeIndex index = 0; index < graph.nodes.size(); ++index)
        if (!reached[index]) nodes.push_back(index);
    return nodes;
}

std::vector<NodeIndex> unreachable_nodes(const Graph& graph) {
    const Successors successors = successors_of(graph);
    std::vector<bool> reached(graph.nodes.size(), false);
    std::vector<NodeIndex> open;
    const auto reach = [&](NodeIndex node) {
        if (reached[node]) return;
        reached[node] = true;
        open.push_back(node);
    };
    for (const NodeIndex entry : graph.entries) reach(entry);
    while (!open.empty()) {
        const NodeIndex node = open.back();
        open.pop_back();
        for (const NodeIndex to : successors[node]) reach(to);
    }
    std::vector<NodeIndex> nodes;
    for (NodeIndex index = 0; index < graph.nodes.size(); ++index)
        if (!reached[index]) nodes.push_back(index);
    return nodes;
}

std::vector<Cycle> cycles_under_all(const Graph& graph) {
    const Successors successors = successors_of(graph);
    const std::vector<NodeIndex> component = strong_components(successors);
    std::vector<std::size_t> found(graph.nodes.size(), 0);  // component -> place in `cycles` + 1
    std::vector<std::size_t> sizes(graph.nodes.size(), 0);
    for (const NodeIndex of : component) ++sizes[of];
    std::vector<Cycle> cycles;
    for (NodeIndex index = 0; index < graph.nodes.size(); ++index) {
        if (graph.nodes[index].join != JoinRule::all) continue;
        std::size_t& place = found[component[index]];
        if (place == 0) {
            const bool own = sizes[component[index]] == 1 &&
                             std::ranges::find(successors[index], index) == successors[index].end();
            if (own) continue;
            cycles.push_back({shortest_cycle(successors, component, index), {}});
            place = cycles.size();
        }
        cycles[place - 1].waiting.push_back(index);
    }
    return cycles;
}

}  // namespace sluice::definition
