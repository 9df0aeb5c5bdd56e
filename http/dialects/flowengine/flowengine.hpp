#pragma once

#include <functional>
#include <string>

#include "engine/engine.hpp"
#include "http/server/counters.hpp"
#include "http/server/router.hpp"

/// Flow Engine, the smallest of the five APIs that Sluice speaks (docs/dialects.md, rows S2-01 to
/// S2-56). README.md of this folder tells how it is laid out, and how to add the next one.
namespace sluice::http::flowengine {

/// Teaches an engine the definitions and node types of this API. Before `Engine::load`.
void add_to(Engine& engine);

struct MountOptions {
    std::string prefix;  ///< `/flowengine`; empty: the root of a listener of its own
    /// Pages of any origin may call (row S2-49). Where it is not asked for they may not: nothing
    /// here asks who calls.
    bool cross_origin = false;
};

/// Adds the routes. `engine` outlives the router; `counters` tells the server's own figures for
/// /metrics.
void mount(Router& router, Engine& engine, MountOptions options,
           std::function<Counters()> counters);

}  // namespace sluice::http::flowengine
