#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "engine/model/error.hpp"
#include "engine/model/value.hpp"

namespace sluice::definition {

/// The longest duration of the language: ten years of 365 days.
inline constexpr std::chrono::milliseconds longest_duration = std::chrono::days(3650);

/// As `sluice::parse_duration` (engine/model/duration.hpp), up to `longest_duration`. Anything
/// else, a plain number included, is refused as `invalid_duration` with what to write instead in
/// `details.suggestion`.
[[nodiscard]] result<std::chrono::milliseconds> parse_duration(std::string_view text);

/// The same for a value of a definition: a text as above, or the number 0.
[[nodiscard]] result<std::chrono::milliseconds> duration_of(const Value& value);

}  // namespace sluice::definition
