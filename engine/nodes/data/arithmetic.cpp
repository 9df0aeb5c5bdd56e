#include "engine/nodes/data/arithmetic.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "engine/model/json_text.hpp"

namespace sluice::nodes {
namespace {

__extension__ using Wide = __int128;

bool both_whole(const Value& left, const Value& right) {
    return !left.is_double() && !right.is_double();
}

Wide wide(const Value& value) {
    return value.is_int64() ? Wide{value.get_int64()} : Wide{value.get_uint64()};
}

std::optional<Value> narrow(Wide number) {
    if (number >= std::numeric_limits<std::int64_t>::min() &&
        number <= std::numeric_limits<std::int64_t>::max())
        return Value(static_cast<std::int64_t>(number));
    if (number > 0 && number <= std::numeric_limits<std::uint64_t>::max())
        return Value(static_cast<std::uint64_t>(number));
    return std::nullopt;
}

std::string shown(const Value& left, std::string_view sign, const Value& right) {
    return to_json(left) + ' ' + std::string(sign) + ' ' + to_json(right);
}

NodeError overflow(const std::string& calculation, bool whole) {
    return {"number_overflow",
            whole ? calculation +
                        " has no whole number of 64 bits: write one of them with a "
                        "point (1.0) to calculate in floating point"
                  : calculation + " is larger than any number",
            nullptr, false};
}

node_result<Value> whole_or_overflow(Wide number, const Value& left, std::string_view sign,
                                     const Value& right) {
    if (auto value = narrow(number)) return std::move(*value);
    return overflow(shown(left, sign, right), true);
}

node_result<Value> finite_or_overflow(double number, const Value& left, std::string_view sign,
                                      const Value& right) {
    if (std::isfinite(number)) return Value(number);
    return overflow(shown(left, sign, right), false);
}

bool is_zero(const Value& value) {
    return value.to_number<double>() == 0;
}

NodeError division_by_zero(const Value& left, std::string_view sign, const Value& right) {
    return {"division_by_zero",
            shown(left, sign, right) + " divides by zero: check the divisor before (flow.if)",
            nullptr, false};
}

/// By squaring; nothing when it leaves 64 bits on the way.
std::optional<Value> whole_power(Wide base, std::uint64_t exponent) {
    Wide result = 1;
    if (base == 0 || base == 1) return narrow(exponent == 0 ? 1 : base);
    if (base == -1) return narrow(exponent % 2 == 0 ? 1 : -1);
    if (exponent > 64) return std::nullopt;
    for (std::uint64_t count = 0; count < exponent; ++count) {
        result *= base;
        if (!narrow(result)) return std::nullopt;
    }
    return narrow(result);
}

}  // namespace

node_result<Value> add(const Value& left, const Value& right) {
    if (both_whole(left, right))
        return whole_or_overflow(wide(left) + wide(right), left, "+", right);
    return finite_or_overflow(left.to_number<double>() + right.to_number<double>(), left, "+",
                              right);
}

node_result<Value> subtract(const Value& left, const Value& right) {
    if (both_whole(left, right))
        return whole_or_overflow(wide(left) - wide(right), left, "-", right);
    return finite_or_overflow(left.to_number<double>() - right.to_number<double>(), left, "-",
                              right);
}

node_result<Value> multiply(const Value& left, const Value& right) {
    if (both_whole(left, right)) {
        Wide product = 0;
        if (__builtin_mul_overflow(wide(left), wide(right), &product))
            return overflow(shown(left, "*", right), true);
        return whole_or_overflow(product, left, "*", right);
    }
    return finite_or_overflow(left.to_number<double>() * right.to_number<double>(), left, "*",
                              right);
}

node_result<Value> divide(const Value& left, const Value& right) {
    if (is_zero(right)) return division_by_zero(left, "/", right);
    if (both_whole(left, right) && wide(left) % wide(right) == 0)
        return whole_or_overflow(wide(left) / wide(right), left, "/", right);
    return finite_or_overflow(left.to_number<double>() / right.to_number<double>(), left, "/",
                              right);
}

node_result<Value> remainder(const Value& left, const Value& right) {
    if (is_zero(right)) return division_by_zero(left, "%", right);
    if (both_whole(left, right))
        return whole_or_overflow(wide(left) % wide(right), left, "%", right);
    return finite_or_overflow(std::fmod(left.to_number<double>(), right.to_number<double>()), left,
                              "%", right);
}

node_result<Value> power(const Value& left, const Value& right) {
    if (both_whole(left, right) && wide(right) >= 0) {
        if (auto value = whole_power(wide(left), static_cast<std::uint64_t>(wide(right))))
            return std::move(*value);
        return overflow(shown(left, "**", right), true);
    }
    const double base = left.to_number<double>();
    const double exponent = right.to_number<double>();
    if (base == 0 && exponent < 0) return division_by_zero(left, "**", right);
    if (base < 0 && std::trunc(exponent) != exponent)
        return NodeError{
            "not_a_real_number",
            shown(left, "**", right) + " is no real number: a negative base needs a whole exponent",
            nullptr, false};
    return finite_or_overflow(std::pow(base, exponent), left, "**", right);
}

}  // namespace sluice::nodes
