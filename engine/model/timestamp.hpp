#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/async/clock.hpp"

namespace sluice {

/// RFC 3339 in UTC with milliseconds: `2026-11-22T09:30:00.125Z`.
[[nodiscard]] std::string to_rfc3339(WallTime time);

/// Reads RFC 3339 with any offset and any number of fraction digits (milliseconds count); nullopt
/// otherwise.
[[nodiscard]] std::optional<WallTime> parse_rfc3339(std::string_view text);

/// Reads the date of an HTTP header in its fixed form (RFC 9110 §5.6.7, IMF-fixdate):
/// `Sun, 06 Nov 1994 08:49:37 GMT`; nullopt otherwise, for the two obsolete forms too.
[[nodiscard]] std::optional<WallTime> parse_http_date(std::string_view text);

}  // namespace sluice
