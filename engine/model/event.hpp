#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/async/clock.hpp"
#include "engine/model/artifact.hpp"
#include "engine/model/execution.hpp"
#include "engine/model/graph.hpp"
#include "engine/model/hold.hpp"
#include "engine/model/value.hpp"

namespace sluice {

/// What happened. The numbers are stored: never change them.
enum class EventKind : std::uint8_t {
    execution_started = 1,  ///< `data`: input; `text`: the trigger as JSON text
    node_started = 2,       ///< an effectful attempt begins: `node`, `run`, `attempt`
    node_succeeded = 3,     ///< `node`, `run`, `attempt`, `text`: outcome, `data`: output
    node_retrying = 4,      ///< an attempt failed, another is due: `data`: error, `due`
    node_failed = 5,        ///< the last attempt failed: `data`: error
    node_skipped = 6,       ///< its `when` was false
    node_waiting = 7,       ///< parked on a hold: `hold`, `due` (epoch: none), `text`: name of a
                            ///< signal, `data`: what people need to resolve it
    node_cancelled = 8,     ///< ended by the end of its execution
    log_written = 9,        ///< `level`, `text`: message, `data`: fields or null
    cancel_requested = 10,  ///< `status`: what the execution will end as (cancelled, timed_out, or
                            ///< failed for too many steps); `text`: reason
    execution_ended = 11,   ///< `status`; `data`: output, or the error
    execution_recovered = 12,  ///< the process restarted; unfinished work goes on. `text`: empty,
                               ///< `recovered_alone` or `recovery_outlived`
    hold_decided = 13,         ///< one vote on an approval: `node`, `run`, `text`: by whom, `data`
    execution_paused = 14,     ///< no further node begins; `text`: reason
    execution_resumed = 15,    ///< `text`: reason
    execution_queued = 16,     ///< a limit has no room for it; `text`: which
    execution_admitted = 17,   ///< it has room now
    call_answered = 18,       ///< what code awaited is there: `node`, `run`, `attempt`, `text`: the
                              ///< call's name, `data`: see `CallRecord`
    execution_retrying = 19,  ///< a node failed, and it begins anew: `data`: error
    node_entered = 20,       ///< a composite begins: `node`, `run`, `attempt`, `due` (epoch: none),
                             ///< `data`: its parameters
    iteration_started = 21,  ///< a frame of a composite begins: `node`, `run`: the composite's,
                             ///< `attempt`: number from 0, `block`
    iteration_ended = 22,    ///< the same fields; `data`: its result, which an expression says
    node_closing = 23,       ///< a composite ends before its frames have: `node`, `run`, `data`:
                             ///< error
    execution_returned = 24,    ///< it ends as succeeded before all its paths have: `data`: result
    compensation_started = 26,  ///< what `node` did in `run` is being undone
};

inline constexpr std::uint8_t event_kinds = 27;  ///< one more than the last

/// The word of a kind in the API: `node.succeeded`.
[[nodiscard]] std::string_view to_word(EventKind kind);

enum class LogLevel : std::uint8_t { debug = 0, info = 1, warn = 2, error = 3 };

[[nodiscard]] std::string_view to_word(LogLevel level);
[[nodiscard]] std::optional<LogLevel> log_level(std::string_view word);

/// Counts the activations of nodes within one execution, from 0: names a NodeRun whatever its node.
using RunNumber = std::uint32_t;

/// How a suspect was recovered: beside no other one that goes on after a restart, ...
inline constexpr std::string_view recovered_alone = "alone";
/// ... and the process has outlived `Limits::alone_bound` with it, or was stopped in order.
inline constexpr std::string_view recovery_outlived = "outlived";

/// The attempt of a run whose end was taken over from the execution that this one retries.
inline constexpr std::uint32_t taken_over = 0;

inline constexpr NodeIndex no_node = static_cast<NodeIndex>(-1);

/// One numbered fact about an execution. Which members count depends on the kind.
struct Event {
    EventKind kind = EventKind::log_written;
    LogLevel level = LogLevel::info;
    ExecutionStatus status = ExecutionStatus::running;
    HoldKind hold = HoldKind::timer;
    NodeIndex node = no_node;
    RunNumber run = 0;
    std::uint32_t attempt = 1;
    BlockIndex block = flow_block;  ///< that a frame runs
    std::uint64_t sequence = 0;     ///< from 1, without gaps
    WallTime at;
    WallTime due;
    std::string text;
    Value data;
    /// Stands in the place of `data`, which is null then: of an input, an output or a result.
    std::shared_ptr<Artifact> artifact = nullptr;
};

/// The error of a failed node or execution as a value: {code, message, details}.
[[nodiscard]] Value error_value(std::string_view code, std::string_view message,
                                const Value& details);

}  // namespace sluice
