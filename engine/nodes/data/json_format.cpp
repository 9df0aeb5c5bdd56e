#include "engine/model/json_text.hpp"
#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"value", "pretty"});
    const Value& value = parameters.value("value");
    const bool pretty = parameters.flag("pretty", false);
    if (auto failure = parameters.failure()) return std::move(*failure);
    return put_out({{"text", pretty ? to_pretty_json(value) : to_json(value)}});
}

}  // namespace

NodeType json_format() {
    return data_node("json.format", "Writes a value as JSON text (RFC 8259).",
                     object_schema({{"value", "", "The value.", true, {}},
                                    {"pretty", "boolean", "With a line for each member, indented.",
                                     false, Object{{"default", false}}}}),
                     object_schema({{"text", "string", "The text.", true, {}}}), run);
}

}  // namespace sluice::nodes
