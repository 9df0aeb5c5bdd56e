#include "engine/nodes/data/zoned_time.hpp"

#include <array>
#include <cstdio>

#include "engine/expression/calendar.hpp"
#include "engine/model/timestamp.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

constexpr Milli first_time = -62'167'219'200'000;  // 0000-01-01T00:00:00.000Z
constexpr Milli last_time = 253'402'300'799'999;   // 9999-12-31T23:59:59.999Z

Milli offset_at(Milli time, const NamedZone& zone) {
    return static_cast<Milli>(zone.zone.offset_at(static_cast<double>(time)));
}

}  // namespace

bool in_range(Milli time) {
    return time >= first_time && time <= last_time;
}

NodeError out_of_range() {
    return {"time_out_of_range", "the time is not in the years 0 to 9999", nullptr, false};
}

std::optional<NamedZone> read_zone(DataParameters& parameters) {
    const std::string name(parameters.text_or("zone", "UTC"));
    if (name.empty() && !parameters.find("zone")->is_string()) return std::nullopt;  // told already
    if (auto zone = expression::TimeZone::find(name)) return NamedZone{name, *zone};
    parameters.refuse({"unknown_time_zone",
                       "`zone` of " + std::string(parameters.type()) +
                           ": the IANA database has "
                           "no time zone `" +
                           name.substr(0, 64) + "`; names are such as Europe/Berlin or UTC",
                       nullptr, false});
    return std::nullopt;
}

NodeType time_node(std::string id, std::string description, Value input_schema, Value output_schema,
                   NodeOutcome (*run)(DataParameters&)) {
    NodeType type = data_node(std::move(id), std::move(description), std::move(input_schema),
                              std::move(output_schema), run);
    type.prepare = [](const Value& with, std::span<const std::string>) {
        (void)expression::TimeZone::find("UTC");
        return with;
    };
    return type;
}

std::optional<Milli> parse_time(std::string_view text, const NamedZone& zone) {
    if (const auto time = parse_rfc3339(text)) {
        const Milli milliseconds = time->time_since_epoch().count();
        return in_range(milliseconds) ? std::optional(milliseconds) : std::nullopt;
    }
    const auto parsed = expression::parse_iso_time(text);
    if (!parsed) return std::nullopt;
    const auto written = static_cast<Milli>(parsed->time);
    // A date alone begins the day in the zone.
    const bool local = parsed->local || text.find('T') == std::string_view::npos;
    if (!in_range(written)) return std::nullopt;
    const Milli time = local ? from_local(written, zone) : written;
    return in_range(time) ? std::optional(time) : std::nullopt;
}

Milli read_time(std::string_view key, const NamedZone& zone, DataParameters& parameters) {
    const Value* const found = parameters.find(key);
    if (found != nullptr) {
        if (const auto* const text = found->if_string()) {
            if (const auto time = parse_time(*text, zone)) return *time;
        } else if (found->is_number()) {
            boost::system::error_code error;
            const auto number = found->to_number<Milli>(error);
            if (!error && in_range(number)) return number;
        }
    }
    parameters.problem(std::string(key),
                       "must be a time such as 2026-03-29T02:30:00+01:00, or milliseconds since "
                       "1970, in the years 0 to 9999");
    return 0;
}

Milli to_local(Milli time, const NamedZone& zone) {
    return time + offset_at(time, zone);
}

Milli from_local(Milli local, const NamedZone& zone) {
    return local - static_cast<Milli>(zone.zone.offset_at_local(static_cast<double>(local)));
}

std::string local_text(Milli time, const NamedZone& zone) {
    expression::DateBuffer buffer;
    std::string text(expression::iso_text(static_cast<double>(to_local(time, zone)), buffer));
    text.pop_back();  // the Z of UTC
    const Milli minutes = offset_at(time, zone) / 60'000;
    std::array<char, 16> offset{};
    std::snprintf(offset.data(), offset.size(), "%c%02d:%02d", minutes < 0 ? '-' : '+',
                  static_cast<int>((minutes < 0 ? -minutes : minutes) / 60 % 100),
                  static_cast<int>((minutes < 0 ? -minutes : minutes) % 60));
    return text + offset.data();
}

Object describe_time(Milli time, const NamedZone& zone) {
    const auto fields = expression::calendar_of(static_cast<double>(to_local(time, zone)));
    return {{"time", to_rfc3339(WallTime(Milliseconds(time)))},
            {"milliseconds", time},
            {"zone", zone.name},
            {"local", local_text(time, zone)},
            {"year", fields.year},
            {"month", fields.month + 1},
            {"day", fields.day},
            {"hour", fields.hour},
            {"minute", fields.minute},
            {"second", fields.second},
            {"weekday", fields.weekday == 0 ? 7 : fields.weekday}};
}

Value time_schema() {
    return object_schema({{"time", "string", "In UTC, RFC 3339 with milliseconds.", true, {}},
                          {"milliseconds", "integer", "Since 1970.", true, {}},
                          {"zone", "string", "The time zone of what follows.", true, {}},
                          {"local", "string", "In the zone, RFC 3339 with its offset.", true, {}},
                          {"year", "integer", "In the zone, as are the others.", true, {}},
                          {"month", "integer", "From 1.", true, {}},
                          {"day", "integer", "Of the month, from 1.", true, {}},
                          {"hour", "integer", "From 0 to 23.", true, {}},
                          {"minute", "integer", "From 0 to 59.", true, {}},
                          {"second", "integer", "From 0 to 59.", true, {}},
                          {"weekday", "integer", "From Monday, 1, to Sunday, 7.", true, {}}});
}

}  // namespace sluice::nodes
