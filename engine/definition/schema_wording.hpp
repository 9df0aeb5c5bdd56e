#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/model/value.hpp"

namespace sluice::definition {

/// Characters of a UTF-8 text.
[[nodiscard]] std::size_t code_points(std::string_view text);

/// Whether JSON Schema calls the value an integer: 1.0 is one (draft 7 core §4.2.1).
[[nodiscard]] bool is_integer(const Value& value);

/// The type of a value as violations name it: "a number", "text".
[[nodiscard]] std::string_view type_name(const Value& value);

/// The value as JSON, cut to 60 bytes.
[[nodiscard]] std::string shortened(const Value& value);

/// A bound of a schema without a needless exponent: `100`, not `1E2`.
[[nodiscard]] std::string number_text(double number);

/// `1 item`, `2 items`.
[[nodiscard]] std::string amount(std::uint64_t count, std::string_view one, std::string_view many);

}  // namespace sluice::definition
