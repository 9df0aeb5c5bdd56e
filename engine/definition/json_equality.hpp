#pragma once

#include <cstddef>

#include "engine/model/value.hpp"

namespace sluice::definition {

/// Equality of JSON Schema (draft 7 core §4.2.3): numbers by value (1 equals 1.0), objects without
/// regard to order.
[[nodiscard]] bool equal_json(const Value& left, const Value& right);

/// Equal values have equal hashes.
[[nodiscard]] std::size_t hash_json(const Value& value);

}  // namespace sluice::definition
