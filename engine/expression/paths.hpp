#pragma once

#include "engine/expression/syntax.hpp"

namespace sluice::expression {

/// Lays the links of paths such as `input.orders[0].id` out one behind the other, so that an
/// evaluation walks along them instead of climbing the tree. After constants are folded.
void lay_out_paths(Program& program);

}  // namespace sluice::expression
