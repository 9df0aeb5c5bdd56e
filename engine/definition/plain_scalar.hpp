#pragma once

#include <optional>
#include <string_view>

#include "engine/model/value.hpp"

namespace sluice::definition {

/// The value of an unquoted YAML scalar by the core schema (YAML 1.2.2 §10.3.2): `null`, `~`,
/// nothing, `true`, `12`, `0o14`, `0xC`, `1.5e3`; anything else is text (so `yes`, `on` and `12:30`
/// are texts). Integers beyond 64 bits become floating-point numbers. nullopt for numbers that JSON
/// does not have: infinite, not a number, or too large.
[[nodiscard]] std::optional<Value> plain_scalar(std::string_view text);

}  // namespace sluice::definition
