#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/model/value.hpp"

namespace sluice::testing {

enum class Comparison : unsigned char {
    equal,     ///< numbers by value, objects without regard to order
    contains,  ///< objects may have further members, at any depth; lists are as long
};

/// In what `actual` differs from `expected`, a line a place: `output.body.total: expected 20, got
/// 25`. Empty when it does not. `name` is what the value is called; at most 20 lines.
[[nodiscard]] std::vector<std::string> difference(std::string_view name, const Value& expected,
                                                  const Value& actual, Comparison comparison);

/// A value as JSON text, cut to a line.
[[nodiscard]] std::string brief(const Value& value);

}  // namespace sluice::testing
