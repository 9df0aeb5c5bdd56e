#include "engine/expression/template.hpp"
#include "engine/expression/trial.hpp"
#include "engine/nodes/data/data_nodes.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

NodeError refusal(const expression::Problem& problem) {
    std::string message = "`template` cannot be used: " + problem.message;
    if (!problem.hint.empty()) message += " (" + problem.hint + ')';
    return {"invalid_template", std::move(message),
            Object{{"reason", problem.code}, {"offset", problem.offset}}, false};
}

NodeOutcome run(DataParameters& parameters) {
    parameters.only({"template", "values"});
    const std::string_view text = parameters.bounded_text("template");
    Object none;
    Object& values = parameters.has("values") ? parameters.object("values") : none;
    if (auto failure = parameters.failure()) return std::move(*failure);

    // A space before it: a text that is wholly one expression would keep the expression's type.
    const auto compiled =
        expression::Template::compile(Value(" " + std::string(text)), {}, parameters.limits());
    if (!compiled) return refusal(compiled.error().front());
    const expression::ObjectScope scope(Object{{"input", std::move(values)}}, parameters.now());
    auto filled = compiled->evaluate(scope, expression::Budget::from(parameters.limits()));
    if (!filled) {
        auto error = filled.error();
        return NodeError{std::move(error.code), std::move(error.message), std::move(error.details),
                         false};
    }
    return put_out({{"text", std::string_view(filled->get_string()).substr(1)}});
}

}  // namespace

NodeType text_template() {
    return data_node(
        "text.template",
        "Fills in a template that comes as data, from a file or a service. It is written as all "
        "texts of flows, `Dear ${input.name}`, and sees its `values` as `input` and nothing else.",
        object_schema(
            {{"template", "string",
              "The template. One that stands in the flow itself needs no node; if it is to be "
              "filled in here all the same, write `$${` for each `${`.",
              true, Object{{"examples", Array{"Dear $${input.name}"}}}},
             {"values", "object", "What the template sees as `input`.", false,
              Object{{"examples", Array{Object{{"name", "Ada"}}}}}}}),
        object_schema({{"text", "string", "The filled-in text.", true, {}}}), run);
}

}  // namespace sluice::nodes
