#pragma once

#include "engine/definition/section.hpp"
#include "engine/model/flow.hpp"
#include "engine/model/limits.hpp"

namespace sluice::definition {

/// Reads the `settings` of a flow. Answers the join rule of nodes that do not name one.
JoinRule read_settings(const Section& flow, const Limits& limits, FlowSettings& settings);

}  // namespace sluice::definition
