#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "engine/run/timeline.hpp"

namespace sluice::http {

/// An execution as its journal tells it.
struct Stored {
    ExecutionRecord record;
    std::shared_ptr<const Flow> flow;
    std::shared_ptr<const Program> program;  ///< null when its revision no longer compiles
    std::vector<JournalChunk> journal;
};

[[nodiscard]] Error execution_not_found(std::string_view id);

/// Error `execution_not_found`.
task<result<Stored>> load_stored(Engine& engine, std::string id);

/// With input, trigger, output and error; without them when its revision no longer compiles.
[[nodiscard]] Value render_stored(const Stored& stored);

/// The execution in memory, for those who want to do something to it. Errors
/// `execution_not_found`, `execution_ended` (details.status).
task<result<std::shared_ptr<LiveExecution>>> summon_unfinished(Engine& engine, std::string id);

/// The flow that an execution belongs to; may be null.
[[nodiscard]] std::shared_ptr<const Flow> flow_of(Engine& engine, const Program& program);

}  // namespace sluice::http
