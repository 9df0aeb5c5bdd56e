#pragma once

#include <functional>
#include <memory>

#include "engine/engine.hpp"
#include "engine/triggers/refusals.hpp"
#include "http/server/counters.hpp"
#include "http/server/router.hpp"

namespace sluice::http {

/// The native API (docs/api.md): `/api/v1`, the webhooks at `/hooks/{key}`, and health at the root.
/// `engine` outlives the router; `counters` tells the server's own figures for /metrics.
void mount_api(Router& router, Engine& engine, std::function<Counters()> counters);

// One file a resource; each adds its lines to the table of routes.
void mount_flows(Router& router, Engine& engine);
void mount_executions(Router& router, Engine& engine, std::shared_ptr<Refusals> refusals);
void mount_steering(Router& router, Engine& engine);
void mount_holds(Router& router, Engine& engine);
void mount_signals(Router& router, Engine& engine);
void mount_entries(Router& router, Engine& engine);
void mount_webhooks(Router& router, Engine& engine, std::shared_ptr<Refusals> refusals);
void mount_artifacts(Router& router, Engine& engine);
void mount_why(Router& router, Engine& engine, std::shared_ptr<const Refusals> refusals);
void mount_expressions(Router& router, Engine& engine);
/// What GET /metrics answers.
[[nodiscard]] Response metrics(Engine& engine, const Counters& server);
void mount_health(Router& router, Engine& engine, std::function<Counters()> counters);

}  // namespace sluice::http
