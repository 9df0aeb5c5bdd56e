#pragma once

#include <string_view>

#include "engine/expression/evaluation.hpp"
#include "engine/expression/operand.hpp"

/// JSON as JavaScript reads and writes it (ECMA-262, 25.5). Boost.JSON's own is not used because
/// numbers must be correctly rounded, and because what is read belongs into the arena and its
/// budget.
namespace sluice::expression {

/// JSON.parse without a reviver. What is wrong with the text fails the evaluation, with the place.
Operand parse_json(Evaluation& evaluation, std::string_view text);

/// JSON.stringify with one argument: `undefined` for undefined.
Operand json_text(Evaluation& evaluation, Operand operand);

}  // namespace sluice::expression
