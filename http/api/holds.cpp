// What executions wait for, and decisions on it.
#include <charconv>
#include <utility>

#include "engine/model/json_text.hpp"
#include "engine/model/timestamp.hpp"
#include "http/api/api.hpp"
#include "http/api/error_response.hpp"
#include "http/api/find_flow.hpp"
#include "http/api/handler.hpp"
#include "http/api/query.hpp"
#include "http/api/render.hpp"
#include "http/api/stored_execution.hpp"

namespace sluice::http {
namespace {

std::optional<std::int64_t> number_in(std::string_view text) {
    std::int64_t number = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || end.ec != std::errc() || end.ptr != text.data() + text.size())
        return std::nullopt;
    return number;
}

Error malformed(std::string_view name, std::string_view expectation) {
    return {"invalid_parameter",
            "the query parameter '" + std::string(name) + "' must be " + std::string(expectation),
            Object{{"parameter", name}}};
}

/// `EXECUTION.RUN`: numbers of the last hold of the page before.
result<HoldFilter> filter_of(Engine& engine, const Request& request) {
    HoldFilter filter;
    const auto limit = limit_of(request);
    if (!limit) return limit.error();
    filter.limit = *limit;
    if (const auto cursor = request.query("cursor")) {
        const std::string_view text(*cursor);
        const auto dot = text.find('.');
        const auto execution = number_in(text.substr(0, dot));
        const auto run =
            dot == std::string_view::npos ? std::nullopt : number_in(text.substr(dot + 1));
        if (!execution || !run) return malformed("cursor", "the `next_cursor` of a page");
        filter.after = std::pair(*execution, *run);
    }
    if (const auto word = request.query("kind")) {
        filter.kind = hold_kind(*word);
        if (!filter.kind)
            return malformed("kind",
                             "one of timer, retry, approval, signal, interrupt, pause, slot, "
                             "deadline");
    }
    if (const auto id = request.query("execution")) {
        filter.execution = Uuid::parse(*id);
        if (!filter.execution) return malformed("execution", "the id of an execution");
    }
    if (const auto id = request.query("flow")) {
        const auto flow = find_flow(engine.flows(), *id);
        if (!flow) return flow.error();
        filter.flow = (*flow)->record.number;
    }
    return filter;
}

task<Response> answer_list(Engine& engine, HoldFilter filter) {
    const std::size_t limit = filter.limit++;
    const auto holds = co_await engine.records().holds(filter);
    Array items;
    Value next;
    for (const auto& hold : holds) {
        if (items.size() == limit) break;
        items.push_back(render_hold(hold, engine.flows().find_by_number(hold.flow).get()));
        if (items.size() == limit && holds.size() > limit)
            next = std::to_string(hold.execution.number()) + "." + std::to_string(hold.run);
    }
    co_return Response::json(200, Object{{"items", std::move(items)}, {"next_cursor", next}});
}

task<Response> list_holds(Engine& engine, Request request) {
    const auto filter = filter_of(engine, request);
    if (!filter) co_return error_response(filter.error());
    co_return co_await answer_list(engine, *filter);
}

task<Response> list_holds_of(Engine& engine, Request request) {
    auto filter = filter_of(engine, request);
    if (!filter) co_return error_response(filter.error());
    filter->execution = Uuid::parse(request.parameter("id"));
    if (!filter->execution || !co_await engine.records().execution(*filter->execution))
        co_return error_response(execution_not_found(request.parameter("id")));
    co_return co_await answer_list(engine, *filter);
}

/// Why a hold is not open: there was none, or who resolved it and when.
task<Error> not_open(Engine& engine, std::string id, RunNumber run) {
    const auto stored = co_await load_stored(engine, id);
    if (!stored) co_return stored.error();
    bool was_open = false;
    Array decisions;
    std::optional<Event> resolution;
    for (auto& event : decode_journal(stored->journal)) {
        if (event.node == no_node || event.run != run) continue;
        if (event.kind == EventKind::node_waiting) was_open = true;
        if (event.kind == EventKind::hold_decided) decisions.push_back(event.data);
        if (was_open &&
            (event.kind == EventKind::node_succeeded || event.kind == EventKind::node_cancelled ||
             event.kind == EventKind::node_failed))
            resolution = std::move(event);
    }
    if (!was_open || !resolution)
        co_return Error{"hold_not_found",
                        "run " + std::to_string(run) + " of execution " + id +
                            " waits for no decision; what waits is listed at /api/v1/holds",
                        {}};
    const std::string outcome = resolution->kind == EventKind::node_succeeded
                                    ? resolution->text
                                    : std::string(to_word(resolution->kind));
    std::string by;
    if (!decisions.empty()) {
        const auto& last = decisions.back().at("by").as_string();
        if (!last.empty()) by = " by '" + std::string(last.data(), last.size()) + "'";
    }
    co_return Error{"hold_resolved",
                    "this was resolved as " + outcome + by + " at " + to_rfc3339(resolution->at),
                    Object{{"outcome", outcome},
                           {"resolved_at", to_rfc3339(resolution->at)},
                           {"decisions", std::move(decisions)}}};
}

struct DecisionBody {
    std::string word;
    Decision decision;
};

result<DecisionBody> decision_of(const Request& request, const Limits& limits) {
    const auto wrong = [](std::string_view what) {
        return Error{"invalid_body",
                     std::string(what) + R"(; the body is {"decision": "approved" or "rejected" )"
                                         R"((of an interrupted node "retry" or "fail"), "by": )"
                                         R"("name", "comment": "text", "form": ...})",
                     {}};
    };
    const auto body = parse_json(request.body(), limits.value_depth);
    if (!body) return body.error();
    const auto* const object = body->if_object();
    if (object == nullptr) return wrong("the body must be an object");
    DecisionBody read;
    for (const auto& member : *object) {
        const auto* const text = member.value().if_string();
        if (member.key() == "form") {
            read.decision.form = member.value();
            continue;
        }
        if (text == nullptr) return wrong("'" + std::string(member.key()) + "' must be a text");
        if (text->size() > limits.log_line_bytes)
            return wrong("'" + std::string(member.key()) + "' is too long");
        if (member.key() == "decision")
            read.word = *text;
        else if (member.key() == "by")
            read.decision.by = *text;
        else if (member.key() == "comment")
            read.decision.comment = *text;
        else
            return wrong("unknown key '" + std::string(member.key()) + "'");
    }
    read.decision.approved = read.word == "approved";
    const bool known = read.word == "approved" || read.word == "rejected" || read.word == "retry" ||
                       read.word == "fail";
    if (!known) return wrong("'decision' is missing or none of these words");
    return read;
}

/// Applies a decision; `hold_not_found` when no hold of that kind is open.
result<Value> apply(Scheduler& scheduler, LiveExecution& execution, RunNumber run,
                    const DecisionBody& body) {
    if (body.word == "retry" || body.word == "fail") {
        const auto how = body.word == "retry" ? OnInterrupt::retry : OnInterrupt::fail;
        if (const auto done = scheduler.resolve_interrupt(execution, run, how); !done)
            return done.error();
        return Value(Object{{"resolved", true}, {"outcome", body.word}});
    }
    auto effect = scheduler.decide(execution, run, body.decision);
    if (!effect) return effect.error();
    return Value(
        Object{{"resolved", !effect->outcome.empty()},
               {"outcome", effect->outcome.empty() ? Value(nullptr) : Value(effect->outcome)},
               {"decision", std::move(effect->record)}});
}

task<Response> decide(Engine& engine, Request request) {
    const std::string id(request.parameter("id"));
    const auto run = number_in(request.parameter("run"));
    const auto body = decision_of(request, engine.limits());
    if (!body) co_return error_response(body.error());
    if (!run || *run < 0 || *run > UINT32_MAX)
        co_return error_response(
            {"hold_not_found", "a hold is named by the number of its run", Value{}});
    const auto number = static_cast<RunNumber>(*run);
    const auto found = co_await summon_unfinished(engine, id);
    if (!found) {
        const Error error = found.error();
        co_return error_response(
            error.code == "execution_ended" ? co_await not_open(engine, id, number) : error);
    }
    const auto execution = *found;
    auto done = apply(engine.scheduler(), *execution, number, *body);
    if (const auto written = co_await engine.committed(execution); !written)
        co_return error_response(written.error());
    if (done) co_return Response::json(200, std::move(*done));
    const Error error = done.error();
    co_return error_response(error.code == "hold_not_found" ? co_await not_open(engine, id, number)
                                                            : error);
}

}  // namespace

void mount_holds(Router& router, Engine& engine) {
    const auto with = handlers_of(engine);
    router.add({Method::get, "/api/v1/holds", with(list_holds), "list_holds", Access::viewer})
        .value();
    router
        .add({Method::get, "/api/v1/executions/{id}/holds", with(list_holds_of),
              "list_holds_of_execution", Access::viewer})
        .value();
    router
        .add({Method::post,
              "/api/v1/executions/{id}/holds/{run}/decision",
              with(decide),
              "decide_hold",
              Access::executor,
              {"application/json"}})
        .value();
}

}  // namespace sluice::http
