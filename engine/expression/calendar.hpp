#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

/// Times of JavaScript: milliseconds since 1970 in a double, NaN for none (ECMA-262, 21.4.1).
namespace sluice::expression {

/// A time taken apart, without regard to time zones.
struct CalendarTime {
    std::int64_t year;
    int month;  ///< from 0
    int day;    ///< from 1
    int hour;
    int minute;
    int second;
    int millisecond;
    int weekday;  ///< from Sunday, 0
};

/// The time is finite.
[[nodiscard]] CalendarTime calendar_of(double time);

/// MakeDate of MakeDay and MakeTime: the fields may be beyond their ranges, and carry.
[[nodiscard]] double time_of(double year, double month, double day, double hour, double minute,
                             double second, double millisecond);
/// TimeClip: NaN beyond 8.64e15 milliseconds.
[[nodiscard]] double clipped_time(double time);

struct ParsedTime {
    double time;
    bool local;  ///< the text named no offset, and is meant in local time
};
/// The format of ECMA-262, 21.4.1.32; nothing when the text is not of it.
[[nodiscard]] std::optional<ParsedTime> parse_iso_time(std::string_view text);

using DateBuffer = std::array<char, 32>;
/// What toISOString writes; empty when there is no time.
[[nodiscard]] std::string_view iso_text(double time, DateBuffer& buffer);

}  // namespace sluice::expression
