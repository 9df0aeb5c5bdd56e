#include "engine/nodes/data/arithmetic.hpp"
#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

constexpr std::array<std::string_view, 6> operations{"add",    "subtract",  "multiply",
                                                     "divide", "remainder", "power"};
constexpr std::array functions{add, subtract, multiply, divide, remainder, power};

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"left", "operation", "right"});
    const Value& left = parameters.value("left");
    const Value& right = parameters.value("right");
    if (!left.is_number()) parameters.problem("left", "must be a number");
    if (!right.is_number()) parameters.problem("right", "must be a number");
    if (!parameters.has("operation")) parameters.problem("operation", "is missing");
    const std::size_t operation = parameters.choice("operation", operations, 0);
    if (auto failure = parameters.failure()) return std::move(*failure);
    auto number = functions[operation](left, right);
    if (!number) return number.error();
    return put_out({{"number", std::move(*number)}});
}

}  // namespace

NodeType number_calculate() {
    return data_node(
        "number.calculate",
        "Calculates with two numbers, and fails where an expression would give Infinity, NaN or "
        "lose digits: whole numbers stay exact within 64 bits.",
        object_schema({{"left", "number", "The first number.", true, {}},
                       {"operation", "", "What to do.", true,
                        Object{{"enum", Array(operations.begin(), operations.end())}}},
                       {"right", "number", "The second number.", true, {}}}),
        object_schema({{"number", "number", "The result.", true, {}}}), run);
}

}  // namespace sluice::nodes
