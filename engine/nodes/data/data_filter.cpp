#include "engine/nodes/data/condition.hpp"
#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"items", "where"});
    Array& items = parameters.list("items");
    const Value* const where = parameters.find("where");
    Condition condition;
    if (where == nullptr)
        parameters.problem("where", "must be a comparison such as {field: total, above: 100}");
    else
        condition = Condition::parse(*where, "where", parameters);
    if (auto failure = parameters.failure()) return std::move(*failure);

    SearchBudget budget(parameters.limits());
    Array kept;
    for (auto& item : items)
        if (condition.holds(item, budget)) kept.push_back(std::move(item));
    if (budget.spent()) return SearchBudget::failure(parameters.type(), parameters.limits());
    const std::size_t dropped = items.size() - kept.size();
    return put_out({{"items", std::move(kept)}, {"dropped", dropped}});
}

}  // namespace

NodeType data_filter() {
    return data_node(
        "data.filter",
        "Keeps the items of a list for which comparisons hold. What comparisons cannot say stands "
        "in an expression: `${input.items.filter(item => item.a > item.b)}`.",
        object_schema(
            {{"items", "array", "The list.", true, {}},
             {"where", "",
              "A comparison {field, and one of equals, not_equals, above, at_least, below, "
              "at_most, "
              "in, not_in, contains, starts_with, ends_with, matches, exists, empty}, a list of "
              "them that must all hold, {any: [...]} or {not: ...}. What is missing, or of another "
              "kind than it is compared with, is neither above nor below.",
              true, Condition::schema()}}),
        object_schema({{"items", "array", "Those for which they hold, in their order.", true, {}},
                       {"dropped", "integer", "How many others there were.", true, {}}}),
        run);
}

}  // namespace sluice::nodes
