#pragma once

#include <optional>
#include <string>

#include "engine/nodes/data/zoned_time.hpp"

namespace sluice::nodes {

/// Writes a time after a pattern of strftime (`%d.%m.%Y %H:%M`), English whatever the locale, by
/// the date library; to the second. Nullopt when the pattern is not one.
[[nodiscard]] std::optional<std::string> format_time(Milli time, const NamedZone& zone,
                                                     const std::string& pattern);

/// Reads the whole of a text after such a pattern. Without `%z` it is meant in `zone`. Nullopt when
/// it does not fit, or names no whole date.
[[nodiscard]] std::optional<Milli> parse_time(const std::string& text, const std::string& pattern,
                                              const NamedZone& zone);

}  // namespace sluice::nodes
