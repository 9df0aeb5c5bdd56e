#include <array>
#include <cmath>

#include "engine/model/timestamp.hpp"
#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/data/time_text.hpp"
#include "engine/nodes/data/zoned_time.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

/// A number of seconds or milliseconds since 1970.
std::optional<Milli> time_of_number(const Value& value, bool seconds) {
    const double number = value.to_number<double>() * (seconds ? 1'000.0 : 1.0);
    constexpr double beyond = 1e15;
    if (!(std::abs(number) < beyond)) return std::nullopt;
    const auto time = static_cast<Milli>(std::floor(number));
    return in_range(time) ? std::optional(time) : std::nullopt;
}

std::optional<Milli> time_of_text(std::string_view text, const std::string& pattern,
                                  const NamedZone& zone) {
    if (!pattern.empty()) return parse_time(std::string(text), pattern, zone);
    if (const auto time = parse_time(text, zone)) return time;
    if (const auto time = parse_http_date(text)) return time->time_since_epoch().count();
    return std::nullopt;
}

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"text", "format", "unit", "zone"});
    const Value& value = parameters.value("text");
    if (!value.is_string() && !value.is_number())
        parameters.problem("text", "must be text, or a number since 1970");
    const std::string pattern(parameters.text_or("format", ""));
    if (pattern.size() > parameters.limits().name_length || pattern.find('\0') != std::string::npos)
        parameters.problem("format", "must be a pattern such as %d.%m.%Y %H:%M");
    constexpr std::array<std::string_view, 2> units{"milliseconds", "seconds"};
    const bool seconds = parameters.choice("unit", units, 0) == 1;
    const auto zone = read_zone(parameters);
    if (auto failure = parameters.failure()) return std::move(*failure);

    const auto time = value.is_number() ? time_of_number(value, seconds)
                                        : time_of_text(value.get_string(), pattern, *zone);
    if (!time)
        return NodeError{
            "invalid_time",
            pattern.empty()
                ? "`text` is no time that is known by itself (RFC 3339, ISO 8601, the date of an "
                  "HTTP header, a number since 1970) in the years 0 to 9999: give its `format`"
                : "`text` does not read as `" + pattern +
                      "`, or is no whole date in the years 0 to 9999",
            nullptr, false};
    return put_out(describe_time(*time, *zone));
}

}  // namespace

NodeType time_parse() {
    return time_node(
        "time.parse",
        "Reads a time, and tells it in a time zone. Of a local time that is there twice when "
        "clocks go back the first is meant; one that is skipped counts from before the change.",
        object_schema(
            {{"text", "",
              "RFC 3339, ISO 8601 (without an offset it is local time of `zone`), the date of an "
              "HTTP header, text after `format`, or a number since 1970.",
              true, Object{{"examples", Array{"2026-03-29T02:30:00", 1774747800000}}}},
             {"format", "string",
              "A pattern of strptime: %Y %m %d %H %M %S, %z (offset), %b (month in English)...",
              false, Object{{"examples", Array{"%d.%m.%Y %H:%M"}}}},
             {"unit", "", "Of a number.", false,
              Object{{"enum", Array{"milliseconds", "seconds"}}, {"default", "milliseconds"}}},
             {"zone", "string", "A time zone of the IANA database.", false,
              Object{{"default", "UTC"}, {"examples", Array{"Europe/Berlin"}}}}}),
        time_schema(), run);
}

}  // namespace sluice::nodes
