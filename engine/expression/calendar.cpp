#include "engine/expression/calendar.hpp"

#include <cmath>
#include <cstdio>
#include <limits>

namespace sluice::expression {

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double day_length = 86'400'000;
constexpr double most_time = 8.64e15;

/// Days since 1970 of a day of the proleptic Gregorian calendar.
std::int64_t days_of(std::int64_t year, unsigned month, unsigned day) {
    year -= month <= 2 ? 1 : 0;
    const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
    const auto of_era = static_cast<unsigned>(year - era * 400);
    const unsigned of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const unsigned days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    return era * 146'097 + static_cast<std::int64_t>(days) - 719'468;
}

bool is_leap(std::int64_t year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int days_in_month(std::int64_t year, int month) {
    constexpr std::array days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[static_cast<std::size_t>(month - 1)];
}

/// Reads the format piece by piece.
class IsoReader {
  public:
    explicit IsoReader(std::string_view text) : text_(text) {}

    std::optional<ParsedTime> read() {
        std::int64_t year = 0;
        int month = 1;
        int day = 1;
        if (!read_year(year)) return {};
        if (take('-')) {
            if (!number(2, month) || month < 1 || month > 12) return {};
            if (take('-') && (!number(2, day) || day < 1 || day > days_in_month(year, month)))
                return {};
        }
        ParsedTime result{0, false};
        int hour = 0;
        int minute = 0;
        int second = 0;
        int millisecond = 0;
        double offset = 0;
        if (take('T')) {
            if (!number(2, hour) || !take(':') || !number(2, minute)) return {};
            if (take(':')) {
                if (!number(2, second)) return {};
                if (take('.') && !fraction(millisecond)) return {};
            }
            const bool whole_day = hour == 24 && minute == 0 && second == 0 && millisecond == 0;
            if ((hour > 23 && !whole_day) || minute > 59 || second > 59) return {};
            if (!read_offset(offset, result.local)) return {};
        }
        if (!text_.empty()) return {};
        result.time =
            time_of(static_cast<double>(year), month - 1, day, hour, minute, second, millisecond) -
            offset;
        return result;
    }

  private:
    bool read_year(std::int64_t& year) {
        int value = 0;
        const bool negative = text_.starts_with('-');
        if (!negative && !text_.starts_with('+')) {
            const bool read = number(4, value);
            year = value;
            return read;
        }
        text_.remove_prefix(1);
        if (!number(6, value) || (negative && value == 0)) return false;
        year = negative ? -value : value;
        return true;
    }

    bool read_offset(double& offset, bool& local) {
        if (take('Z')) return true;
        const bool east = text_.starts_with('+');
        if (!east && !text_.starts_with('-')) {
            local = true;
            return true;
        }
        text_.remove_prefix(1);
        int hours = 0;
        int minutes = 0;
        if (!number(2, hours) || !take(':') || !number(2, minutes) || hours > 23 || minutes > 59)
            return false;
        offset = (hours * 60 + minutes) * 60'000.0 * (east ? 1 : -1);
        return true;
    }

    /// Milliseconds; digits behind them are left away.
    bool fraction(int& millisecond) {
        int digits = 0;
        for (; !text_.empty() && is_digit(text_[0]); text_.remove_prefix(1), ++digits) {
            if (digits < 3) millisecond = millisecond * 10 + (text_[0] - '0');
        }
        for (int i = digits; i < 3; ++i) millisecond *= 10;
        return digits > 0 && digits <= 9;
    }

    bool number(std::size_t digits, int& value) {
        if (text_.size() < digits) return false;
        value = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            if (!is_digit(text_[i])) return false;
            value = value * 10 + (text_[i] - '0');
        }
        text_.remove_prefix(digits);
        return true;
    }
    bool take(char expected) {
        if (!text_.starts_with(expected)) return false;
        text_.remove_prefix(1);
        return true;
    }
    static bool is_digit(char character) { return character >= '0' && character <= '9'; }

    std::string_view text_;
};

}  // namespace

CalendarTime calendar_of(double time) {
    const double days = std::floor(time / day_length);
    const auto in_day = static_cast<std::int64_t>(time - days * day_length);
    const std::int64_t shifted = static_cast<std::int64_t>(days) + 719'468;
    const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
    const auto of_era = static_cast<unsigned>(shifted - era * 146'097);
    const unsigned year_of_era =
        (of_era - of_era / 1460 + of_era / 36'524 - of_era / 146'096) / 365;
    const unsigned of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const unsigned march_month = (5 * of_year + 2) / 153;
    CalendarTime result{};
    result.day = static_cast<int>(of_year - (153 * march_month + 2) / 5 + 1);
    result.month = static_cast<int>(march_month < 10 ? march_month + 2 : march_month - 10);
    result.year = static_cast<std::int64_t>(year_of_era) + era * 400 + (result.month <= 1 ? 1 : 0);
    result.hour = static_cast<int>(in_day / 3'600'000);
    result.minute = static_cast<int>(in_day / 60'000 % 60);
    result.second = static_cast<int>(in_day / 1000 % 60);
    result.millisecond = static_cast<int>(in_day % 1000);
    const std::int64_t weekday = (static_cast<std::int64_t>(days) + 4) % 7;
    result.weekday = static_cast<int>(weekday < 0 ? weekday + 7 : weekday);
    return result;
}

double time_of(double year, double month, double day, double hour, double minute, double second,
               double millisecond) {
    for (double* const field : {&year, &month, &day, &hour, &minute, &second, &millisecond}) {
        if (!std::isfinite(*field)) return not_a_number;
        *field = std::trunc(*field);
    }
    const double whole_year = year + std::floor(month / 12);
    if (std::abs(whole_year) > 400'000) return not_a_number;
    const double month_of_year = month - std::floor(month / 12) * 12;
    const double first = static_cast<double>(days_of(static_cast<std::int64_t>(whole_year),
                                                     static_cast<unsigned>(month_of_year) + 1, 1));
    const double days = first + day - 1;
    const double in_day = ((hour * 3'600'000 + minute * 60'000) + second * 1000) + millisecond;
    const double time = days * day_length + in_day;
    return std::isfinite(time) ? time : not_a_number;
}

double clipped_time(double time) {
    if (!std::isfinite(time) || std::abs(time) > most_time) return not_a_number;
    return std::trunc(time) + 0.0;
}

std::optional<ParsedTime> parse_iso_time(std::string_view text) {
    return IsoReader(text).read();
}

std::string_view iso_text(double time, DateBuffer& buffer) {
    if (!std::isfinite(time)) return {};
    const CalendarTime fields = calendar_of(time);
    const auto year = static_cast<long long>(fields.year);
    int size = std::snprintf(buffer.data(), buffer.size(),
                             year < 0      ? "-%06lld"
                             : year > 9999 ? "+%06lld"
                                           : "%04lld",
                             year < 0 ? -year : year);
    size += std::snprintf(
        buffer.data() + size, buffer.size() - static_cast<std::size_t>(size),
        "-%02u-%02uT%02u:%02u:%02u.%03uZ", static_cast<unsigned>(fields.month + 1) % 100,
        static_cast<unsigned>(fields.day) % 100, static_cast<unsigned>(fields.hour) % 100,
        static_cast<unsigned>(fields.minute) % 100, static_cast<unsigned>(fields.second) % 100,
        static_cast<unsigned>(fields.millisecond) % 1000);
    return {buffer.data(), static_cast<std::size_t>(size)};
}

}  // namespace sluice::expression
