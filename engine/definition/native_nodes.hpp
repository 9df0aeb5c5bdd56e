#pragma once

#include <string>
#include <vector>

#include "engine/definition/problems.hpp"
#include "engine/model/graph.hpp"
#include "engine/model/limits.hpp"
#include "engine/model/value.hpp"

namespace sluice::definition {

/// An edge as its author wrote it: by names, not resolved yet.
struct Link {
    enum class Side : unsigned char { source, target };

    std::string from;
    std::string to;
    std::string outcome;
    Side named;  ///< which end the author named: `next` names the target, `needs` the source
    std::string pointer;  ///< of that name
};

/// The `nodes` of a flow, before they are connected.
struct NativeNodes {
    std::vector<Node> nodes;            ///< in the order of the source
    std::vector<std::string> pointers;  ///< of each node's section, for problems
    std::vector<Link> links;
    bool in_order = false;  ///< `nodes` was a list
};

/// Reads the section `nodes`, a list or a map. `join` is the rule of nodes that do not name one.
[[nodiscard]] NativeNodes read_nodes(const Value& value, JoinRule join, const Limits& limits,
                                     Problems& problems);

}  // namespace sluice::definition
