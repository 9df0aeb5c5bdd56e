#pragma once

#include <cstdint>
#include <string_view>

#include "engine/expression/evaluation.hpp"
#include "engine/expression/number_text.hpp"
#include "engine/expression/operand.hpp"

/// What JavaScript turns values into when an operator or a built-in wants another type
/// (ECMA-262, 7.1). These fail where JavaScript throws, and when the budget ends.
namespace sluice::expression {

/// Arrays and objects become text (so do dates: they are refused), everything else stays.
Operand to_primitive(Evaluation& evaluation, Operand operand);
/// ToInt32 and ToUint32 of a number.
[[nodiscard]] std::int32_t to_int32(double number);
[[nodiscard]] std::uint32_t to_uint32(double number);
/// Numbers are preferred to text: dates become their time.
Operand to_number_or_text(Evaluation& evaluation, Operand operand);
double to_number(Evaluation& evaluation, Operand operand);
/// Numbers are written into `buffer`; all other text is borrowed or kept by the evaluation.
std::string_view to_text(Evaluation& evaluation, Operand operand, NumberBuffer& buffer);
/// The same, but everything lives as long as the evaluation.
std::string_view to_text(Evaluation& evaluation, Operand operand);
/// ToIntegerOrInfinity: NaN is 0, others lose their fraction.
double to_integer(Evaluation& evaluation, Operand operand);

/// Array.prototype.join: null and undefined are empty.
std::string_view join(Evaluation& evaluation, Operand array, std::string_view separator);

/// What `typeof` answers.
std::string_view type_of(Operand operand);

/// "undefined", "null", "string", "array", "date" ...: finer than `typeof`, for people.
std::string_view type_name(Operand operand);
/// "undefined", "null", "a string" ...: for messages.
std::string_view describe(Operand operand);

}  // namespace sluice::expression
