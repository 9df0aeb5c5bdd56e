// POST /hooks/{key}: the hot path. One request is one execution; the answer leaves when its end, or
// its start where the trigger says `respond: accepted`, is on disk. No coroutine: the execution
// keeps the responder.
#include <utility>

#include "engine/async/deadline.hpp"
#include "engine/model/ascii.hpp"
#include "engine/model/json_text.hpp"
#include "engine/model/timestamp.hpp"
#include "engine/model/utf8.hpp"
#include "http/api/api.hpp"
#include "http/api/execution_wait.hpp"
#include "http/api/handler.hpp"
#include "http/api/idempotency.hpp"
#include "http/api/stored_execution.hpp"
#include "http/server/percent.hpp"
#include "http/server/problem.hpp"

namespace sluice::http {
namespace {

const std::vector<std::string> body_types{"application/json", "application/*+json",
                                          "application/x-www-form-urlencoded", "text/*"};

/// What the root `trigger` of expressions is, as JSON text: most flows never look at it, so no
/// value is made.
std::string trigger_json(const Request& request, std::string_view trigger) {
    std::string json;
    json.reserve(512);
    json += R"({"type":"webhook","name":)";
    append_json_string(json, trigger);
    json += R"(,"method":)";
    append_json_string(json, request.method_text());
    json += R"(,"path":)";
    append_json_string(json, request.path());
    json += R"(,"address":)";
    append_json_string(json, request.peer());
    json += R"(,"query":{)";
    bool first = true;
    for_each_form_field(request.query(), [&](std::string_view name, std::string_view value) {
        if (!std::exchange(first, false)) json += ',';
        append_json_string(json, utf8_or_latin1(name));
        json += ':';
        append_json_string(json, utf8_or_latin1(value));
    });
    json += R"(},"headers":{)";
    for (std::size_t at = 0; at < request.header_count(); ++at) {
        if (at > 0) json += ',';
        std::string name(request.header_name(at));
        for (char& letter : name) letter = ascii_lower(letter);
        append_json_string(json, utf8_or_latin1(name));
        json += ':';
        append_json_string(json, utf8_or_latin1(request.header_value(at)));
    }
    json += "}}";
    return json;
}

struct Body {
    Value value;
    std::string json;  ///< as it came, when it came as JSON
};

Error not_utf8() {
    return {"invalid_body", "the body must be text in UTF-8", {}};
}

result<Body> read_body(const Request& request, const Limits& limits) {
    const auto body = request.body();
    const auto type = request.content_type();
    if (body.empty()) return Body{nullptr, "null"};
    if (equal_ignoring_case(type, "application/x-www-form-urlencoded")) {
        Object fields;
        bool readable = true;
        for_each_form_field(body, [&](std::string_view name, std::string_view value) {
            readable = readable && is_valid_utf8(name) && is_valid_utf8(value);
            fields[name] = value;
        });
        if (!readable) return not_utf8();
        return Body{std::move(fields), {}};
    }
    if (type.size() >= 5 && equal_ignoring_case(type.substr(0, 5), "text/")) {
        if (!is_valid_utf8(body)) return not_utf8();
        return Body{Value(body), {}};
    }
    auto value = parse_json(body, limits.value_depth);
    if (!value) return value.error();
    // A large one becomes an artifact, which is written from the value.
    if (body.size() > limits.artifact_bytes) return Body{std::move(*value), {}};
    return Body{std::move(*value), std::string(body)};
}

/// What an `http.respond` node set.
Response custom_response(const Value& answer) {
    Response response;
    const auto* const object = answer.if_object();
    const auto member = [&](std::string_view name) -> const Value* {
        const Value* const found = object == nullptr ? nullptr : object->if_contains(name);
        return found == nullptr || found->is_null() ? nullptr : found;
    };
    if (const Value* const status = member("status"); status != nullptr && status->is_int64())
        response.status = static_cast<unsigned>(status->get_int64());
    bool typed = false;
    if (const Value* const headers = member("headers");
        headers != nullptr && headers->is_object()) {
        for (const auto& header : headers->get_object()) {
            typed = typed || equal_ignoring_case(header.key(), "content-type");
            const auto* const text = header.value().if_string();
            response.headers.emplace_back(std::string(header.key()), text == nullptr
                                                                         ? to_json(header.value())
                                                                         : std::string(*text));
        }
    }
    const Value* const body = member("body");
    if (body == nullptr) return response;
    if (const auto* const text = body->if_string()) {
        response.body = std::string(*text);
        if (!typed) response.content_type = "text/plain; charset=utf-8";
    } else {
        append_json(response.body, *body);
        if (!typed) response.content_type = "application/json";
    }
    return response;
}

/// The `http.respond` node of the flow that has set an answer last.
const NodeData* answer_of(const LiveExecution& execution) {
    const NodeData* last = execution.state.nested_response();
    for (const NodeIndex node : execution.program->responders()) {
        const NodeData& data = execution.state.frame(flow_frame).data(node);
        if (!data.output) continue;
        if (last == nullptr || data.output_run >= last->output_run) last = &data;
    }
    return last;
}

/// A large value that the answer consists of and that is on disk only; nullptr when there is none.
std::shared_ptr<Artifact> missing_for_answer(const LiveExecution& execution) {
    const auto& state = execution.state;
    if (!state.has_artifacts() || state.status() != ExecutionStatus::succeeded) return nullptr;
    const NodeData* const answer = answer_of(execution);
    const auto& artifact = answer != nullptr ? answer->artifact : state.result_artifact();
    return artifact && !artifact->value ? artifact : nullptr;
}

Response failure_response(const LiveExecution& execution) {
    const auto status = execution.state.status();
    std::string detail = "the execution ended as " + std::string(to_word(status));
    if (const auto* error = execution.state.error().if_object())
        if (const Value* const message = error->if_contains("message");
            message != nullptr && message->is_string())
            detail += ": " + std::string(message->get_string());
    return error_response(
        {"execution_" + std::string(to_word(status)), std::move(detail), execution.state.error()});
}

Response result_response(const LiveExecution& execution) {
    if (execution.state.status() != ExecutionStatus::succeeded) return failure_response(execution);
    if (const NodeData* const answer = answer_of(execution))
        return custom_response(answer->artifact ? *answer->artifact->value : *answer->output);
    return Response::json(200, execution.state.result());
}

Response accepted_response(const LiveExecution& execution) {
    const std::string id = execution.id.to_string();
    const std::string path = "/api/v1/executions/" + id;
    return Response::json(202, Object{{"id", id},
                                      {"status", to_word(execution.state.status())},
                                      {"created_at", to_rfc3339(execution.created)},
                                      {"url", path}})
        .with("Location", path);
}

task<Response> fetch_result(Engine& engine, std::shared_ptr<const LiveExecution> execution) {
    co_await engine.fetch(missing_for_answer(*execution));
    co_return result_response(*execution);
}

task<Response> load_result(Engine& engine, std::shared_ptr<const LiveExecution> execution) {
    co_return named(co_await answer_errors(fetch_result(engine, execution)), *execution);
}

/// Answers with the result of an execution that has ended, or with why it could not be written.
void answer_result(Engine& engine, Responder responder, const LiveExecution& ended,
                   const std::optional<Error>& error) {
    if (error)
        responder.send(error_response(*error));
    else if (missing_for_answer(ended))
        responder.run(load_result(engine, ended.shared_from_this()));
    else
        responder.send(named(result_response(ended), ended));
}

void note_refusal(Engine& engine, Refusals& refusals, const Program& program,
                  std::string_view trigger, const Error& error) {
    refusals.note(program.identity().flow_number,
                  {engine.clock().wall(), std::string(trigger), error.code, error.message});
}

/// The execution that a key has started before, when it has ended: as its journal tells it.
task<std::shared_ptr<const LiveExecution>> ended_execution(Engine& engine, Uuid id) {
    const auto stored = co_await load_stored(engine, id.to_string());
    if (!stored || stored->program == nullptr) co_return nullptr;
    auto execution = std::make_shared<LiveExecution>(id, stored->program, stored->record.created);
    for (auto& event : decode_journal(stored->journal)) execution->state.apply(std::move(event));
    co_return execution;
}

/// A webhook with an idempotency key: the first request starts, every further one gets its answer.
task<Response> receive_once(Engine& engine, std::shared_ptr<Refusals> refusals, std::string trigger,
                            Start start, bool wait_for_result) {
    const auto deadline = engine.clock().steady() + engine.limits().webhook_wait;
    const auto program = start.program;
    const auto started = co_await engine.start_once(std::move(start));
    if (!started) {
        note_refusal(engine, *refusals, *program, trigger, started.error());
        co_return error_response(started.error());
    }
    auto execution = started->execution;
    if (!execution) execution = co_await engine.summon(started->id);
    std::shared_ptr<const LiveExecution> ended;
    if (execution && wait_for_result) {
        try {
            co_await with_deadline(engine.timers(), deadline, engine.wait(execution));
            ended = execution;
        } catch (const system_error& error) {
            if (error.code() != asio::error::timed_out) throw;
        }
    }
    if (!execution) ended = co_await ended_execution(engine, started->id);
    if (!execution && !ended)
        co_return error_response(
            {"flow_unusable", "the revision of this execution no longer compiles", Value{}});
    auto response = ended && wait_for_result ? co_await load_result(engine, ended)
                                             : named(accepted_response(ended ? *ended : *execution),
                                                     ended ? *ended : *execution);
    co_return started->repeated ? std::move(response).with(replayed_header, "true")
                                : std::move(response);
}

void receive(Engine& engine, const std::shared_ptr<Refusals>& refusals, Request& request,
             Responder responder) {
    const auto key = request.parameter("key");
    const auto* const webhook = engine.flows().find_webhook(key);
    if (webhook == nullptr) {
        responder.send(error_response({"webhook_not_found",
                                       "no flow has the webhook key '" + std::string(key) +
                                           "'; a flow's triggers are listed at /api/v1/flows",
                                       Value{}}));
        return;
    }
    const auto refuse = [&](const Error& error) {
        note_refusal(engine, *refusals, *webhook->program, webhook->trigger, error);
        if (error.code == "overloaded")
            answer_refused_late(engine, std::move(responder), error_response(error));
        else
            responder.send(error_response(error));
    };
    auto body = read_body(request, engine.limits());
    if (!body) return refuse(body.error());
    Start start;
    start.program = webhook->program;
    start.input = std::move(body->value);
    start.input_json = std::move(body->json);
    start.trigger_json = trigger_json(request, webhook->trigger);
    const bool wait_for_result = webhook->respond == WebhookRespond::result;
    start.may_queue = !wait_for_result;
    if (request.has_header(idempotency_header)) {
        start.key = request.header(idempotency_header);
        responder.run(answer_errors(
            receive_once(engine, refusals, webhook->trigger, std::move(start), wait_for_result)));
        return;
    }
    auto execution = engine.scheduler().start(std::move(start));
    if (!execution) return refuse(execution.error());
    if (wait_for_result) {
        answer_at_end(engine, *execution, std::move(responder), engine.limits().webhook_wait,
                      answer_result, [](const LiveExecution& running) {
                          return named(accepted_response(running), running);
                      });
        return;
    }
    engine.scheduler().when_accepted(
        **execution, [responder = std::move(responder)](const LiveExecution& accepted,
                                                        const std::optional<Error>& error) mutable {
            responder.send(error ? error_response(*error)
                                 : named(accepted_response(accepted), accepted));
        });
}

}  // namespace

void mount_webhooks(Router& router, Engine& engine, std::shared_ptr<Refusals> refusals) {
    router
        .add({Method::post, "/hooks/{key}",
              [&engine, refusals = std::move(refusals)](Request& request, Responder responder) {
                  receive(engine, refusals, request, std::move(responder));
              },
              "receive_webhook", Access::open, body_types})
        .value();
}

}  // namespace sluice::http
