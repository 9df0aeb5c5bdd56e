#pragma once

#include <vector>

#include "engine/model/graph.hpp"

namespace sluice::definition {

/// Where a node stands in its definition: a JSON Pointer.
[[nodiscard]] std::string node_pointer(const Node& node);

/// Questions that every front end asks of a graph before it may run; no recursion, linear time.

/// The nodes that no edge leads to, in order. An edge of a node to itself does not count.
[[nodiscard]] std::vector<NodeIndex> nodes_without_incoming(const Graph& graph);

/// The nodes that no path from `graph.entries` leads to, in order.
[[nodiscard]] std::vector<NodeIndex> unreachable_nodes(const Graph& graph);

/// A way from a node back to itself.
struct Cycle {
    std::vector<NodeIndex> path;     ///< `a, b, a`: one shortest cycle through `path.front()`
    std::vector<NodeIndex> waiting;  ///< every node of this knot of cycles whose join rule is `all`
};

/// One cycle for each knot (strongly connected component) in which a node has the join rule `all`:
/// such a node would wait for itself. `path` goes through the first of them.
[[nodiscard]] std::vector<Cycle> cycles_under_all(const Graph& graph);

}  // namespace sluice::definition
