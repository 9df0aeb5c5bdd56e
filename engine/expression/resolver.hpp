#pragma once

#include <optional>

#include "engine/expression/expression.hpp"
#include "engine/expression/syntax.hpp"

namespace sluice::expression {

/// Turns names into what they stand for: parameters, roots of the scope, outputs of nodes,
/// constants, methods and functions; folds what is constant; and notes which parts of the scope are
/// read. Returns the first name it cannot resolve, or what cannot be where it is.
std::optional<Problem> resolve(Program& program, const Names& names);

}  // namespace sluice::expression
