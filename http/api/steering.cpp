// What people do to a running execution: cancel, kill, pause, resume. Each answers when it is on
// disk.
#include <utility>

#include "engine/model/json_text.hpp"
#include "http/api/api.hpp"
#include "http/api/handler.hpp"
#include "http/api/render.hpp"
#include "http/api/stored_execution.hpp"

namespace sluice::http {
namespace {

using Steer = result<void> (*)(Engine&, LiveExecution&, std::string reason);

/// A text of its own type, because an error is made of texts, too.
struct Reason {
    std::string text = "through the API, without a reason";
};

result<Reason> reason_of(const Request& request, const Limits& limits) {
    if (request.body().empty()) return Reason{};
    const auto body = parse_json(request.body(), limits.value_depth);
    if (!body) return body.error();
    const auto* const object = body->if_object();
    const Value* const text = object == nullptr ? nullptr : object->if_contains("reason");
    const bool empty = object != nullptr && object->empty();
    if (!empty && (text == nullptr || !text->is_string()))
        return Error{"invalid_body", R"(the body must be {"reason": "text"}, or empty)", {}};
    if (empty) return Reason{};
    return Reason{std::string(text->get_string().data(), text->get_string().size())};
}

task<Response> steer(Engine& engine, Request request, Steer how) {
    auto reason = reason_of(request, engine.limits());
    if (!reason) co_return error_response(reason.error());
    const auto found = co_await summon_unfinished(engine, std::string(request.parameter("id")));
    if (!found) co_return error_response(found.error());
    const auto execution = *found;
    if (const auto done = how(engine, *execution, std::move(reason->text)); !done)
        co_return error_response(done.error());
    if (const auto written = co_await engine.committed(execution); !written)
        co_return error_response(written.error());
    co_return Response::json(
        202, render_execution(*execution, flow_of(engine, *execution->program).get()))
        .with("Location", "/api/v1/executions/" + execution->id.to_string());
}

Error is_ending() {
    return {"execution_ended", "the execution is ending already", {}};
}

result<void> cancel(Engine& engine, LiveExecution& execution, std::string reason) {
    if (engine.cancel(execution, std::move(reason))) return {};
    return is_ending();
}

result<void> kill(Engine& engine, LiveExecution& execution, std::string reason) {
    if (engine.scheduler().kill(execution, std::move(reason))) return {};
    return is_ending();
}

result<void> pause(Engine& engine, LiveExecution& execution, std::string reason) {
    return engine.scheduler().pause(execution, std::move(reason));
}

result<void> resume(Engine& engine, LiveExecution& execution, std::string reason) {
    return engine.scheduler().resume(execution, std::move(reason));
}

}  // namespace

void mount_steering(Router& router, Engine& engine) {
    struct Line {
        const char* verb;
        const char* operation;
        Steer how;
    };
    for (const auto& [verb, operation, how] :
         {Line{"cancel", "cancel_execution", cancel}, Line{"kill", "kill_execution", kill},
          Line{"pause", "pause_execution", pause}, Line{"resume", "resume_execution", resume}})
        router
            .add({Method::post,
                  std::string("/api/v1/executions/{id}/") + verb,
                  [&engine, how = how](Request request) {
                      return answer_errors(steer(engine, std::move(request), how));
                  },
                  operation,
                  Access::executor,
                  {"application/json"}})
            .value();
}

}  // namespace sluice::http
