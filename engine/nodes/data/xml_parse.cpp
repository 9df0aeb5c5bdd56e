#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/data/xml_reader.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"text", "lists"});
    const std::string_view text = parameters.bounded_text("text");
    std::vector<std::string> lists;
    if (parameters.has("lists"))
        for (const auto& name : parameters.list("lists")) {
            if (const auto* const word = name.if_string()) lists.emplace_back(*word);
            if (!name.is_string() || lists.size() > parameters.limits().data_rules) {
                parameters.problem("lists", "must be a list of at most " +
                                                std::to_string(parameters.limits().data_rules) +
                                                " names of elements");
                break;
            }
        }
    if (auto failure = parameters.failure()) return std::move(*failure);

    auto value = read_xml(text, lists, parameters.limits());
    if (!value) {
        auto error = value.error();
        return NodeError{std::move(error.code), "`text` cannot be read: " + error.message,
                         std::move(error.details), false};
    }
    return put_out({{"value", std::move(*value)}});
}

}  // namespace

NodeType xml_parse() {
    return data_node(
        "xml.parse",
        "Reads an XML document. An element is its text, or an object with attributes as `@name`, "
        "text as `#text` and elements by name; of the same name they are a list. Order among "
        "elements of different names is lost.",
        object_schema(
            {{"text", "string", "The document, at most 1 MiB. A <!DOCTYPE> is refused.", true,
              Object{{"examples", Array{R"(<order id="7"><sku>a</sku></order>)"}}}},
             {"lists", "array", "Names of elements that are a list even when there is one only.",
              false, Object{{"examples", Array{Array{"sku"}}}}}}),
        object_schema({{"value", "object", "The root element by its name.", true, {}}}), run);
}

}  // namespace sluice::nodes
