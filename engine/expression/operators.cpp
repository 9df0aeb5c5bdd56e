#include "engine/expression/operators.hpp"

#include <cmath>
#include <limits>

#include "engine/expression/conversion.hpp"
#include "engine/expression/property.hpp"
#include "engine/expression/utf16.hpp"

namespace sluice::expression {

namespace {

Operand add(Evaluation& evaluation, Operand left, Operand right) {
    left = to_primitive(evaluation, left);
    right = to_primitive(evaluation, right);
    if (!left.is_string() && !right.is_string()) {
        return Operand::number(to_number(evaluation, left) + to_number(evaluation, right));
    }
    NumberBuffer left_buffer;
    NumberBuffer right_buffer;
    const std::string_view left_text = to_text(evaluation, left, left_buffer);
    const std::string_view right_text = to_text(evaluation, right, right_buffer);
    if (evaluation.failed()) return {};
    if (right_text.empty() && left.is_string()) return left;
    if (left_text.empty() && right.is_string()) return right;
    return Operand::text(evaluation.append(left_text, right_text));
}

bool compare_numbers(Operation operation, double left, double right) {
    switch (operation) {
        case Operation::less:
            return left < right;
        case Operation::less_equal:
            return left <= right;
        case Operation::greater:
            return left > right;
        default:
            return left >= right;
    }
}

Operand compare(Evaluation& evaluation, Operation operation, Operand left, Operand right) {
    if (!left.is(Kind::number) || !right.is(Kind::number)) {
        left = to_number_or_text(evaluation, left);
        right = to_number_or_text(evaluation, right);
        if (left.is_string() && right.is_string()) {
            evaluation.scan(std::min(left.as_text().size(), right.as_text().size()));
            const int order = compare_utf16(left.as_text(), right.as_text());
            return Operand::boolean(compare_numbers(operation, order, 0));
        }
    }
    const double left_number = to_number(evaluation, left);
    const double right_number = to_number(evaluation, right);
    return Operand::boolean(compare_numbers(operation, left_number, right_number));
}

double calculate(Operation operation, double left, double right) {
    switch (operation) {
        case Operation::subtract:
            return left - right;
        case Operation::multiply:
            return left * right;
        case Operation::divide:
            return left / right;
        case Operation::remainder:
            return std::fmod(left, right);
        default:
            return power(left, right);
    }
}

/// On 32 bits (ECMA-262, 6.1.6.1.9 to 6.1.6.1.19).
double bits(Operation operation, double left, double right) {
    const std::uint32_t a = to_uint32(left);
    const std::uint32_t b = to_uint32(right);
    switch (operation) {
        case Operation::bit_and:
            return static_cast<std::int32_t>(a & b);
        case Operation::bit_or:
            return static_cast<std::int32_t>(a | b);
        case Operation::bit_xor:
            return static_cast<std::int32_t>(a ^ b);
        case Operation::shift_left:
            return static_cast<std::int32_t>(a << (b & 31));
        case Operation::shift_right:
            return static_cast<std::int32_t>(a) >> (b & 31);
        default:
            return a >> (b & 31);
    }
}

}  // namespace

double power(double base, double exponent) {
    // C answers 1 for these.
    if (std::isnan(exponent) || (std::isinf(exponent) && std::abs(base) == 1)) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    // A square is exactly rounded everywhere; the C library is half a digit off now and then.
    if (exponent == 2) return base * base;
    return std::pow(base, exponent);
}

bool strictly_equal(Evaluation& evaluation, Operand left, Operand right) {
    if (left.is_number() && right.is_number()) return left.as_number() == right.as_number();
    if (left.kind() != right.kind()) return false;
    switch (left.kind()) {
        case Kind::boolean:
            return left.as_boolean() == right.as_boolean();
        case Kind::string:
            if (left.as_text().size() != right.as_text().size()) return false;
            evaluation.scan(left.as_text().size());
            return left.as_text() == right.as_text();
        case Kind::array:
        case Kind::object:
        case Kind::list:
        case Kind::record:
        case Kind::date:
            return left.identity() == right.identity();
        case Kind::function:
            return left.as_function() == right.as_function();
        default:
            return true;
    }
}

bool same_value_zero(Evaluation& evaluation, Operand left, Operand right) {
    if (left.is(Kind::number) && right.is(Kind::number) && std::isnan(left.as_number())) {
        return std::isnan(right.as_number());
    }
    return strictly_equal(evaluation, left, right);
}

bool loosely_equal(Evaluation& evaluation, Operand left, Operand right) {
    if (left.is_nullish() || right.is_nullish()) return left.is_nullish() && right.is_nullish();
    if (left.is_reference() && right.is_reference()) return strictly_equal(evaluation, left, right);
    left = to_primitive(evaluation, left);
    right = to_primitive(evaluation, right);
    if (left.kind() == right.kind()) return strictly_equal(evaluation, left, right);
    return to_number(evaluation, left) == to_number(evaluation, right);
}

Operand binary_operation(Evaluation& evaluation, Operation operation, Operand left, Operand right) {
    switch (operation) {
        case Operation::add:
            if (left.is(Kind::number) && right.is(Kind::number)) {
                return Operand::number(left.as_number() + right.as_number());
            }
            return add(evaluation, left, right);
        case Operation::subtract:
        case Operation::multiply:
        case Operation::divide:
        case Operation::remainder:
        case Operation::power: {
            const double left_number = to_number(evaluation, left);
            return Operand::number(calculate(operation, left_number, to_number(evaluation, right)));
        }
        case Operation::bit_and:
        case Operation::bit_or:
        case Operation::bit_xor:
        case Operation::shift_left:
        case Operation::shift_right:
        case Operation::shift_right_zero: {
            const double left_number = to_number(evaluation, left);
            return Operand::number(bits(operation, left_number, to_number(evaluation, right)));
        }
        case Operation::equal:
            return Operand::boolean(loosely_equal(evaluation, left, right));
        case Operation::not_equal:
            return Operand::boolean(!loosely_equal(evaluation, left, right));
        case Operation::strict_equal:
            return Operand::boolean(strictly_equal(evaluation, left, right));
        case Operation::strict_not_equal:
            return Operand::boolean(!strictly_equal(evaluation, left, right));
        case Operation::in:
            return has_property(evaluation, left, right);
        default:
            return compare(evaluation, operation, left, right);
    }
}

}  // namespace sluice::expression
