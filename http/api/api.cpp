#include "http/api/api.hpp"

#include <utility>

namespace sluice::http {

void mount_api(Router& router, Engine& engine, std::function<Counters()> counters) {
    const auto refusals = std::make_shared<Refusals>();
    mount_flows(router, engine);
    mount_executions(router, engine, refusals);
    mount_steering(router, engine);
    mount_holds(router, engine);
    mount_signals(router, engine);
    mount_entries(router, engine);
    mount_webhooks(router, engine, refusals);
    mount_artifacts(router, engine);
    mount_why(router, engine, refusals);
    mount_expressions(router, engine);
    mount_health(router, engine, std::move(counters));
}

}  // namespace sluice::http
