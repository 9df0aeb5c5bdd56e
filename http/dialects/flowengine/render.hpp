#pragma once

#include <string>
#include <string_view>

#include "engine/engine.hpp"
#include "engine/flow_catalogue.hpp"
#include "http/server/request.hpp"
#include "http/server/response.hpp"

namespace sluice::http::flowengine {

/// The engine's things as this API shows them.

/// {"error": text}; the only form of an error here.
[[nodiscard]] Response error_body(unsigned status, std::string_view message);
/// A refusal of the engine: its status by the table of the native API, but 400 for what is wrong
/// with a definition or an input; Retry-After where there is one.
[[nodiscard]] Response refusal(const Error& error);
[[nodiscard]] Error workflow_not_found(std::string_view id);
/// The flow that `{id}` of a path names. Error `flow_not_found`.
[[nodiscard]] result<std::shared_ptr<const Flow>> find_workflow(Engine& engine,
                                                                const Request& request);

/// RFC 3339 in UTC; milliseconds only when they are not zero.
[[nodiscard]] std::string timestamp(WallTime time);

/// {id, name, description, nodes, connections}, the last two as counts.
[[nodiscard]] Value workflow_summary(const Flow& flow);
/// A definition as it came: `source` is what the client sent. What it left out is added: `id`,
/// `connections`, `triggers` and `settings`; when nothing was left out it is the client's text to
/// the byte.
[[nodiscard]] std::string workflow_definition(const Flow& flow, std::string source);
/// A flow of another language, as far as it can be said in this one.
[[nodiscard]] Value translated_definition(const Flow& flow);

/// How many nodes of it have been run.
[[nodiscard]] std::size_t completed_nodes(const ExecutionState& state, const Program& program);
/// {execution_id, completed_nodes, total_nodes} of one that succeeded, else {error}.
[[nodiscard]] Response execution_answer(const LiveExecution& execution);
/// Why it did not succeed, as one sentence.
[[nodiscard]] std::string failure_text(const ExecutionState& state);

/// What a node put out as a map of ports to typed values.
[[nodiscard]] Value outputs(const Value& output);

}  // namespace sluice::http::flowengine
