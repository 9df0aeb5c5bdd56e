#include "engine/definition/document.hpp"
#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

NodeError refusal(const Diagnostics& diagnostics) {
    const auto& first = diagnostics.front();
    std::string message = "`text` cannot be read: line " + std::to_string(first.line) +
                          ", column " + std::to_string(first.column) + ": " + first.message;
    if (!first.suggestion.empty()) message += " (" + first.suggestion + ')';
    return {"invalid_yaml", std::move(message),
            Object{{"reason", first.code}, {"line", first.line}, {"column", first.column}}, false};
}

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"text"});
    const std::string_view text = parameters.bounded_text("text");
    if (auto failure = parameters.failure()) return std::move(*failure);

    Limits limits = parameters.limits();
    limits.diagnostics = 1;
    auto document = definition::parse_document(text, definition::SourceFormat::yaml, limits);
    if (!document.diagnostics.empty()) return refusal(document.diagnostics);
    return put_out({{"value", std::move(document.value)}});
}

}  // namespace

NodeType yaml_parse() {
    return data_node(
        "yaml.parse",
        "Reads a YAML 1.2 document, typed by the core schema. Anchors and aliases work; tags other "
        "than YAML's own, merge keys and a second document are refused.",
        object_schema({{"text", "string",
                        "The text, at most 1 MiB, 64 levels and 100,000 values with aliases "
                        "expanded.",
                        true, Object{{"examples", Array{"name: Ada\nroles: [admin]\n"}}}}}),
        object_schema({{"value", "", "What it says.", true, {}}}), run);
}

}  // namespace sluice::nodes
