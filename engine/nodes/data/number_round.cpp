#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/data/decimal.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"value", "digits", "mode"});
    const Value& value = parameters.value("value");
    if (!value.is_number()) parameters.problem("value", "must be a number");
    const auto digits = parameters.whole("digits", -18, 18, 0);
    const auto mode = static_cast<Rounding>(parameters.choice("mode", rounding_words, 0));
    if (auto failure = parameters.failure()) return std::move(*failure);
    Decimal decimal = Decimal::of(value);
    decimal.round(static_cast<int>(digits), mode);
    return put_out({{"number", decimal.value()}});
}

}  // namespace

NodeType number_round() {
    return data_node(
        "number.round", "Rounds a number by its decimal digits: 1.005 to two digits is 1.01.",
        object_schema(
            {{"value", "number", "The number.", true, {}},
             {"digits", "integer", "Digits behind the point; before it with a negative number.",
              false, Object{{"minimum", -18}, {"maximum", 18}, {"default", 0}}},
             {"mode", "",
              "half_up (halves away from zero), half_even, up (away from zero), down, ceiling or "
              "floor.",
              false,
              Object{{"enum", Array(rounding_words.begin(), rounding_words.end())},
                     {"default", "half_up"}}}}),
        object_schema({{"number", "number", "The rounded number.", true, {}}}), run);
}

}  // namespace sluice::nodes
