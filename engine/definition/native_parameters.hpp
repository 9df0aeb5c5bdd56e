#pragma once

#include "engine/definition/native.hpp"
#include "engine/definition/native_nodes.hpp"
#include "engine/definition/problems.hpp"

namespace sluice::definition {

/// Reports nodes of unknown types, and parameters that break their node type's schema. What depends
/// on an expression is left for the run.
void check_parameters(const NativeNodes& nodes, NodeTypeNames node_types, Problems& problems);

}  // namespace sluice::definition
