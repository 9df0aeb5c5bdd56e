#include "engine/definition/yaml_text.hpp"
#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"value"});
    const Value& value = parameters.value("value");
    if (auto failure = parameters.failure()) return std::move(*failure);
    auto text = definition::to_yaml(value, parameters.limits());
    if (!text) {
        auto error = text.error();
        return NodeError{std::move(error.code), std::move(error.message), std::move(error.details),
                         false};
    }
    return put_out({{"text", *text}});
}

}  // namespace

NodeType yaml_format() {
    return data_node(
        "yaml.format", "Writes a value as YAML 1.2, in block style.",
        object_schema(
            {{"value", "", "The value, of at most 64 levels and 100,000 values.", true, {}}}),
        object_schema({{"text", "string", "The text.", true, {}}}), run);
}

}  // namespace sluice::nodes
