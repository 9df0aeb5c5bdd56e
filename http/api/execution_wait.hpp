#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "engine/engine.hpp"
#include "http/server/responder.hpp"

namespace sluice::http {

/// What is answered to a caller whose execution has ended, or could not be written.
using EndAnswer = void (*)(Engine&, Responder, const LiveExecution&, const std::optional<Error>&);
/// What is answered to one who has waited long enough.
using LateAnswer = Response (*)(const LiveExecution&);

/// Answers a caller who waits for the end of an execution, without a coroutine, by whatever comes
/// first: its end is on disk, `longest` is over, or the caller has gone away.
void answer_at_end(Engine& engine, const std::shared_ptr<LiveExecution>& execution,
                   Responder responder, std::chrono::milliseconds longest, EndAnswer ended,
                   LateAnswer late);

/// Adds the field that names the execution.
[[nodiscard]] Response named(Response response, const LiveExecution& execution);

/// Answers who was refused for want of room a little later: callers who ask again at once would
/// otherwise take the loop's time from those who were accepted, and make each of them wait longer.
void answer_refused_late(Engine& engine, Responder responder, Response response);

}  // namespace sluice::http
