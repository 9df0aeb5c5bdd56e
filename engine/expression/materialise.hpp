#pragma once

#include "engine/expression/evaluation.hpp"
#include "engine/expression/operand.hpp"
#include "engine/model/value.hpp"

namespace sluice::expression {

/// Numbers as the model keeps them: whole ones within ±2^53 as integers, NaN and infinities as
/// null.
[[nodiscard]] Value number_value(double number);

/// The operand as a value of its own; `undefined` becomes null (and is left out of objects, as
/// JSON.stringify does). What is copied counts against the budget, except under `passing_on` a
/// value that is wholly borrowed: a path alone may be as large as its source.
[[nodiscard]] Value materialise(Evaluation& evaluation, Operand operand, bool passing_on);

}  // namespace sluice::expression
