#include "engine/model/json_text.hpp"
#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"text"});
    const std::string_view text = parameters.bounded_text("text");
    if (auto failure = parameters.failure()) return std::move(*failure);
    // One level is the output's own.
    auto value = parse_json(text, parameters.limits().output_depth - 1);
    if (!value) {
        auto error = value.error();
        return NodeError{std::move(error.code), "`text` cannot be read: " + error.message,
                         std::move(error.details), false};
    }
    return put_out({{"value", std::move(*value)}});
}

}  // namespace

NodeType json_parse() {
    return data_node("json.parse", "Reads a JSON text (RFC 8259).",
                     object_schema({{"text", "string", "The text, at most 1 MiB.", true,
                                     Object{{"examples", Array{R"({"id": 7})"}}}}}),
                     object_schema({{"value", "", "What it says.", true, {}}}), run);
}

}  // namespace sluice::nodes
