#include <utility>

#include "engine/async/deadline.hpp"
#include "engine/model/json_text.hpp"
#include "http/api/api.hpp"
#include "http/api/find_flow.hpp"
#include "http/api/handler.hpp"
#include "http/api/idempotency.hpp"
#include "http/api/query.hpp"
#include "http/api/render.hpp"
#include "http/api/stored_execution.hpp"

namespace sluice::http {
namespace {

Response render_live(Engine& engine, unsigned status, const LiveExecution& execution,
                     bool with_output = false) {
    const auto flow = flow_of(engine, *execution.program);
    return Response::json(status, render_execution(execution, flow.get(), with_output))
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

/// Starts, once where the request has an idempotency key. The start is on disk when this returns.
task<result<Engine::StartedOnce>> begin(Engine& engine, Start start, const Request& request) {
    if (request.has_header(idempotency_header))
        co_return co_await engine.start_once(std::move(start));
    auto started = engine.scheduler().start(std::move(start));
    if (!started) co_return started.error();
    if (const auto written = co_await engine.accepted(*started); !written)
        co_return written.error();
    co_return Engine::StartedOnce{(*started)->id, *started, false};
}

/// What a start with a known key answers when its execution has ended.
task<Response> replay(Engine& engine, Uuid id) {
    const auto stored = co_await load_stored(engine, id.to_string());
    if (!stored) co_return error_response(stored.error());
    co_return Response::json(200, render_stored(*stored))
        .with("Location", "/api/v1/executions/" + id.to_string())
        .with(replayed_header, "true");
}

task<Response> start_execution(Engine& engine, std::shared_ptr<Refusals> refusals,
                               Request request) {
    const auto flow = find_flow(engine.flows(), request.parameter("id"));
    if (!flow) co_return error_response(flow.error());
    if ((*flow)->program == nullptr)
        co_return error_response(
            {"flow_unusable", "the flow's newest revision no longer compiles", Value{}});
    const auto wait = wait_of(request, engine.limits().wait_ceiling);
    if (!wait) co_return error_response(wait.error());
    auto input = input_of(request, engine.limits());
    if (!input) co_return error_response(input.error());
    Start start;
    start.program = (*flow)->program;
    start.input = std::move(*input);
    start.trigger_json = R"({"type":"manual"})";
    start.key = request.header(idempotency_header);
    start.may_queue = !*wait;
    const auto started = co_await begin(engine, std::move(start), request);
    if (!started) {
        const Error error = started.error();
        refusals->note((*flow)->record.number,
                       {engine.clock().wall(), "api", error.code, error.message});
        co_return error_response(error);
    }
    auto execution = started->execution;
    bool in_time = true;
    try {
        if (started->repeated && !execution) execution = co_await engine.summon(started->id);
        if (*wait && execution)
            co_await with_deadline(engine.timers(), engine.clock().steady() + **wait,
                                   engine.wait(execution));
    } catch (const system_error& error) {
        if (error.code() != asio::error::timed_out) throw;
        in_time = false;
    }
    if (!execution) co_return co_await replay(engine, started->id);
    auto response = render_live(engine, in_time ? (started->repeated ? 200 : 201) : 202, *execution,
                                wait->has_value());
    co_return started->repeated ? std::move(response).with(replayed_header, "true")
                                : std::move(response);
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

/// The body {"from": "start" | "failed" | "node", "node": "id", "input": ...}; all of it optional.
struct RetryBody {
    RetryFrom from;
    std::optional<Value> input;
};

result<RetryBody> retry_body(const Request& request, const Limits& limits) {
    const auto wrong = [](std::string_view what) {
        return Error{"invalid_body",
                     std::string(what) + R"(; the body is {"from": "start", "failed" or "node", )"
                                         R"("node": "id of the node", "input": ...})",
                     {}};
    };
    RetryBody read;
    if (request.body().empty()) return read;
    auto body = parse_json(request.body(), limits.value_depth);
    if (!body) return body.error();
    auto* const object = body->if_object();
    if (object == nullptr) return wrong("the body must be an object");
    std::string where = "failed";
    for (auto& member : *object) {
        const auto* const text = member.value().if_string();
        if (member.key() == "input")
            read.input = std::move(member.value());
        else if (text == nullptr)
            return wrong("'" + std::string(member.key()) + "' must be a text");
        else if (member.key() == "node")
            read.from.node = *text;
        else if (member.key() == "from")
            where = *text;
        else
            return wrong("unknown key '" + std::string(member.key()) + "'");
    }
    if (!read.from.node.empty() && object->contains("from") && where != "node")
        return wrong("'node' goes with \"from\": \"node\"");
    if (where != "start" && where != "failed" && where != "node")
        return wrong("'from' is none of these words");
    if (where == "node" && read.from.node.empty()) return wrong("'node' is missing");
    if (!read.from.node.empty())
        read.from.where = RetryFrom::Where::node;
    else if (where == "start")
        read.from.where = RetryFrom::Where::start;
    return read;
}

task<Response> retry_execution(Engine& engine, Request request) {
    const std::string id(request.parameter("id"));
    const auto uuid = Uuid::parse(id);
    if (!uuid) co_return error_response(execution_not_found(id));
    auto body = retry_body(request, engine.limits());
    if (!body) co_return error_response(body.error());
    const auto retried =
        co_await engine.retry(*uuid, std::move(body->from), std::move(body->input));
    if (!retried) co_return error_response(retried.error());
    if (const auto written = co_await engine.accepted(*retried); !written)
        co_return error_response(written.error());
    co_return render_live(engine, 201, **retried);
}

/// One of many: whatever is wrong with it is told of it alone.
task<result<std::shared_ptr<LiveExecution>>> retry_one(Engine& engine, Uuid id,
                                                       const RetryBody& body) {
    try {
        auto retried = co_await engine.retry(id, body.from, body.input);
        if (!retried) co_return retried.error();
        if (const auto written = co_await engine.accepted(*retried); !written)
            co_return written.error();
        co_return std::move(*retried);
    } catch (const ErrorException& error) {
        co_return error.error();
    }
}

/// One page of executions of a filter, each run again; those that cannot be are told why.
task<Response> retry_executions(Engine& engine, Request request) {
    auto filter = filter_of(engine, request);
    if (!filter) co_return error_response(filter.error());
    if (!filter->status || !is_finished(*filter->status))
        co_return error_response({"invalid_parameter",
                                  "say which to retry: ?status=failed (or cancelled, timed_out, "
                                  "succeeded), and ?flow= to choose a flow",
                                  Object{{"parameter", "status"}}});
    const auto body = retry_body(request, engine.limits());
    if (!body) co_return error_response(body.error());
    const std::size_t limit = filter->limit++;  // one more tells whether there is a next page
    auto records = co_await engine.records().executions(*filter);
    const bool more = records.size() > limit;
    if (more) records.pop_back();
    Array items;
    for (const auto& record : records) {
        Object item{{"id", record.id.to_string()}};
        const auto retried = co_await retry_one(engine, record.id, *body);
        if (retried)
            item["retry_id"] = (*retried)->id.to_string();
        else
            item["error"] =
                Object{{"code", retried.error().code}, {"message", retried.error().message}};
        items.push_back(std::move(item));
    }
    const auto next = more ? std::optional(records.back().id.number()) : std::nullopt;
    co_return Response::json(200, page(std::move(items), next));
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
    const auto stored = co_await load_stored(engine, id);
    if (!stored) co_return error_response(stored.error());
    co_return Response::json(200, render_stored(*stored));
}

task<Response> list_nodes(Engine& engine, Request request) {
    const auto stored = co_await load_stored(engine, std::string(request.parameter("id")));
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
    const auto stored = co_await load_stored(engine, std::string(request.parameter("id")));
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

}  // namespace

void mount_executions(Router& router, Engine& engine, std::shared_ptr<Refusals> refusals) {
    const auto with = handlers_of(engine);
    const std::vector<std::string> json{"application/json"};
    const std::string executions = "/api/v1/executions";
    const std::string execution = executions + "/{id}";
    router
        .add({Method::post, "/api/v1/flows/{id}/executions",
              [&engine, refusals = std::move(refusals)](Request request) {
                  return answer_errors(start_execution(engine, refusals, std::move(request)));
              },
              "start_execution", Access::executor, json})
        .value();
    router
        .add({Method::post, execution + "/retry", with(retry_execution), "retry_execution",
              Access::executor, json})
        .value();
    router
        .add({Method::post, "/api/v1/retries", with(retry_executions), "retry_executions",
              Access::executor, json})
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
}

}  // namespace sluice::http
