#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/data/matches.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

Value group_value(std::string_view group) {
    return group.data() == nullptr ? Value() : Value(group);
}

Object described(const Matches& matches) {
    const auto& names = matches.names();
    Array groups;
    Object named;
    for (std::size_t at = 1; at < matches.places().size(); ++at) {
        groups.push_back(group_value(matches.places()[at]));
        if (!names[at - 1].empty()) named[names[at - 1]] = group_value(matches.places()[at]);
    }
    Object match{{"text", matches.places()[0]}, {"groups", std::move(groups)}};
    if (!named.empty()) match["named"] = std::move(named);
    return match;
}

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"text", "pattern", "flags", "all"});
    const std::string_view text = parameters.bounded_text("text");
    const std::string_view written = parameters.text("pattern");
    const std::string_view flags = parameters.text_or("flags", "u");
    const bool all = parameters.flag("all", false);
    if (auto failure = parameters.failure()) return std::move(*failure);
    const Pattern pattern = Pattern::compile("pattern", written, flags, parameters);
    if (auto failure = parameters.failure()) return std::move(*failure);

    Matches matches(pattern, text, parameters);
    Array found;
    while (matches.next()) {
        found.emplace_back(described(matches));
        if (!all) break;
    }
    if (auto failure = matches.failure()) return std::move(*failure);
    Object output{{"matched", !found.empty()}};
    output["match"] = found.empty() ? Value() : found.front();
    if (all) output["matches"] = std::move(found);
    return put_out(std::move(output));
}

}  // namespace

NodeType text_match() {
    return data_node(
        "text.match",
        "Looks for a regular expression in a text. It is written as in JavaScript, and runs in a "
        "time that grows with the text only: no references back, no looking around.",
        object_schema({{"text", "string", "The text, at most 1 MiB.", true, {}},
                       {"pattern", "string", "The regular expression, without slashes.", true,
                        Object{{"examples", Array{R"((?<year>\d{4})-(\d\d))"}}}},
                       {"flags", "string",
                        "i: letters in either case; m: ^ and $ at every line; s: . is a line end, "
                        "too; u: whole characters.",
                        false, Object{{"default", "u"}}},
                       {"all", "boolean", "Look for all matches, not only the first.", false,
                        Object{{"default", false}}}}),
        object_schema(
            {{"matched", "boolean", "Whether it is there.", true, {}},
             {"match", "", "The first: {text, groups, and named ones by name}, or null.", true, {}},
             {"matches", "array", "With `all`: each of them, at most 10,000.", false, {}}}),
        run);
}

}  // namespace sluice::nodes
