#pragma once

#include "engine/definition/native.hpp"
#include "engine/definition/native_blocks.hpp"
#include "engine/definition/problems.hpp"

namespace sluice::definition {

/// Connects nodes by their links, block by block, and finds the entries. Reports unknown nodes and
/// outcomes, cycles that would wait for themselves, nodes that nothing reaches, and too many edges.
/// `start` is the value of the flow's key `start`, null when it has none.
[[nodiscard]] Graph connect(NativeGraph nodes, const Value* start, NodeTypeNames node_types,
                            const Limits& limits, Problems& problems);

}  // namespace sluice::definition
