// POST /api/v1/expressions/evaluate: what editors try expressions out with.
#include <utility>

#include "engine/expression/trial.hpp"
#include "engine/model/json_text.hpp"
#include "http/api/api.hpp"
#include "http/api/error_response.hpp"
#include "http/api/handler.hpp"

namespace sluice::http {
namespace {

struct Question {
    std::string expression;
    Value scope = Object{};  // in braces it would be an array of one
};

result<Question> question_of(const Request& request, const Limits& limits) {
    const auto wrong = [](std::string_view what) {
        return Error{
            "invalid_body",
            std::string(what) +
                R"(; the body is {"expression": "input.a + 1", "scope": {"input": {"a": 1}, "nodes": {"id": ...}}})",
            {}};
    };
    const auto body = parse_json(request.body(), limits.value_depth);
    if (!body) return body.error();
    const auto* const object = body->if_object();
    if (object == nullptr) return wrong("the body must be an object");
    Question question;
    bool given = false;
    for (const auto& member : *object) {
        if (member.key() == "expression" && member.value().is_string()) {
            question.expression = std::string(member.value().get_string());
            given = true;
        } else if (member.key() == "scope" && member.value().is_object()) {
            question.scope = member.value();
        } else {
            return wrong("'" + std::string(member.key()) + "' is unknown or of the wrong type");
        }
    }
    if (!given) return wrong("'expression' is missing");
    const std::string unknown = expression::ObjectScope::unknown_field(question.scope.get_object());
    if (!unknown.empty()) return wrong("expressions see nothing named '" + unknown + "'");
    return question;
}

task<Response> evaluate(Engine& engine, Request request) {
    auto question = question_of(request, engine.limits());
    if (!question) co_return error_response(question.error());
    const expression::ObjectScope scope(std::move(question->scope), engine.clock().wall());
    co_return Response::json(
        200, expression::try_expression(question->expression, scope, engine.limits()));
}

}  // namespace

void mount_expressions(Router& router, Engine& engine) {
    const auto with = handlers_of(engine);
    router
        .add({Method::post,
              "/api/v1/expressions/evaluate",
              with(evaluate),
              "evaluate_expression",
              Access::viewer,
              {"application/json"}})
        .value();
}

}  // namespace sluice::http
