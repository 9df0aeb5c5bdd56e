#include <utility>

#include "engine/async/deadline.hpp"
#include "engine/model/json_text.hpp"
#include "http/api/api.hpp"
#include "http/api/error_response.hpp"
#include "http/api/find_flow.hpp"
#include "http/api/query.hpp"
#include "http/api/render.hpp"

namespace sluice::http {
namespace {

Error execution_not_found(std::string_view id) {
    return {"execution_not_found", "there is no execution '" + std::string(id) + "'", {}};
}

std::shared_ptr<const Flow> flow_of(Engine& engine, const Program& program) {
    return engine.flows().find_by_number(program.identity().flow_number);
}

Response render_live(Engine& engine, unsigned status, const LiveExecution& execution) {
    const auto flow = flow_of(engine, *execution.program);
    return Response::json(status, render_execution(execution, flow.get()))
        .with("Location", "/api/v1/executions/" + execution.id.to_string());
}

/// The body {"input": ...}; no body is an input of null... an empty object, which most schemas
/// expect.
result<Value> input_of(const Request& request, const Limits& limits) {
    if (request.body().empty()) return Value(Object{});
    auto body = parse_json(request.body(), limits.value_depth);
    if (!body) return body.error();
    auto* const object = body->if_object();
    if (object == nullptr)
        return Error{"invalid_body", R"(the body must be an object such as {"input": {}})", {}};
    for (const auto& member : *object)
        if (member.key() != "input")
            return Error{"invalid_body",
                         "unknown key '" + std::string(member.key()) +
                             R"(' in the body; it takes {"input": ...})",
                         {}};
    Value* const input = object->if_contains("input");
    return input == nullptr ? Value(Object{}) : std::move(*input);
}

/// Waits until the start is on disk.
task<void> accepted(Scheduler& scheduler, std::shared_ptr<LiveExecution> execution) {
    struct Shared {
        gate done;
        std::optional<Error> failure;
    };
    const auto shared = std::make_shared<Shared>();
    scheduler.when_accepted(*execution,
                            [shared](const LiveExecution&, const std::optional<Error>& error) {
                                shared->failure = error;
                                shared->done.open();
                            });
    co_await shared->done.wait();
    if (shared->failure) throw ErrorException(*shared->failure);
}

task<Response> start_execution(Engine& engine, Request request) {
    const auto flow = find_flow(engine.flows(), request.parameter("id"));
    if (!flow) co_return error_response(flow.error());
    if ((*flow)->program == nullptr)
        co_return error_response(
            {"flow_unusable", "the flow's newest revision no longer compiles", Value{}});
    const auto wait = wait_of(request, engine.limits().wait_ceiling);
    if (!wait) co_return error_response(wait.error());
    auto input = input_of(request, engine.limits());
    if (!input) co_return error_response(input.error());
    const auto started = engine.start((*flow)->program, std::move(*input));
    if (!started) co_return error_response(started.error());
    const auto& execution = *started;
    std::optional<Error> failure;
    try {
        co_await accepted(engine.scheduler(), execution);
        if (*wait)
            co_await with_deadline(engine.timers(), engine.clock().steady() + **wait,
                                   engine.wait(execution));
    } catch (const ErrorException& error) {
        failure = error.error();
    } catch (const system_error& error) {
        if (error.code() != asio::error::timed_out) throw;
        co_return render_live(engine, 202, *execution);
    }
    if (failure) co_return error_response(*failure);
    co_return render_live(engine, 201, *execution);
}

/// An execution as its journal tells it.
struct Stored {
    ExecutionRecord record;
    std::shared_ptr<const Flow> flow;
    std::shared_ptr<const Program> program;  ///< null when its revision no longer compiles
    std::vector<JournalChunk> journal;
};

task<result<Stored>> load(Engine& engine, std::string id) {
    const auto uuid = Uuid::parse(id);
    if (!uuid) co_return execution_not_found(id);
    const auto record = co_await engine.records().execution(*uuid);
    if (!record) co_return execution_not_found(id);
    Stored stored;
    stored.record = *record;
    stored.flow = engine.flows().find_by_number(record->flow);
    stored.program = co_await engine.flows().program(record->revision);
    stored.journal = co_await engine.records().journal(*uuid);
    co_return stored;
}

task<Response> get_execution(Engine& engine, Request request) {
    const std::string id(request.parameter("id"));
    const auto uuid = Uuid::parse(id);
    if (const auto live = uuid ? engine.scheduler().find(*uuid) : nullptr) {
        if (!live->state.ended())
            co_return Response::json(
                200, render_execution(*live, flow_of(engine, *live->program).get()));
        co_await engine.wait(live);  // an end is told only when it is on disk
    }
    const auto stored = co_await load(engine, id);
    if (!stored) co_return error_response(stored.error());
    if (stored->program == nullptr)
        co_return Response::json(200, render_execution(stored->record, stored->flow.get()));
    const Timeline timeline(*stored->program, stored->journal);
    co_return Response::json(200, render_execution(stored->record, stored->flow.get(),
                                                   *stored->program, timeline.state()));
}

task<Response> list_nodes(Engine& engine, Request request) {
    const auto stored = co_await load(engine, std::string(request.parameter("id")));
    if (!stored) co_return error_response(stored.error());
    if (stored->program == nullptr)
        co_return error_response(
            {"flow_unusable", "the revision of this execution no longer compiles", Value{}});
    const Timeline timeline(*stored->program, stored->journal);
    Array items;
    for (const auto& run : timeline.runs()) items.push_back(render_node_run(run, *stored->program));
    co_return Response::json(200, page(std::move(items), std::nullopt));
}

/// Events or logs, after the sequence number in `cursor`.
task<Response> list_journal(Engine& engine, Request request, bool only_logs) {
    const auto limit = limit_of(request);
    if (!limit) co_return error_response(limit.error());
    const auto cursor = cursor_of(request);
    if (!cursor) co_return error_response(cursor.error());
    const auto stored = co_await load(engine, std::string(request.parameter("id")));
    if (!stored) co_return error_response(stored.error());
    const auto after = static_cast<std::uint64_t>(cursor->value_or(0));
    Array items;
    std::uint64_t last = 0;
    for (const auto& event : decode_journal(stored->journal)) {
        if (event.sequence <= after || (only_logs && event.kind != EventKind::log_written))
            continue;
        if (items.size() == *limit)
            co_return Response::json(200, page(std::move(items), static_cast<std::int64_t>(last)));
        items.push_back(only_logs ? render_log(event, stored->program.get())
                                  : render_event(event, stored->program.get()));
        last = event.sequence;
    }
    co_return Response::json(200, page(std::move(items), std::nullopt));
}

task<Response> list_events(Engine& engine, Request request) {
    return list_journal(engine, std::move(request), false);
}

task<Response> list_logs(Engine& engine, Request request) {
    return list_journal(engine, std::move(request), true);
}

result<ExecutionFilter> filter_of(Engine& engine, const Request& request) {
    ExecutionFilter filter;
    const auto limit = limit_of(request);
    if (!limit) return limit.error();
    filter.limit = *limit;
    const auto cursor = cursor_of(request);
    if (!cursor) return cursor.error();
    filter.before = *cursor;
    if (const auto id = request.query("flow")) {
        const auto flow = find_flow(engine.flows(), *id);
        if (!flow) return flow.error();
        filter.flow = (*flow)->record.number;
    }
    if (const auto word = request.query("status")) {
        filter.status = execution_status(*word);
        if (!filter.status)
            return Error{"invalid_parameter",
                         "the query parameter 'status' must be one of queued, running, waiting, "
                         "paused, succeeded, "
                         "failed, cancelled, timed_out, not '" +
                             *word + "'",
                         Object{{"parameter", "status"}}};
    }
    return filter;
}

task<Response> list_executions(Engine& engine, Request request) {
    auto filter = filter_of(engine, request);
    if (!filter) co_return error_response(filter.error());
    const std::size_t limit = filter->limit++;  // one more tells whether there is a next page
    const auto records = co_await engine.records().executions(*filter);
    Array items;
    std::optional<std::int64_t> next;
    for (const auto& record : records) {
        if (items.size() == limit) break;
        items.push_back(render_execution(record, engine.flows().find_by_number(record.flow).get()));
        if (items.size() == limit && records.size() > limit) next = record.id.number();
    }
    co_return Response::json(200, page(std::move(items), next));
}

task<Response> cancel_execution(Engine& engine, Request request) {
    const std::string id(request.parameter("id"));
    std::string reason = "cancelled through the API";
    if (!request.body().empty()) {
        const auto body = parse_json(request.body(), engine.limits().value_depth);
        if (!body) co_return error_response(body.error());
        const auto* const object = body->if_object();
        const Value* const text = object == nullptr ? nullptr : object->if_contains("reason");
        if (text == nullptr || !text->is_string())
            co_return error_response(
                {"invalid_body", R"(the body must be {"reason": "text"}, or empty)", Value{}});
        reason = std::string(text->get_string());
    }
    const auto uuid = Uuid::parse(id);
    const auto live = uuid ? engine.scheduler().find(*uuid) : nullptr;
    if (live && engine.cancel(*live, std::move(reason))) co_return render_live(engine, 202, *live);
    const auto stored = co_await load(engine, id);
    if (!stored) co_return error_response(stored.error());
    co_return error_response(
        {"execution_ended",
         live ? "the execution is ending already"
              : "the execution has ended as " + std::string(to_word(stored->record.status)),
         Value{}});
}

}  // namespace

void mount_executions(Router& router, Engine& engine) {
    // Coroutines take the engine by reference because it outlives the server and all of them.
    const auto with = [&engine](task<Response> (*handler)(Engine&, Request)) {
        return [&engine, handler](Request request) { return handler(engine, std::move(request)); };
    };
    const std::vector<std::string> json{"application/json"};
    const std::string executions = "/api/v1/executions";
    const std::string execution = executions + "/{id}";
    router
        .add({Method::post, "/api/v1/flows/{id}/executions", with(start_execution),
              "start_execution", Access::executor, json})
        .value();
    router.add({Method::get, executions, with(list_executions), "list_executions", Access::viewer})
        .value();
    router.add({Method::get, execution, with(get_execution), "get_execution", Access::viewer})
        .value();
    router
        .add(
            {Method::get, execution + "/nodes", with(list_nodes), "list_node_runs", Access::viewer})
        .value();
    router
        .add({Method::get, execution + "/events", with(list_events), "list_events", Access::viewer})
        .value();
    router.add({Method::get, execution + "/logs", with(list_logs), "list_logs", Access::viewer})
        .value();
    router
        .add({Method::post, execution + "/cancel", with(cancel_execution), "cancel_execution",
              Access::executor, json})
        .value();
}

}  // namespace sluice::http
