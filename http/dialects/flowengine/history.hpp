#pragma once

#include "engine/engine.hpp"
#include "http/server/request.hpp"
#include "http/server/response.hpp"

namespace sluice::http::flowengine {

// The planned rows of this API that the engine has already: versions of workflows (S2-54) and the
// history of executions (S2-55). Its document gives them no routes: these are ours, in its style.

/// GET /api/workflows/{id}/versions: newest first, [{version, created_at}].
task<Response> list_versions(Engine& engine, Request request);
/// GET /api/workflows/{id}/executions?limit=: newest first.
task<Response> list_executions(Engine& engine, Request request);
/// GET /api/executions/{id}: {execution_id, workflow_id, status, success, started_at, completed_at,
/// duration_ms, completed_nodes, total_nodes, error}. `success` and the last three times are null
/// while it runs.
task<Response> get_execution(Engine& engine, Request request);

}  // namespace sluice::http::flowengine
