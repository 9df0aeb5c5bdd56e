#include "engine/nodes/data/calendar_duration.hpp"
#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"time", "duration", "zone"});
    const auto zone = read_zone(parameters);
    const Milli time = zone ? read_time("time", *zone, parameters) : 0;
    const auto duration = CalendarDuration::parse(parameters.text("duration"));
    if (!duration && parameters.has("duration"))
        parameters.problem("duration",
                           "must be a duration such as P1M2DT3H (ISO 8601) or 1h30m, a minus "
                           "before it to go back, of at most 10000 years");
    if (auto failure = parameters.failure()) return std::move(*failure);
    const auto result = add(time, *duration, *zone);
    if (!result) return out_of_range();
    return put_out(describe_time(*result, *zone));
}

}  // namespace

NodeType time_add() {
    return time_node(
        "time.add",
        "Adds a duration to a time. Years, months, weeks and days of ISO 8601 are those of the "
        "calendar: the hour stays the same when the clocks change in between, and a day that a "
        "month does not have is its last. `1d` is 24 hours, as everywhere in flows.",
        object_schema(
            {{"time", "", "RFC 3339 or ISO 8601, or milliseconds since 1970.", true,
              Object{{"examples", Array{"2026-01-31T09:00:00+01:00"}}}},
             {"duration", "string", "ISO 8601 or as everywhere in flows; with a minus, back.", true,
              Object{{"examples", Array{"P1M", "-P2DT12H", "1h30m"}}}},
             {"zone", "string", "The time zone whose calendar and clocks count.", false,
              Object{{"default", "UTC"}, {"examples", Array{"Europe/Berlin"}}}}}),
        time_schema(), run);
}

}  // namespace sluice::nodes
