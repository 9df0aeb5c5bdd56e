#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/data/time_text.hpp"
#include "engine/nodes/data/zoned_time.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"time", "format", "zone"});
    const std::string pattern(parameters.text_or("format", ""));
    if (pattern.size() > parameters.limits().name_length || pattern.find('\0') != std::string::npos)
        parameters.problem("format", "must be a pattern such as %d.%m.%Y %H:%M");
    const auto zone = read_zone(parameters);
    const Milli time = zone ? read_time("time", *zone, parameters) : 0;
    if (auto failure = parameters.failure()) return std::move(*failure);

    if (pattern.empty()) return put_out({{"text", local_text(time, *zone)}});
    const auto text = format_time(time, *zone, pattern);
    if (!text)
        return NodeError{"invalid_format", "`format` is no pattern of strftime: " + pattern,
                         nullptr, false};
    return put_out({{"text", *text}});
}

}  // namespace

NodeType time_format() {
    return time_node(
        "time.format", "Writes a time in a time zone: the way from one zone to another, too.",
        object_schema(
            {{"time", "", "RFC 3339 or ISO 8601, or milliseconds since 1970.", true,
              Object{{"examples", Array{"2026-03-29T01:30:00Z", "${nodes.now.time}"}}}},
             {"format", "string",
              "A pattern of strftime: %Y %m %d %H %M %S, %A (weekday in English), %V (week), %z "
              "(offset), %Z (name of the offset)...; without it RFC 3339.",
              false, Object{{"examples", Array{"%d.%m.%Y %H:%M"}}}},
             {"zone", "string", "A time zone of the IANA database.", false,
              Object{{"default", "UTC"}, {"examples", Array{"America/New_York"}}}}}),
        object_schema({{"text", "string", "The text.", true, {}}}), run);
}

}  // namespace sluice::nodes
