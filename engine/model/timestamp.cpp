#include "engine/model/timestamp.hpp"

#include <array>
#include <cstdio>

namespace sluice {
namespace {

/// Reads exactly `digits` decimal digits and moves on; -1 when they are not there.
int take_number(std::string_view& text, std::size_t digits) {
    if (text.size() < digits) return -1;
    int number = 0;
    for (std::size_t at = 0; at < digits; ++at) {
        if (text[at] < '0' || text[at] > '9') return -1;
        number = number * 10 + (text[at] - '0');
    }
    text.remove_prefix(digits);
    return number;
}

bool take_word(std::string_view& text, std::string_view word) {
    if (!text.starts_with(word)) return false;
    text.remove_prefix(word.size());
    return true;
}

/// Which of `names` comes first, counted from 1, and moves on; 0 when none does.
template <std::size_t count>
unsigned take_name(std::string_view& text, const std::array<std::string_view, count>& names) {
    for (unsigned at = 0; at < count; ++at)
        if (take_word(text, names[at])) return at + 1;
    return 0;
}

constexpr std::array<std::string_view, 7> day_names{"Mon, ", "Tue, ", "Wed, ", "Thu, ",
                                                    "Fri, ", "Sat, ", "Sun, "};
constexpr std::array<std::string_view, 12> month_names{
    "Jan ", "Feb ", "Mar ", "Apr ", "May ", "Jun ", "Jul ", "Aug ", "Sep ", "Oct ", "Nov ", "Dec "};

std::optional<WallTime> time_of(const std::chrono::year_month_day& date, int hour, int minute,
                                int second) {
    if (!date.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
        second > 60)
        return std::nullopt;
    return WallTime{std::chrono::sys_days(date)} + std::chrono::hours(hour) +
           std::chrono::minutes(minute) + std::chrono::seconds(second);
}

bool take(std::string_view& text, std::string_view either) {
    if (text.empty() || either.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

}  // namespace

std::string to_rfc3339(WallTime time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    std::array<char, 40> text;
    const int length = std::snprintf(
        text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
        static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
        static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
        static_cast<int>(clock.subseconds().count()));
    return {text.data(), static_cast<std::size_t>(length)};
}

std::optional<WallTime> parse_rfc3339(std::string_view text) {
    const int year = take_number(text, 4);
    if (year < 0 || !take(text, "-")) return std::nullopt;
    const int month = take_number(text, 2);
    if (month < 0 || !take(text, "-")) return std::nullopt;
    const int day = take_number(text, 2);
    if (day < 0 || !take(text, "Tt ")) return std::nullopt;
    const int hour = take_number(text, 2);
    if (!take(text, ":")) return std::nullopt;
    const int minute = take_number(text, 2);
    if (!take(text, ":")) return std::nullopt;
    const int second = take_number(text, 2);
    int milliseconds = 0;
    if (take(text, ".")) {
        int scale = 100;
        std::size_t digits = 0;
        while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
            milliseconds += (text.front() - '0') * scale;
            scale /= 10;
            text.remove_prefix(1);
            ++digits;
        }
        if (digits == 0) return std::nullopt;
    }
    int offset_minutes = 0;
    if (!take(text, "Zz")) {
        const int sign = take(text, "+") ? 1 : (take(text, "-") ? -1 : 0);
        const int hours = sign == 0 ? -1 : take_number(text, 2);
        if (hours < 0 || hours > 23 || !take(text, ":")) return std::nullopt;
        const int minutes = take_number(text, 2);
        if (minutes < 0 || minutes > 59) return std::nullopt;
        offset_minutes = sign * (hours * 60 + minutes);
    }
    if (!text.empty()) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    const auto local = time_of(date, hour, minute, second);
    if (!local) return std::nullopt;
    return *local - std::chrono::minutes(offset_minutes) + Milliseconds(milliseconds);
}

std::optional<WallTime> parse_http_date(std::string_view text) {
    if (take_name(text, day_names) == 0) return std::nullopt;
    const int day = take_number(text, 2);
    if (day < 0 || !take(text, " ")) return std::nullopt;
    const unsigned month = take_name(text, month_names);
    const int year = take_number(text, 4);
    if (month == 0 || year < 0 || !take(text, " ")) return std::nullopt;
    const int hour = take_number(text, 2);
    if (!take(text, ":")) return std::nullopt;
    const int minute = take_number(text, 2);
    if (!take(text, ":")) return std::nullopt;
    const int second = take_number(text, 2);
    if (text != " GMT") return std::nullopt;
    return time_of({std::chrono::year(year), std::chrono::month(month),
                    std::chrono::day(static_cast<unsigned>(day))},
                   hour, minute, second);
}

}  // namespace sluice
