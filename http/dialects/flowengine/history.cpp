#include "http/dialects/flowengine/history.hpp"

#include <utility>

#include "http/api/query.hpp"
#include "http/api/stored_execution.hpp"
#include "http/dialects/flowengine/render.hpp"

namespace sluice::http::flowengine {
namespace {

Value moment(const std::optional<WallTime>& time) {
    return time ? Value(timestamp(*time)) : Value(nullptr);
}

Object summary(const ExecutionRecord& record, const Flow* flow) {
    const bool ended = is_finished(record.status);
    return Object{
        {"execution_id", record.id.to_string()},
        {"workflow_id", flow == nullptr ? Value(nullptr) : Value(flow->record.id.to_string())},
        {"status", to_word(record.status)},
        {"success", ended ? Value(record.status == ExecutionStatus::succeeded) : Value(nullptr)},
        {"started_at", timestamp(record.created)},
        {"completed_at", moment(record.ended)},
        {"duration_ms",
         record.ended ? Value((*record.ended - record.created).count()) : Value(nullptr)}};
}

}  // namespace

task<Response> list_versions(Engine& engine, Request request) {
    const auto flow = find_workflow(engine, request);
    if (!flow) co_return refusal(flow.error());
    const auto limit = limit_of(request);
    if (!limit) co_return refusal(limit.error());
    const auto revisions =
        co_await engine.records().revisions((*flow)->record.number, std::nullopt, *limit);
    Array versions;
    for (const auto& revision : revisions)
        versions.push_back(
            Object{{"version", revision.version}, {"created_at", timestamp(revision.created)}});
    co_return Response::json(200, versions);
}

task<Response> list_executions(Engine& engine, Request request) {
    const auto flow = find_workflow(engine, request);
    if (!flow) co_return refusal(flow.error());
    const auto limit = limit_of(request);
    if (!limit) co_return refusal(limit.error());
    ExecutionFilter filter;
    filter.flow = (*flow)->record.number;
    filter.limit = *limit;
    const auto records = co_await engine.records().executions(filter);
    Array executions;
    for (const auto& record : records) executions.push_back(summary(record, flow->get()));
    co_return Response::json(200, executions);
}

task<Response> get_execution(Engine& engine, Request request) {
    const auto stored = co_await load_stored(engine, std::string(request.parameter("id")));
    if (!stored) co_return refusal(stored.error());
    Object shown = summary(stored->record, stored->flow.get());
    if (stored->program == nullptr) co_return Response::json(200, shown);
    const Timeline timeline(*stored->program, stored->journal);
    shown["completed_nodes"] = completed_nodes(timeline.state(), *stored->program);
    shown["total_nodes"] = stored->program->graph().nodes.size();
    const bool failed =
        is_finished(stored->record.status) && stored->record.status != ExecutionStatus::succeeded;
    shown["error"] = failed ? Value(failure_text(timeline.state())) : Value(nullptr);
    co_return Response::json(200, shown);
}

}  // namespace sluice::http::flowengine
