#pragma once

#include <string>

#include "engine/flow_catalogue.hpp"
#include "engine/run/live_execution.hpp"
#include "engine/run/timeline.hpp"

namespace sluice::http {

/// The native API's resources as JSON: snake_case, RFC 3339 in UTC with milliseconds, `*_ms`
/// durations, plural collections. What is unknown or has not happened is null.

[[nodiscard]] Value render_flow(const Flow& flow);
[[nodiscard]] Value render_revision(const RevisionRecord& revision, bool with_source);
/// As lists show it. `flow` may be null.
[[nodiscard]] Value render_execution(const ExecutionRecord& record, const Flow* flow);
/// With input, trigger, output and error.
[[nodiscard]] Value render_execution(const ExecutionRecord& record, const Flow* flow,
                                     const Program& program, const ExecutionState& state);
/// A large output is a reference, unless `with_output` says that the answer is to carry it.
[[nodiscard]] Value render_execution(const LiveExecution& execution, const Flow* flow,
                                     bool with_output = false);
[[nodiscard]] Value render_node_run(const NodeRun& run, const Program& program);
[[nodiscard]] Value render_hold(const HoldRecord& hold, const Flow* flow);
/// `program` may be null: nodes are then given by their place in the graph.
[[nodiscard]] Value render_event(const Event& event, const Program* program);
[[nodiscard]] Value render_log(const Event& event, const Program* program);

}  // namespace sluice::http
