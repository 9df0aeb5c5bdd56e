#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/nodes/data/zoned_time.hpp"

namespace sluice::nodes {

/// A length of time in months and days of the calendar, whose lengths differ, and an exact rest.
/// All have the same sign.
struct CalendarDuration {
    std::int64_t months = 0;
    std::int64_t days = 0;
    std::int64_t milliseconds = 0;

    /// ISO 8601 (`P1Y2M3DT4H5M6.5S`, `P2W`) or a duration of the language (`1h30m`; a day of that
    /// is 24 hours), either with a minus before it. Nullopt for others, and beyond 10,000 years.
    [[nodiscard]] static std::optional<CalendarDuration> parse(std::string_view text);
    /// ISO 8601; `PT0S` when there is nothing.
    [[nodiscard]] std::string text() const;
};

/// The calendar first: months (of a day that the month does not have, the last one), then days, in
/// local time, which keeps the hour over changes of the clocks; then the exact rest. Nullopt
/// beyond the years 0 to 9999.
[[nodiscard]] std::optional<Milli> add(Milli time, const CalendarDuration& duration,
                                       const NamedZone& zone);

/// What must be added to `from` to come to `to`: as many whole months, then days, as fit between.
[[nodiscard]] CalendarDuration difference(Milli from, Milli to, const NamedZone& zone);

/// How many months, or days, are whole between the two; negative when `to` is before `from`.
[[nodiscard]] std::int64_t whole_months(Milli from, Milli to, const NamedZone& zone);
[[nodiscard]] std::int64_t whole_days(Milli from, Milli to, const NamedZone& zone);

}  // namespace sluice::nodes
