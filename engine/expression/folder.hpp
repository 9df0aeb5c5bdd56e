#pragma once

#include "engine/expression/syntax.hpp"

namespace sluice::expression {

/// Works out once, when compiled, what reads nothing but constants and gives a plain value. What
/// fails or takes long stays as it is, and does so again when evaluated.
void fold_constants(Program& program);

}  // namespace sluice::expression
