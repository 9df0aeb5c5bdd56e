#include <array>

#include "engine/expression/expression.hpp"
#include "engine/expression/trial.hpp"
#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

/// Each change is an expression, so that it does what the same method does there.
struct Change {
    std::string_view name;
    std::string_view expression;
};
constexpr std::array<Change, 6> changes{{
    {"trim", "input.text.trim()"},
    {"collapse", "input.text.trim().replace(/\\s+/g, ' ')"},
    {"upper", "input.text.toUpperCase()"},
    {"lower", "input.text.toLowerCase()"},
    {"capitalize", "input.text.slice(0, 1).toUpperCase() + input.text.slice(1)"},
    {"slug",
     "input.text.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-/, '').replace(/-$/, '')"},
}};
constexpr std::string_view cut = "input.text.slice(0, input.length)";

const expression::Expression& compiled(std::size_t change) {
    static const auto all = [] {
        std::array<expression::Expression, changes.size() + 1> made;
        for (std::size_t at = 0; at < changes.size(); ++at)
            made[at] = *expression::Expression::compile(changes[at].expression, {});
        made.back() = *expression::Expression::compile(cut, {});
        return made;
    }();
    return all[change];
}

result<Value> changed(std::size_t change, Value text, std::int64_t length,
                      const DataParameters& parameters) {
    const expression::ObjectScope scope(
        Object{{"input", Object{{"text", std::move(text)}, {"length", length}}}}, parameters.now());
    return compiled(change).evaluate(scope, expression::Budget::from(parameters.limits()));
}

std::vector<std::size_t> read_steps(DataParameters& parameters) {
    std::vector<std::size_t> steps;
    const Value* const to = parameters.find("to");
    if (to == nullptr) return steps;
    const Array single{*to};
    const Array& words = to->is_array() ? to->get_array() : single;
    if (words.size() > parameters.limits().data_rules)
        parameters.problem("to", "has too many changes");
    for (const auto& word : words) {
        const auto* const text = word.if_string();
        const auto* const found =
            text == nullptr ? changes.end()
                            : std::ranges::find(changes, std::string_view(*text), &Change::name);
        if (found == changes.end()) {
            parameters.problem("to",
                               "must be trim, collapse, upper, lower, capitalize or slug, or a "
                               "list of these");
            break;
        }
        steps.push_back(static_cast<std::size_t>(found - changes.begin()));
    }
    return steps;
}

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"text", "to", "length"});
    const std::string_view text = parameters.bounded_text("text");
    auto steps = read_steps(parameters);
    constexpr std::int64_t longest = 1'000'000'000;
    const auto length = parameters.whole("length", 0, longest, longest);
    if (!parameters.has("to") && !parameters.has("length"))
        parameters.problem("to", "or `length` must be given");
    if (auto failure = parameters.failure()) return std::move(*failure);

    if (parameters.has("length")) steps.push_back(changes.size());
    Value value(text);
    for (const std::size_t step : steps) {
        auto next = changed(step, std::move(value), length, parameters);
        if (!next) {
            auto error = next.error();
            return NodeError{std::move(error.code), std::move(error.message),
                             std::move(error.details), false};
        }
        value = std::move(*next);
    }
    return put_out({{"text", std::move(value)}});
}

}  // namespace

NodeType text_change() {
    return data_node(
        "text.change",
        "Changes a text: each change is what the method of expressions does. Others are written "
        "there: `${input.name.padStart(8, '0')}`.",
        object_schema(
            {{"text", "string", "The text, at most 1 MiB.", true, {}},
             {"to", "",
              "What to do, one after the other: trim (spaces at both ends), collapse (and those "
              "between words to one), upper, lower, capitalize (the first letter) or slug "
              "(letters, "
              "digits and dashes only).",
              false, Object{{"examples", Array{"upper", Array{"collapse", "lower"}}}}},
             {"length", "integer", "Cut what is longer, at last; as JavaScript counts characters.",
              false, Object{{"minimum", 0}, {"examples", Array{80}}}}}),
        object_schema({{"text", "string", "The changed text.", true, {}}}), run);
}

}  // namespace sluice::nodes
