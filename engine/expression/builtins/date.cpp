#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "engine/expression/builtins/builtins.hpp"
#include "engine/expression/calendar.hpp"
#include "engine/expression/conversion.hpp"
#include "engine/expression/scope.hpp"
#include "engine/expression/time_zone.hpp"

/// Date (ECMA-262, 21.4) without what changes one, and without texts that are a matter of taste.
namespace sluice::expression {

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
/// Beyond these years the database of time zones says nothing.
constexpr double most_local_time = 9.0e14;

double local_time(Evaluation& evaluation, double time) {
    const TimeZone* const zone = evaluation.scope().time_zone();
    if (zone == nullptr || !std::isfinite(time)) return time;
    if (std::abs(time) > most_local_time) {
        evaluation.unsupported("so far away, only UTC is known",
                               "use the methods with UTC in their name");
        return not_a_number;
    }
    return time + zone->offset_at(time);
}

double utc_of_local(Evaluation& evaluation, double time) {
    const TimeZone* const zone = evaluation.scope().time_zone();
    if (zone == nullptr || !std::isfinite(time)) return time;
    if (std::abs(time) > most_local_time) {
        evaluation.unsupported("so far away, only UTC is known", "write Date.UTC(...)");
        return not_a_number;
    }
    return time - zone->offset_at_local(time);
}

Operand date_at(Evaluation& evaluation, double time) {
    double* const place = evaluation.memory<double>(1);
    if (place == nullptr) return {};
    *place = clipped_time(time);
    return Operand::date(place);
}

double now_of(Evaluation& evaluation) {
    return static_cast<double>(evaluation.scope().now().time_since_epoch().count());
}

Operand now(Evaluation& evaluation, Arguments) {
    return Operand::number(now_of(evaluation));
}

double parsed(Evaluation& evaluation, std::string_view text) {
    const auto read = parse_iso_time(text);
    if (!read) {
        evaluation.unsupported(
            "this text is no date of the form 2024-12-31 or 2024-12-31T23:59:59.000Z",
            "other forms mean different things in different places");
        return not_a_number;
    }
    return clipped_time(read->local ? utc_of_local(evaluation, read->time) : read->time);
}

Operand parse(Evaluation& evaluation, Arguments arguments) {
    return Operand::number(parsed(evaluation, to_text(evaluation, argument(arguments, 0))));
}

/// The time of year, month ... as the arguments give them.
double time_of_fields(Evaluation& evaluation, Arguments arguments) {
    std::array<double, 7> fields{not_a_number, 0, 1, 0, 0, 0, 0};
    for (std::size_t i = 0; i < fields.size() && i < arguments.size(); ++i)
        fields[i] = to_number(evaluation, arguments[i]);
    if (!std::isnan(fields[0])) {
        const double year = std::trunc(fields[0]);
        if (year >= 0 && year <= 99) fields[0] = 1900 + year;
    }
    return time_of(fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], fields[6]);
}

Operand utc(Evaluation& evaluation, Arguments arguments) {
    return Operand::number(clipped_time(time_of_fields(evaluation, arguments)));
}

Operand construct(Evaluation& evaluation, Arguments arguments) {
    if (arguments.empty()) return date_at(evaluation, now_of(evaluation));
    if (arguments.size() > 1)
        return date_at(evaluation, utc_of_local(evaluation, time_of_fields(evaluation, arguments)));
    if (arguments[0].is(Kind::date)) return date_at(evaluation, arguments[0].as_time());
    const Operand value = to_primitive(evaluation, arguments[0]);
    const double time =
        value.is_string() ? parsed(evaluation, value.as_text()) : to_number(evaluation, value);
    return date_at(evaluation, time);
}

Operand get_time(Evaluation&, Operand receiver, Arguments) {
    return Operand::number(receiver.as_time());
}

Operand to_iso_string(Evaluation& evaluation, Operand receiver, Arguments) {
    DateBuffer buffer;
    const std::string_view text = iso_text(receiver.as_time(), buffer);
    if (text.empty()) return evaluation.type_error("an invalid date has no text");
    return Operand::text(evaluation.keep(text));
}

Operand to_json(Evaluation& evaluation, Operand receiver, Arguments arguments) {
    return std::isfinite(receiver.as_time()) ? to_iso_string(evaluation, receiver, arguments)
                                             : Operand::null();
}

Operand time_zone_offset(Evaluation& evaluation, Operand receiver, Arguments) {
    const double time = receiver.as_time();
    return Operand::number((time - local_time(evaluation, time)) / 60'000 + 0.0);
}

enum class Part : std::uint8_t { year, month, day, weekday, hour, minute, second, millisecond };

template <Part part, bool local>
Operand get(Evaluation& evaluation, Operand receiver, Arguments) {
    const double time = local ? local_time(evaluation, receiver.as_time()) : receiver.as_time();
    if (!std::isfinite(time)) return Operand::number(not_a_number);
    const CalendarTime fields = calendar_of(time);
    switch (part) {
        case Part::year:
            return Operand::number(static_cast<double>(fields.year));
        case Part::month:
            return Operand::number(fields.month);
        case Part::day:
            return Operand::number(fields.day);
        case Part::weekday:
            return Operand::number(fields.weekday);
        case Part::hour:
            return Operand::number(fields.hour);
        case Part::minute:
            return Operand::number(fields.minute);
        case Part::second:
            return Operand::number(fields.second);
        case Part::millisecond:
            return Operand::number(fields.millisecond);
    }
    return {};
}

constexpr std::array methods{
    Method{"getTime", get_time},
    Method{"valueOf", get_time},
    Method{"toISOString", to_iso_string},
    Method{"toJSON", to_json},
    Method{"getTimezoneOffset", time_zone_offset},
    Method{"getFullYear", get<Part::year, true>},
    Method{"getMonth", get<Part::month, true>},
    Method{"getDate", get<Part::day, true>},
    Method{"getDay", get<Part::weekday, true>},
    Method{"getHours", get<Part::hour, true>},
    Method{"getMinutes", get<Part::minute, true>},
    Method{"getSeconds", get<Part::second, true>},
    Method{"getMilliseconds", get<Part::millisecond, true>},
    Method{"getUTCFullYear", get<Part::year, false>},
    Method{"getUTCMonth", get<Part::month, false>},
    Method{"getUTCDate", get<Part::day, false>},
    Method{"getUTCDay", get<Part::weekday, false>},
    Method{"getUTCHours", get<Part::hour, false>},
    Method{"getUTCMinutes", get<Part::minute, false>},
    Method{"getUTCSeconds", get<Part::second, false>},
    Method{"getUTCMilliseconds", get<Part::millisecond, false>},
};

constexpr std::array table{
    Function{"Date.now", now, 0, 0, unsteady},
    Function{"Date.parse", parse, 1, 1, unsteady},
    Function{"Date.UTC", utc, 1, 7},
    Function{"new Date", construct, 0, 7, unsteady},
};

}  // namespace

std::span<const Method> date_methods() {
    return methods;
}

std::span<const Function> date_functions() {
    return table;
}

}  // namespace sluice::expression
