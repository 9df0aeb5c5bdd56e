#include <array>
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

constexpr std::array table{
    Function{"Math.abs", of_one<absolute>},
    Function{"Math.floor", of_one<floor>},
    Function{"Math.ceil", of_one<ceiling>},
    Function{"Math.round", of_one<round>},
    Function{"Math.trunc", of_one<truncate>},
    Function{"Math.min", extreme<false>},
    Function{"Math.max", extreme<true>},
    Function{"Math.sqrt", of_one<square_root>},
    Function{"Math.pow", raise},
    Function{"Math.sign", of_one<sign>},
};

}  // namespace

std::span<const Function> math_functions() {
    return table;
}

}  // namespace sluice::expression
