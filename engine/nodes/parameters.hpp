#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/model/error.hpp"
#include "engine/model/value.hpp"

namespace sluice::nodes {

/// Reads a node's evaluated parameters: what is missing or of the wrong kind becomes a NodeError
/// `invalid_parameters` that names it.
[[nodiscard]] NodeError invalid_parameter(std::string_view name, std::string_view expectation,
                                          const Value* found);

/// nullptr when `parameters` is no object or has no such member (null counts as absent).
[[nodiscard]] const Value* find_parameter(const Value& parameters, std::string_view name);

/// A value as text for people: strings as they are, everything else as JSON.
[[nodiscard]] std::string as_text(const Value& value);

/// Parameters as an object, which is empty when there are none.
[[nodiscard]] Value object_of(Value parameters);

}  // namespace sluice::nodes
