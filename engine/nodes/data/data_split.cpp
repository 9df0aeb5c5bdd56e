#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

NodeOutcome split_text(std::string_view text, std::string_view separator,
                       const DataParameters& parameters) {
    Array pieces;
    for (std::size_t from = 0;;) {
        if (pieces.size() >= parameters.limits().data_items)
            return too_many_items("text", parameters.type(), parameters.limits());
        const std::size_t end = text.find(separator, from);
        pieces.emplace_back(text.substr(from, end - from));
        if (end == std::string_view::npos) break;
        from = end + separator.size();
    }
    return put_out({{"items", std::move(pieces)}});
}

NodeOutcome split_list(Array& items, std::size_t size) {
    Array parts;
    for (auto& item : items) {
        if (parts.empty() || parts.back().get_array().size() == size) parts.emplace_back(Array{});
        parts.back().get_array().push_back(std::move(item));
    }
    return put_out({{"items", std::move(parts)}});
}

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"text", "separator", "items", "size"});
    const bool is_text = parameters.has("text");
    if (is_text == parameters.has("items"))
        parameters.problem("text", "or `items` must be given, and not both");
    if (is_text) {
        const std::string_view text = parameters.bounded_text("text");
        const std::string_view separator = parameters.text("separator");
        if (separator.empty() && parameters.has("separator"))
            parameters.problem("separator", "must not be empty");
        if (parameters.has("size")) parameters.problem("size", "goes with `items`");
        if (auto failure = parameters.failure()) return std::move(*failure);
        return split_text(text, separator, parameters);
    }
    Array none;
    Array& items = parameters.has("items") ? parameters.list("items") : none;
    const auto size =
        parameters.whole("size", 1, static_cast<std::int64_t>(parameters.limits().data_items));
    if (parameters.has("separator")) parameters.problem("separator", "goes with `text`");
    if (auto failure = parameters.failure()) return std::move(*failure);
    return split_list(items, static_cast<std::size_t>(size));
}

}  // namespace

NodeType data_split() {
    return data_node(
        "data.split",
        "Splits a text at each separator, or a list into lists of some size. At a pattern texts "
        "are split by an expression: `${input.text.split(/\\s*,\\s*/)}`.",
        object_schema({{"text", "string", "A text.", false, Object{{"examples", Array{"a,b,c"}}}},
                       {"separator", "string", "Where the text is split.", false,
                        Object{{"examples", Array{",", "\n"}}}},
                       {"items", "array", "Instead of `text`: a list.", false, {}},
                       {"size", "integer",
                        "How long the lists are that it is split into; the last "
                        "one may be shorter.",
                        false, Object{{"minimum", 1}, {"examples", Array{100}}}}}),
        object_schema({{"items", "array", "The texts, or the lists.", true, {}}}), run);
}

}  // namespace sluice::nodes
