#pragma once

#include <string>
#include <vector>

#include "engine/definition/native_nodes.hpp"

namespace sluice::definition {

/// A block that a composite node holds, before its nodes are connected.
struct NativeBlock {
    Block block;
    NativeNodes content;
    const Value* start = nullptr;  ///< of its key `start`; null when it has none
    std::size_t depth = 0;         ///< of blocks around its nodes, itself included
    bool undoing = false;          ///< it is a compensation, or within one
};

/// The nodes of a flow and, in the order of `Graph::blocks`, those of all blocks.
struct NativeGraph {
    NativeNodes flow;
    std::vector<NativeBlock> blocks;
};

/// Reads the section `nodes` of a flow with all that is nested in it. Reports what a composite node
/// misses, handlers for what is no error code, and blocks that nest deeper than
/// `Limits::nested_blocks`.
[[nodiscard]] NativeGraph read_graph(const Value& value, JoinRule join, NodeTypeNames node_types,
                                     const Limits& limits, Problems& problems);

}  // namespace sluice::definition
