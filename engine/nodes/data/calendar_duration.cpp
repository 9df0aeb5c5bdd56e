#include "engine/nodes/data/calendar_duration.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

#include "engine/expression/calendar.hpp"
#include "engine/model/duration.hpp"

namespace sluice::nodes {
namespace {

constexpr Milli day_length = 86'400'000;
constexpr std::int64_t most_years = 10'000;
constexpr Milli most_milliseconds = most_years * 366 * day_length;

/// Reads the parts of ISO 8601 behind the P.
class PartReader {
  public:
    explicit PartReader(std::string_view text) : text_(text) {}

    std::optional<CalendarDuration> read() {
        if (text_.empty()) return std::nullopt;
        if (!read_parts("YMWD")) return std::nullopt;
        if (text_.starts_with('T')) {
            text_.remove_prefix(1);
            if (text_.empty() || !read_parts("HMS")) return std::nullopt;
        }
        const bool fits = duration_.months <= most_years * 12 &&
                          duration_.days <= most_years * 366 &&
                          duration_.milliseconds <= most_milliseconds;
        return text_.empty() && fits ? std::optional(duration_) : std::nullopt;
    }

  private:
    /// Numbers with the given letters, each at most once and in their order.
    bool read_parts(std::string_view letters) {
        const bool in_day = letters == "HMS";
        while (!text_.empty() && text_.front() != 'T') {
            std::int64_t number = 0;
            std::int64_t milliseconds = 0;
            if (!read_number(number, milliseconds) || text_.empty()) return false;
            const auto at = letters.find(text_.front());
            if (at == std::string_view::npos) return false;
            const bool fraction = milliseconds >= 0;
            if (fraction && !(in_day && letters[at] == 'S')) return false;
            add(letters[at], in_day, number, fraction ? milliseconds : 0);
            letters.remove_prefix(at + 1);
            text_.remove_prefix(1);
        }
        return true;
    }

    /// `milliseconds` is -1 without a fraction.
    bool read_number(std::int64_t& number, std::int64_t& milliseconds) {
        milliseconds = -1;
        const char* const end = text_.data() + text_.size();
        if (text_.front() < '0' || text_.front() > '9') return false;
        const auto read = std::from_chars(text_.data(), end, number);
        if (read.ec != std::errc{} || number > most_milliseconds / 1'000) return false;
        text_.remove_prefix(static_cast<std::size_t>(read.ptr - text_.data()));
        if (!text_.starts_with('.') && !text_.starts_with(',')) return true;
        text_.remove_prefix(1);
        int digits = 0;
        milliseconds = 0;
        for (; !text_.empty() && text_.front() >= '0' && text_.front() <= '9'; ++digits) {
            if (digits < 3) milliseconds = milliseconds * 10 + (text_.front() - '0');
            text_.remove_prefix(1);
        }
        for (int at = digits; at < 3; ++at) milliseconds *= 10;
        return digits > 0 && digits <= 3;
    }

    void add(char letter, bool in_day, std::int64_t number, std::int64_t milliseconds) {
        number = std::min(number, most_milliseconds / 1'000);
        const auto capped = [&](std::int64_t factor) {
            return number > most_milliseconds / factor ? most_milliseconds + 1 : number * factor;
        };
        if (in_day)
            duration_.milliseconds += capped(letter == 'H'   ? 3'600'000
                                             : letter == 'M' ? 60'000
                                                             : 1'000) +
                                      milliseconds;
        else if (letter == 'Y' || letter == 'M')
            duration_.months += number * (letter == 'Y' ? 12 : 1);
        else
            duration_.days += number * (letter == 'W' ? 7 : 1);
    }

    std::string_view text_;
    CalendarDuration duration_;
};

int days_of_month(std::int64_t year, std::int64_t month) {
    const double last = expression::time_of(static_cast<double>(year),
                                            static_cast<double>(month + 1), 0, 0, 0, 0, 0);
    return expression::calendar_of(last).day;
}

/// The calendar's part of an addition.
Milli add_calendar(Milli time, std::int64_t months, std::int64_t days, const NamedZone& zone) {
    if (months == 0 && days == 0) return time;  // also of a local time that is there twice
    const auto fields = expression::calendar_of(static_cast<double>(to_local(time, zone)));
    const std::int64_t month = fields.year * 12 + fields.month + months;
    const std::int64_t year = month >= 0 ? month / 12 : -((11 - month) / 12);
    const std::int64_t of_year = month - year * 12;
    const int day = std::min(fields.day, days_of_month(year, of_year));
    const double local = expression::time_of(
        static_cast<double>(year), static_cast<double>(of_year), static_cast<double>(day + days),
        fields.hour, fields.minute, fields.second, fields.millisecond);
    return from_local(static_cast<Milli>(local), zone);
}

/// The largest count, from an estimate, that does not go beyond `to` on its way from `from`.
template <typename Reach>
std::int64_t largest_within(std::int64_t estimate, int sign, Milli to, Reach reach) {
    while (estimate * sign > 0 && (reach(estimate) - to) * sign > 0) estimate -= sign;
    return estimate;
}

}  // namespace

std::optional<CalendarDuration> CalendarDuration::parse(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    std::optional<CalendarDuration> duration;
    if (text.starts_with('P'))
        duration = PartReader(text.substr(1)).read();
    else if (const auto exact = parse_duration(text); exact && exact->count() <= most_milliseconds)
        duration = CalendarDuration{0, 0, exact->count()};
    if (duration && negative)
        duration = CalendarDuration{-duration->months, -duration->days, -duration->milliseconds};
    return duration;
}

std::string CalendarDuration::text() const {
    std::string text = months < 0 || days < 0 || milliseconds < 0 ? "-P" : "P";
    const auto part = [&text](std::int64_t number, char letter) {
        if (number != 0) text.append(std::to_string(std::abs(number))).append(1, letter);
    };
    part(months / 12, 'Y');
    part(months % 12, 'M');
    part(days, 'D');
    if (milliseconds == 0) return text.ends_with('P') ? "PT0S" : text;
    text += 'T';
    part(milliseconds / 3'600'000, 'H');
    part(milliseconds / 60'000 % 60, 'M');
    const std::int64_t rest = std::abs(milliseconds % 60'000);
    if (rest == 0) return text;
    text += std::to_string(rest / 1'000);
    if (rest % 1'000 != 0) {
        std::string fraction = std::to_string(1'000 + rest % 1'000).substr(1);
        while (fraction.ends_with('0')) fraction.pop_back();
        text.append(".").append(fraction);
    }
    return text + 'S';
}

std::optional<Milli> add(Milli time, const CalendarDuration& duration, const NamedZone& zone) {
    const Milli moved = add_calendar(time, duration.months, duration.days, zone);
    const Milli result = moved + duration.milliseconds;
    return in_range(moved) && in_range(result) ? std::optional(result) : std::nullopt;
}

std::int64_t whole_months(Milli from, Milli to, const NamedZone& zone) {
    const auto begin = expression::calendar_of(static_cast<double>(to_local(from, zone)));
    const auto end = expression::calendar_of(static_cast<double>(to_local(to, zone)));
    const std::int64_t estimate = (end.year - begin.year) * 12 + end.month - begin.month;
    return largest_within(estimate, to < from ? -1 : 1, to,
                          [&](std::int64_t months) { return add_calendar(from, months, 0, zone); });
}

namespace {

std::int64_t days_beyond(Milli from, std::int64_t months, Milli to, const NamedZone& zone) {
    const int sign = to < from ? -1 : 1;
    const Milli begin = add_calendar(from, months, 0, zone);
    return largest_within((to - begin) / day_length + sign, sign, to, [&](std::int64_t days) {
        return add_calendar(from, months, days, zone);
    });
}

}  // namespace

std::int64_t whole_days(Milli from, Milli to, const NamedZone& zone) {
    return days_beyond(from, 0, to, zone);
}

CalendarDuration difference(Milli from, Milli to, const NamedZone& zone) {
    CalendarDuration result;
    result.months = whole_months(from, to, zone);
    result.days = days_beyond(from, result.months, to, zone);
    result.milliseconds = to - add_calendar(from, result.months, result.days, zone);
    return result;
}

}  // namespace sluice::nodes
