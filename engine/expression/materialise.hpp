#pragma once

#include <cstdint>

#include "engine/expression/evaluation.hpp"
#include "engine/expression/operand.hpp"
#include "engine/model/value.hpp"

namespace sluice::expression {

/// Numbers as the model keeps them: whole ones within ±2^53 as integers, NaN and infinities as
/// null.
[[nodiscard]] Value number_value(double number);

/// Against what the copy of a borrowed value counts: nothing (the value of a path alone may be as
/// large as its source), what a template may pass on, or what an expression may make.
enum class Counted : std::uint8_t { not_at_all, as_passed_on, as_made };

/// The operand as a value of its own; `undefined` becomes null (and is left out of objects, as
/// JSON.stringify does).
[[nodiscard]] Value materialise(Evaluation& evaluation, Operand operand, Counted counted);

}  // namespace sluice::expression
