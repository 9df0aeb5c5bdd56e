#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include "engine/expression/builtins/builtins.hpp"
#include "engine/expression/conversion.hpp"
#include "engine/expression/operators.hpp"

/// Math (ECMA-262, 21.3.2).
namespace sluice::expression {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

template <double (*function)(double)>
Operand of_one(Evaluation& evaluation, Arguments arguments) {
    return Operand::number(function(to_number(evaluation, argument(arguments, 0))));
}

double absolute(double value) {
    return std::fabs(value);
}
double floor(double value) {
    return std::floor(value);
}
double ceiling(double value) {
    return std::ceil(value);
}
double truncate(double value) {
    return std::trunc(value);
}
double square_root(double value) {
    return std::sqrt(value);
}
/// The C library is not exact where the root is whole.
double cube_root(double value) {
    const double root = std::cbrt(value);
    const double whole = std::round(root);
    return whole * whole * whole == value ? std::copysign(whole, value) : root;
}
double nearest_float(double value) {
    return static_cast<double>(static_cast<float>(value));
}
double leading_zeros(double value) {
    return std::countl_zero(to_uint32(value));
}

/// Halves go up, also below zero; the sign of zero stays.
double round(double value) {
    const double below = std::floor(value);
    return std::copysign(value - below >= 0.5 ? below + 1 : below, value);
}

double sign(double value) {
    return value > 0 ? 1 : value < 0 ? -1 : value;
}

/// NaN wins; of zeros, the one with the right sign.
template <bool largest>
Operand extreme(Evaluation& evaluation, Arguments arguments) {
    double result = largest ? -infinity : infinity;
    if (!evaluation.scan(arguments.size() * sizeof(Operand))) return {};
    for (const Operand& operand : arguments) {
        const double value = to_number(evaluation, operand);
        const bool better = value == result ? std::signbit(value) != largest
                            : largest       ? value > result
                                            : value < result;
        if (std::isnan(value) || (better && !std::isnan(result))) result = value;
    }
    return Operand::number(result);
}

Operand raise(Evaluation& evaluation, Arguments arguments) {
    const double base = to_number(evaluation, argument(arguments, 0));
    return Operand::number(power(base, to_number(evaluation, argument(arguments, 1))));
}

Operand hypotenuse(Evaluation& evaluation, Arguments arguments) {
    if (arguments.size() > 2) {
        return evaluation.unsupported("Math.hypot takes at most 2 numbers here",
                                      "write Math.sqrt(a * a + b * b + c * c)");
    }
    const double first = to_number(evaluation, argument(arguments, 0));
    return Operand::number(
        arguments.empty()
            ? 0
            : std::hypot(first, arguments.size() < 2 ? 0 : to_number(evaluation, arguments[1])));
}

Operand arc_tangent(Evaluation& evaluation, Arguments arguments) {
    const double y = to_number(evaluation, argument(arguments, 0));
    return Operand::number(std::atan2(y, to_number(evaluation, argument(arguments, 1))));
}

Operand multiply_whole(Evaluation& evaluation, Arguments arguments) {
    const std::uint32_t left = to_uint32(to_number(evaluation, argument(arguments, 0)));
    const std::uint32_t right = to_uint32(to_number(evaluation, argument(arguments, 1)));
    return Operand::number(static_cast<std::int32_t>(left * right));
}

#define SLUICE_OF_ONE(name) \
    Function{"Math." #name, of_one<static_cast<double (*)(double)>(std::name)>, 1, 1}

constexpr std::array table{
    Function{"Math.abs", of_one<absolute>, 1, 1},
    Function{"Math.floor", of_one<floor>, 1, 1},
    Function{"Math.ceil", of_one<ceiling>, 1, 1},
    Function{"Math.round", of_one<round>, 1, 1},
    Function{"Math.trunc", of_one<truncate>, 1, 1},
    Function{"Math.min", extreme<false>, 0, Method::unlimited},
    Function{"Math.max", extreme<true>, 0, Method::unlimited},
    Function{"Math.sqrt", of_one<square_root>, 1, 1},
    Function{"Math.cbrt", of_one<cube_root>, 1, 1},
    Function{"Math.pow", raise, 2, 2},
    Function{"Math.sign", of_one<sign>, 1, 1},
    Function{"Math.fround", of_one<nearest_float>, 1, 1},
    Function{"Math.clz32", of_one<leading_zeros>, 1, 1},
    Function{"Math.imul", multiply_whole, 2, 2},
    Function{"Math.hypot", hypotenuse, 0, 2},
    Function{"Math.atan2", arc_tangent, 2, 2},
    // ECMA-262 leaves the last digit of these to the implementation.
    SLUICE_OF_ONE(exp),
    SLUICE_OF_ONE(expm1),
    SLUICE_OF_ONE(log),
    SLUICE_OF_ONE(log1p),
    SLUICE_OF_ONE(log2),
    SLUICE_OF_ONE(log10),
    SLUICE_OF_ONE(sin),
    SLUICE_OF_ONE(cos),
    SLUICE_OF_ONE(tan),
    SLUICE_OF_ONE(asin),
    SLUICE_OF_ONE(acos),
    SLUICE_OF_ONE(atan),
    SLUICE_OF_ONE(sinh),
    SLUICE_OF_ONE(cosh),
    SLUICE_OF_ONE(tanh),
    SLUICE_OF_ONE(asinh),
    SLUICE_OF_ONE(acosh),
    SLUICE_OF_ONE(atanh),
};

#undef SLUICE_OF_ONE

}  // namespace

std::span<const Function> math_functions() {
    return table;
}

}  // namespace sluice::expression
