#pragma once

#include <compare>

#include "engine/model/value.hpp"

namespace sluice::nodes {

/// Which number is the larger one, exactly, however the two are stored. Both are numbers.
[[nodiscard]] std::strong_ordering compare_numbers(const Value& left, const Value& right);

/// One order of all values: null, false, true, numbers by value, texts by code points, lists
/// element by element, objects by their members in the order of keys. Equal are the values that
/// JSON Schema calls equal (1 and 1.0; objects without regard to the order of members).
[[nodiscard]] std::strong_ordering compare_values(const Value& left, const Value& right);

/// For maps whose keys are values that live elsewhere. No hashes: nobody can make them collide.
struct ValueLess {
    bool operator()(const Value* left, const Value* right) const {
        return compare_values(*left, *right) < 0;
    }
};

}  // namespace sluice::nodes
