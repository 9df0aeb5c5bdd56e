#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "engine/model/error.hpp"
#include "engine/model/value.hpp"

namespace sluice::definition {

/// The longest duration of the language: ten years of 365 days.
inline constexpr std::chrono::milliseconds longest_duration = std::chrono::days(3650);

/// Reads `250ms`, `1s`, `1.5s`, `1h30m`, `2d`, `1w` or `0`: parts from large to small, each unit
/// (w, d, h, m, s, ms) at most once. Anything else, a plain number included, is refused as
/// `invalid_duration` with what to write instead in `details.suggestion`.
[[nodiscard]] result<std::chrono::milliseconds> parse_duration(std::string_view text);

/// The same for a value of a definition: a text as above, or the number 0.
[[nodiscard]] result<std::chrono::milliseconds> duration_of(const Value& value);

/// The shortest text that `parse_duration` reads back: 90000 ms is `1m30s`.
[[nodiscard]] std::string duration_text(std::chrono::milliseconds duration);

}  // namespace sluice::definition
