#include "engine/nodes/data/value_order.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <vector>

namespace sluice::nodes {
namespace {

int rank(const Value& value) {
    switch (value.kind()) {
        case boost::json::kind::null:
            return 0;
        case boost::json::kind::bool_:
            return value.get_bool() ? 2 : 1;
        case boost::json::kind::int64:
        case boost::json::kind::uint64:
        case boost::json::kind::double_:
            return 3;
        case boost::json::kind::string:
            return 4;
        case boost::json::kind::array:
            return 5;
        case boost::json::kind::object:
            return 6;
    }
    return 7;
}

std::strong_ordering ordering_of(double left, double right) {
    return left < right   ? std::strong_ordering::less
           : left > right ? std::strong_ordering::greater
                          : std::strong_ordering::equal;
}

/// A floating-point number against a whole one, without rounding the whole one.
std::strong_ordering compare_to_whole(double left, const Value& right) {
    constexpr double beyond = 18'446'744'073'709'551'616.0;  // 2^64
    if (left >= beyond) return std::strong_ordering::greater;
    const bool negative = right.is_int64() && right.get_int64() < 0;
    if (left < 0) {
        if (!negative) return std::strong_ordering::less;
        if (left < -beyond / 2) return std::strong_ordering::less;
        const double whole = std::floor(left);
        const auto compared = static_cast<std::int64_t>(whole) <=> right.get_int64();
        return compared != 0 || whole == left ? compared : std::strong_ordering::greater;
    }
    if (negative) return std::strong_ordering::greater;
    const std::uint64_t number =
        right.is_int64() ? static_cast<std::uint64_t>(right.get_int64()) : right.get_uint64();
    const double whole = std::floor(left);
    const auto compared = static_cast<std::uint64_t>(whole) <=> number;
    return compared != 0 || whole == left ? compared : std::strong_ordering::greater;
}

std::strong_ordering compare_lists(const Array& left, const Array& right) {
    const std::size_t both = std::min(left.size(), right.size());
    for (std::size_t at = 0; at < both; ++at)
        if (const auto compared = compare_values(left[at], right[at]); compared != 0)
            return compared;
    return left.size() <=> right.size();
}

std::vector<const boost::json::key_value_pair*> sorted_members(const Object& object) {
    std::vector<const boost::json::key_value_pair*> members;
    members.reserve(object.size());
    for (const auto& member : object) members.push_back(&member);
    std::ranges::sort(members, {},
                      [](const auto* member) { return std::string_view(member->key()); });
    return members;
}

std::strong_ordering compare_objects(const Object& left, const Object& right) {
    const auto ours = sorted_members(left);
    const auto theirs = sorted_members(right);
    const std::size_t both = std::min(ours.size(), theirs.size());
    for (std::size_t at = 0; at < both; ++at) {
        const auto by_key =
            std::string_view(ours[at]->key()) <=> std::string_view(theirs[at]->key());
        if (by_key != 0) return by_key;
        const auto by_value = compare_values(ours[at]->value(), theirs[at]->value());
        if (by_value != 0) return by_value;
    }
    return ours.size() <=> theirs.size();
}

}  // namespace

std::strong_ordering compare_numbers(const Value& left, const Value& right) {
    if (left.is_double() && right.is_double())
        return ordering_of(left.get_double(), right.get_double());
    if (left.is_double()) return compare_to_whole(left.get_double(), right);
    if (right.is_double()) return 0 <=> compare_to_whole(right.get_double(), left);
    if (left.is_int64() && right.is_int64()) return left.get_int64() <=> right.get_int64();
    if (left.is_uint64() && right.is_uint64()) return left.get_uint64() <=> right.get_uint64();
    if (left.is_int64())
        return left.get_int64() < 0
                   ? std::strong_ordering::less
                   : static_cast<std::uint64_t>(left.get_int64()) <=> right.get_uint64();
    return 0 <=> compare_numbers(right, left);
}

std::strong_ordering compare_values(const Value& left, const Value& right) {
    if (const auto by_kind = rank(left) <=> rank(right); by_kind != 0) return by_kind;
    if (left.is_number()) return compare_numbers(left, right);
    if (const auto* const text = left.if_string())
        return std::string_view(*text) <=> std::string_view(right.get_string());
    if (const auto* const list = left.if_array()) return compare_lists(*list, right.get_array());
    if (const auto* const object = left.if_object())
        return compare_objects(*object, right.get_object());
    return std::strong_ordering::equal;
}

}  // namespace sluice::nodes
