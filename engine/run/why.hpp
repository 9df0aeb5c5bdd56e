#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/async/clock.hpp"
#include "engine/model/identifier.hpp"
#include "engine/model/value.hpp"
#include "engine/run/admission.hpp"
#include "engine/run/execution_state.hpp"
#include "engine/run/program.hpp"
#include "engine/run/suspects.hpp"
#include "engine/run/timeline.hpp"

namespace sluice {

/// A call of the native API that would make a wait end, and what it does.
struct Remedy {
    std::string method = "POST";
    std::string path;
    Value body;        ///< null: none
    std::string does;  ///< one half sentence: "approves"
};

/// One thing that an execution waits for.
struct Reason {
    /// `running`, `ready`, `ending`, `ended`, `suspect`, or the word of a HoldKind.
    std::string what;
    std::string message;  ///< one sentence for people
    /// What makes it end: `time`, `people`, `signal`, `service`, `operator`, `executions`; empty
    /// for an execution that has ended.
    std::string resolved_by;
    std::optional<NodeIndex> node = std::nullopt;  ///< none: the execution as a whole
    std::optional<RunNumber> run = std::nullopt;
    std::optional<std::uint32_t> attempt = std::nullopt;
    std::optional<WallTime> since = std::nullopt;
    std::optional<WallTime> until = std::nullopt;  ///< it ends by itself then at the latest
    Object details = {};  ///< approval: {message, quorum, missing, approvers, decisions}; signal:
                          ///< {signal, key}; retry: {error, attempts}; slot: {limit, cause,
                          ///< held_by, ahead}; pause and ending: {reason}; ended: {error};
                          ///< suspect: {recoveries, recoveries_alone, ahead, now}
    std::vector<Remedy> remedies = {};
};

/// Why an execution has not come further, the outermost cause first: a pause stands before the
/// retry that it holds up.
struct Explanation {
    Uuid execution;
    ExecutionStatus status = ExecutionStatus::running;
    std::string summary;  ///< the first reason's sentence, and how many more there are
    std::optional<WallTime> deadline = std::nullopt;  ///< it is timed out then
    std::vector<Reason> reasons;                      ///< at most `most_reasons`; never empty
    std::size_t more = 0;                             ///< further ones
};

inline constexpr std::size_t most_reasons = 100;

/// What is known of an execution besides its state.
struct Circumstances {
    Uuid id;
    WallTime created;
    std::optional<WallTime> ended = std::nullopt;
    std::optional<Admission::Wait> wait = std::nullopt;  ///< of a queued one: who is before it
    std::optional<Suspects::Wait> suspect =
        std::nullopt;  ///< the same of one that is to go on alone
};

/// Explains what an execution waits for. Pure: no clock, no store. `runs` tells since when and what
/// went wrong before; where it lacks a run (durability `none`), those members are absent.
[[nodiscard]] Explanation explain(const Program& program, const ExecutionState& state,
                                  const std::vector<NodeRun>& runs,
                                  const Circumstances& circumstances);

/// As the API and `sluice why --json` show it (docs/api.md).
[[nodiscard]] Value to_value(const Explanation& explanation, const Program& program);

}  // namespace sluice
