#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/data/zoned_time.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"zone"});
    const auto zone = read_zone(parameters);
    if (auto failure = parameters.failure()) return std::move(*failure);
    return put_out(describe_time(parameters.now().time_since_epoch().count(), *zone));
}

}  // namespace

NodeType time_now() {
    return time_node(
        "time.now", "The time, recorded with the execution: it stays the same after a restart.",
        object_schema({{"zone", "string", "A time zone of the IANA database.", false,
                        Object{{"default", "UTC"}, {"examples", Array{"Europe/Berlin"}}}}}),
        time_schema(), run);
}

}  // namespace sluice::nodes
