#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/expression/time_zone.hpp"
#include "engine/nodes/data/data_parameters.hpp"

namespace sluice::nodes {

/// Times of nodes are milliseconds since 1970 in the years 0 to 9999.
using Milli = std::int64_t;

struct NamedZone {
    std::string name;
    expression::TimeZone zone;
};

/// The parameter `zone`, UTC unless given. Refuses with `unknown_time_zone` what the IANA database
/// does not have; nullopt then.
[[nodiscard]] std::optional<NamedZone> read_zone(DataParameters& parameters);

/// A data node of times: it has the database of time zones read when a flow with it is compiled,
/// since reading it takes some 10 ms, once in a process.
[[nodiscard]] NodeType time_node(std::string id, std::string description, Value input_schema,
                                 Value output_schema, NodeOutcome (*run)(DataParameters&));

/// A required time: RFC 3339 or another form of ISO 8601 (without an offset it is meant in `zone`),
/// or milliseconds since 1970. Tells a problem for others.
[[nodiscard]] Milli read_time(std::string_view key, const NamedZone& zone,
                              DataParameters& parameters);

/// The same of a text alone; nullopt when it is not of that form.
[[nodiscard]] std::optional<Milli> parse_time(std::string_view text, const NamedZone& zone);

/// `time` as a clock in the zone shows it, as if that were UTC; and back. Of a time that is there
/// twice when clocks go back, the first; one that is skipped counts from before the change.
[[nodiscard]] Milli to_local(Milli time, const NamedZone& zone);
[[nodiscard]] Milli from_local(Milli local, const NamedZone& zone);

/// A time in all its forms: what every node of times puts out.
[[nodiscard]] Object describe_time(Milli time, const NamedZone& zone);
/// The schema of that.
[[nodiscard]] Value time_schema();

/// `2026-03-29T03:30:00.000+02:00`.
[[nodiscard]] std::string local_text(Milli time, const NamedZone& zone);

[[nodiscard]] bool in_range(Milli time);
/// `time_out_of_range`.
[[nodiscard]] NodeError out_of_range();

}  // namespace sluice::nodes
