#include <array>
#include <utility>

#include "http/api/api.hpp"
#include "http/api/handler.hpp"
#include "http/api/prometheus.hpp"

namespace sluice::http {
namespace {

/// Ready means: the store answers, and takes what is written.
task<Response> readiness(Engine& engine, Request /*request*/) {
    if (const auto failure = engine.scheduler().committer().recent_failure())
        co_return error_response(*failure);
    co_await engine.records().last_execution_number();
    co_return Response::json(200, Object{{"status", "ready"}});
}

}  // namespace

Response metrics(Engine& engine, const Counters& server) {
    const auto& scheduler = engine.scheduler();
    const auto& counters = scheduler.counters();
    Prometheus page;
    page.counter("sluice_executions_started_total", "Executions started.", counters.started);
    for (std::size_t at = 0; at < execution_status_words.size(); ++at)
        if (is_finished(static_cast<ExecutionStatus>(at)))
            page.counter("sluice_executions_ended_total", "Executions ended, by status.",
                         counters.ended[at], {{"status", execution_status_words[at]}});
    page.counter("sluice_starts_refused_total", "Starts refused because of a limit or the store.",
                 counters.refused);
    page.counter("sluice_node_runs_total", "Node runs begun.", counters.node_runs);
    page.counter("sluice_node_failures_total", "Attempts of nodes that failed.",
                 counters.node_failures);
    page.gauge("sluice_executions_live", "Executions in memory.", scheduler.live());
    page.gauge("sluice_store_waiting_rows", "Executions whose events wait for a commit.",
               scheduler.committer().waiting_rows());
    page.counter("sluice_store_commits_total", "Groups committed.", scheduler.committer().groups());
    page.gauge("sluice_timers", "Timers armed.", engine.timers().size());
    page.gauge("sluice_flows", "Flows that can be started.", engine.flows().all().size());
    add_server_metrics(page, server);
    return page.response();
}

void mount_health(Router& router, Engine& engine, std::function<Counters()> counters) {
    router
        .add({Method::get, "/healthz",
              [](Request&, Responder responder) {
                  responder.send(Response::json(200, Object{{"status", "ok"}}));
              },
              "get_health", Access::open})
        .value();
    router
        .add(
            {Method::get, "/readyz", handlers_of(engine)(readiness), "get_readiness", Access::open})
        .value();
    router
        .add({Method::get, "/metrics",
              [&engine, counters = std::move(counters)](Request&, Responder responder) {
                  responder.send(metrics(engine, counters ? counters() : Counters{}));
              },
              "get_metrics", Access::viewer})
        .value();
}

}  // namespace sluice::http
