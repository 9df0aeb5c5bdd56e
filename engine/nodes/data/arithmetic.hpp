#pragma once

#include <string_view>

#include "engine/model/error.hpp"
#include "engine/model/value.hpp"

namespace sluice::nodes {

/// Arithmetic on numbers of the model. Whole numbers stay whole and exact within 64 bits; what is
/// not whole is floating point. Both operands are numbers. Errors: `number_overflow` (beyond 64
/// bits, or not finite), `division_by_zero`, `not_a_real_number` (the root of a negative number).
[[nodiscard]] node_result<Value> add(const Value& left, const Value& right);
[[nodiscard]] node_result<Value> subtract(const Value& left, const Value& right);
[[nodiscard]] node_result<Value> multiply(const Value& left, const Value& right);
/// Whole when it divides evenly.
[[nodiscard]] node_result<Value> divide(const Value& left, const Value& right);
/// With the sign of the left one, as `%` in JavaScript.
[[nodiscard]] node_result<Value> remainder(const Value& left, const Value& right);
[[nodiscard]] node_result<Value> power(const Value& left, const Value& right);

}  // namespace sluice::nodes
