#pragma once

#include "engine/expression/evaluation.hpp"
#include "engine/expression/operand.hpp"
#include "engine/expression/syntax.hpp"

/// JavaScript's operators on two operands (ECMA-262, 7.2.12 to 7.2.15 and 13.15.3).
namespace sluice::expression {

/// `add` to `in` of `Operation`.
Operand binary_operation(Evaluation& evaluation, Operation operation, Operand left, Operand right);

bool strictly_equal(Evaluation& evaluation, Operand left, Operand right);
/// As `===`, but NaN equals itself: what `includes` compares with.
bool same_value_zero(Evaluation& evaluation, Operand left, Operand right);
bool loosely_equal(Evaluation& evaluation, Operand left, Operand right);

/// `**`, where it differs from the C library.
[[nodiscard]] double power(double base, double exponent);

}  // namespace sluice::expression
