#include <array>

#include "engine/nodes/data/calendar_duration.hpp"
#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

constexpr std::array<std::string_view, 8> units{"years", "months",  "weeks",   "days",
                                                "hours", "minutes", "seconds", "milliseconds"};

std::int64_t count(Milli from, Milli to, std::size_t unit, const NamedZone& zone) {
    switch (unit) {
        case 0:
            return whole_months(from, to, zone) / 12;
        case 1:
            return whole_months(from, to, zone);
        case 2:
            return whole_days(from, to, zone) / 7;
        case 3:
            return whole_days(from, to, zone);
        default: {
            constexpr std::array<Milli, 4> lengths{3'600'000, 60'000, 1'000, 1};
            return (to - from) / lengths[unit - 4];
        }
    }
}

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"from", "to", "unit", "zone"});
    const auto zone = read_zone(parameters);
    const Milli from = zone ? read_time("from", *zone, parameters) : 0;
    const Milli to = zone ? read_time("to", *zone, parameters) : 0;
    const std::size_t unit = parameters.choice("unit", units, 3);
    if (auto failure = parameters.failure()) return std::move(*failure);
    return put_out({{"milliseconds", to - from},
                    {"duration", difference(from, to, *zone).text()},
                    {"count", count(from, to, unit, *zone)}});
}

}  // namespace

NodeType time_difference() {
    return time_node(
        "time.difference",
        "How long it is from one time to another; negative when the other one is earlier.",
        object_schema({{"from", "", "RFC 3339 or ISO 8601, or milliseconds since 1970.", true,
                        Object{{"examples", Array{"2026-01-31"}}}},
                       {"to", "", "The same.", true, Object{{"examples", Array{"2026-03-01"}}}},
                       {"unit", "", "What `count` counts.", false,
                        Object{{"enum", Array(units.begin(), units.end())}, {"default", "days"}}},
                       {"zone", "string", "The time zone whose calendar and clocks count.", false,
                        Object{{"default", "UTC"}, {"examples", Array{"Europe/Berlin"}}}}}),
        object_schema(
            {{"milliseconds", "integer", "Exactly.", true, {}},
             {"duration",
              "string",
              "In months, days and a rest as ISO 8601: what time.add comes to `to` with.",
              true,
              {}},
             {"count", "integer", "How many whole units of the calendar fit between.", true, {}}}),
        run);
}

}  // namespace sluice::nodes
