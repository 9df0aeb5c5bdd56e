#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/data/decimal.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"value", "digits", "group", "point", "mode"});
    const Value& value = parameters.value("value");
    if (!value.is_number()) parameters.problem("value", "must be a number");
    const auto digits = static_cast<int>(parameters.whole("digits", 0, 18, 0));
    const std::string_view group = parameters.text_or("group", "");
    const std::string_view point = parameters.text_or("point", ".");
    if (point.empty() || point.size() > 4) parameters.problem("point", "must be one character");
    if (group.size() > 4) parameters.problem("group", "must be one character, or empty");
    const auto mode = static_cast<Rounding>(parameters.choice("mode", rounding_words, 0));
    if (auto failure = parameters.failure()) return std::move(*failure);
    Decimal decimal = Decimal::of(value);
    if (parameters.has("digits")) decimal.round(digits, mode);
    return put_out({{"text", decimal.text(digits, group, point)}});
}

}  // namespace

NodeType number_format() {
    return data_node(
        "number.format", "Writes a number for people: `1.234.567,50`. Never with an exponent.",
        object_schema(
            {{"value", "number", "The number.", true, {}},
             {"digits", "integer", "Digits behind the point; without it as many as there are.",
              false, Object{{"minimum", 0}, {"maximum", 18}, {"examples", Array{2}}}},
             {"group", "string", "What stands between thousands; nothing unless given.", false,
              Object{{"examples", Array{",", ".", " "}}}},
             {"point", "string", "What stands before the fraction.", false,
              Object{{"default", "."}}},
             {"mode", "", "How to round, as number.round has it.", false,
              Object{{"enum", Array(rounding_words.begin(), rounding_words.end())},
                     {"default", "half_up"}}}}),
        object_schema({{"text", "string", "The text.", true, {}}}), run);
}

}  // namespace sluice::nodes
