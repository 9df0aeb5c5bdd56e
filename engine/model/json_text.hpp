#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/model/error.hpp"
#include "engine/model/value.hpp"

namespace sluice {

/// Appends `value` as compact JSON (RFC 8259). Numbers are written in their shortest exact form
/// (`5.5`, where Boost.JSON's own serializer writes `5.5E0`); NaN and infinities, which JSON has
/// not, become null.
void append_json(std::string& out, const Value& value);

/// Appends `text` as a JSON string with its quotes. `text` is UTF-8.
void append_json_string(std::string& out, std::string_view text);

[[nodiscard]] std::string to_json(const Value& value);
/// Two spaces an indentation level, for people.
[[nodiscard]] std::string to_pretty_json(const Value& value);

/// Parses one JSON text. Errors: `invalid_json` (details: byte `offset`, `line`, `column`),
/// `json_too_deep`.
[[nodiscard]] result<Value> parse_json(std::string_view text, std::size_t max_depth = 64);

}  // namespace sluice
