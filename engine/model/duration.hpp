#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace sluice {

/// Reads `250ms`, `10s`, `1.5h`, `1h30m`, `2d`, `1w`: numbers with a unit, from the largest unit to
/// the smallest, each unit once, without spaces. A day is 24 hours and a week 7 days. Only the last
/// number may have a fraction, and the whole must be a whole number of milliseconds. `0` needs no
/// unit. Nullopt for anything else: no unit, a sign, too large for 64 bits.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// The shortest text that `parse_duration` reads back as the same duration: `1h30m`, `2d`, `0s`.
/// Weeks are written as days; a negative duration has a leading minus.
[[nodiscard]] std::string format_duration(std::chrono::milliseconds duration);

}  // namespace sluice
