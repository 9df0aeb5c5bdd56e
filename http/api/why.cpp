// Why an execution stands where it stands, and why a trigger did not start one.
#include "engine/run/why.hpp"

#include <utility>

#include "engine/model/timestamp.hpp"
#include "http/api/api.hpp"
#include "http/api/find_flow.hpp"
#include "http/api/handler.hpp"
#include "http/api/render.hpp"
#include "http/api/stored_execution.hpp"

namespace sluice::http {
namespace {

Response explained(const Program& program, const ExecutionState& state,
                   const std::vector<NodeRun>& runs, const Circumstances& circumstances) {
    return Response::json(200, to_value(explain(program, state, runs, circumstances), program));
}

/// Told as it is on disk, so that state, times and errors are of one moment; only of executions
/// that write less than every step is what is in memory.
task<Response> explain_execution(Engine& engine, Request request) {
    const std::string id(request.parameter("id"));
    const auto uuid = Uuid::parse(id);
    const auto stored = co_await load_stored(engine, id);
    const auto live = uuid ? engine.scheduler().find(*uuid) : nullptr;
    if (live && !live->state.ended() &&
        (!stored || live->program->settings().durability != Durability::step)) {
        std::vector<NodeRun> runs;
        if (stored && stored->program != nullptr)
            runs = Timeline(*live->program, stored->journal).runs();
        co_return explained(*live->program, live->state, runs,
                            {*uuid,
                             live->created,
                             {},
                             engine.scheduler().wait_of(*uuid),
                             engine.scheduler().suspects().wait_of(*uuid)});
    }
    if (!stored) co_return error_response(stored.error());
    if (stored->program == nullptr)
        co_return error_response(
            {"flow_unusable",
             "it waits for nothing that can be told: its flow's revision no longer compiles; see "
             "/api/v1/executions/" +
                 id + "/events",
             Value{}});
    const Timeline timeline(*stored->program, stored->journal);
    co_return explained(
        *stored->program, timeline.state(), timeline.runs(),
        {*uuid, stored->record.created, stored->record.ended, engine.scheduler().wait_of(*uuid),
         engine.scheduler().suspects().wait_of(*uuid)});
}

Value render_refusals(const Refusals::Record* record) {
    Array refusals;
    if (record != nullptr)
        for (auto refusal = record->newest.rbegin(); refusal != record->newest.rend(); ++refusal)
            refusals.push_back(Object{{"at", to_rfc3339(refusal->at)},
                                      {"trigger", refusal->trigger},
                                      {"code", refusal->code},
                                      {"message", refusal->message}});
    return refusals;
}

std::string summary_of(const Flow& flow, const std::optional<Error>& store,
                       const Refusals::Record* record) {
    if (flow.program == nullptr)
        return "its newest revision does not compile, so nothing starts it" +
               (flow.diagnostics.empty() ? "" : ": " + flow.diagnostics.front().message);
    if (store) return "starts are refused now: " + store->message;
    if (record == nullptr)
        return "it can be started, and no start was refused since this process began";
    const auto& last = record->newest.back();
    return "it can be started; the newest of " + std::to_string(record->total) +
           " refused starts was at " + to_rfc3339(last.at) + ": " + last.code + ": " + last.message;
}

Response explain_flow(Engine& engine, const Refusals& refusals, const Request& request) {
    const auto found = find_flow(engine.flows(), request.parameter("id"));
    if (!found) return error_response(found.error());
    const Flow& flow = **found;
    const auto* const record = refusals.of(flow.record.number);
    const auto store = engine.scheduler().committer().recent_failure();
    const Value rendered = render_flow(flow);
    Array diagnostics;
    for (const auto& diagnostic : flow.diagnostics) diagnostics.push_back(to_value(diagnostic));
    return Response::json(
        200,
        Object{{"flow_id", flow.record.id.to_string()},
               {"flow", flow.record.name},
               {"summary", summary_of(flow, store, record)},
               {"valid", flow.program != nullptr},
               {"diagnostics", std::move(diagnostics)},
               {"webhooks", rendered.at("webhooks")},
               {"store", store ? Value(Object{{"code", store->code}, {"message", store->message}})
                               : Value(nullptr)},
               {"refused", record == nullptr ? 0 : record->total},
               {"refusals", render_refusals(record)}});
}

}  // namespace

void mount_why(Router& router, Engine& engine, std::shared_ptr<const Refusals> refusals) {
    router
        .add({Method::get, "/api/v1/executions/{id}/why", handlers_of(engine)(explain_execution),
              "explain_execution", Access::viewer})
        .value();
    router
        .add({Method::get, "/api/v1/flows/{id}/why",
              [&engine, refusals = std::move(refusals)](Request& request, Responder responder) {
                  responder.send(explain_flow(engine, *refusals, request));
              },
              "explain_flow", Access::viewer})
        .value();
}

}  // namespace sluice::http
