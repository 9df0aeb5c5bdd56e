#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/data/xml_writer.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"value", "pretty", "declaration"});
    const Value& value = parameters.value("value");
    const bool pretty = parameters.flag("pretty", false);
    const bool declaration = parameters.flag("declaration", true);
    if (auto failure = parameters.failure()) return std::move(*failure);
    auto text = write_xml(value, pretty, declaration);
    if (!text) {
        auto error = text.error();
        return NodeError{std::move(error.code), std::move(error.message), std::move(error.details),
                         false};
    }
    return put_out({{"text", *text}});
}

}  // namespace

NodeType xml_format() {
    return data_node(
        "xml.format",
        "Writes an XML document out of the form that xml.parse puts out: attributes are `@name`, "
        "text is `#text`, lists are elements of the same name.",
        object_schema(
            {{"value", "object", "An object with one member, the root element.", true,
              Object{{"examples",
                      Array{Object{{"order", Object{{"@id", 7}, {"sku", Array{"a", "b"}}}}}}}}},
             {"pretty", "boolean", "With a line for each element, indented.", false,
              Object{{"default", false}}},
             {"declaration", "boolean", "Begin with `<?xml version=\"1.0\"...?>`.", false,
              Object{{"default", true}}}}),
        object_schema({{"text", "string", "The document.", true, {}}}), run);
}

}  // namespace sluice::nodes
