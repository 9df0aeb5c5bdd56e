#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/async/callback.hpp"
#include "engine/async/scope.hpp"
#include "engine/async/timer_queue.hpp"
#include "engine/async/wait_list.hpp"
#include "engine/run/call_record.hpp"
#include "engine/run/event_codec.hpp"
#include "engine/run/execution_state.hpp"
#include "engine/run/hold_changes.hpp"
#include "engine/run/journal_chain.hpp"
#include "engine/run/program.hpp"
#include "engine/secrets/redaction.hpp"

namespace sluice {

/// An execution in memory: its state, the events that are not yet handed to the journal, and who
/// waits for it. Owned by the scheduler; everything else reads.
struct LiveExecution : std::enable_shared_from_this<LiveExecution> {
    /// Called once the execution has ended and its end is on disk, or with why that could not be.
    using Ended = callback<const LiveExecution&, const std::optional<Error>&>;
    /// Called once the execution's start is on disk, or with why that could not be.
    using Accepted = callback<const LiveExecution&, const std::optional<Error>&>;

    /// An effect that waits for what it depends on to be on disk.
    struct PendingEffect {
        RunNumber run = 0;
        std::uint64_t after_sequence = 0;
        Value parameters;
    };
    /// An effect as a coroutine.
    struct Child {
        RunNumber run = 0;
        std::optional<scope::Handle> handle =
            std::nullopt;    ///< none while it begins within its own spawning
        bool begun = false;  ///< its code has been entered
        bool cancelled = false;
    };
    struct Timer {
        HoldNumber run = 0;
        timer_queue::Handle handle;
    };

    LiveExecution(Uuid id, std::shared_ptr<const Program> program, WallTime created);

    Uuid id;
    std::shared_ptr<const Program> program;
    WallTime created;
    ExecutionState state;
    Redaction redaction;  ///< of the secrets that its flow reads; empty when it reads none

    ChunkWriter tail;
    HoldChanges holds;                        ///< of the events in `tail`
    std::vector<std::int64_t> signals_taken;  ///< the same
    std::string start_key;                    ///< idempotency key of the start
    WallTime start_key_until;
    std::uint64_t last_sequence = 0;  ///< of the newest event
    std::uint64_t handed_over = 0;    ///< newest event given to the journal
    std::uint64_t committed = 0;      ///< newest event on disk
    /// The newest event that came of an entry: it is on disk only together with what it saw.
    std::uint64_t entries_seen = 0;
    std::optional<JournalChain> chain;  ///< of what is on disk; none until the store told it
    bool begun_in_journal = false;
    bool dirty = false;  ///< stands in the committer's list
    bool advance_posted = false;
    /// Whether nodes may begin, after a restart.
    enum class Comeback : std::uint8_t {
        over,      ///< they may
        recorded,  ///< when `recovered_at` is on disk
        suspect,   ///< when it is its turn to go on alone
    };
    Comeback comeback = Comeback::over;
    std::uint64_t recovered_at = 0;  ///< the event that is to be on disk
    bool under_way_again = false;    ///< the scheduler counts it until it `has_come_on`
    /// Since its recovery: it matters no longer whether the process ends.
    [[nodiscard]] bool has_come_on() const;
    bool removed = false;  ///< no longer the scheduler's
    bool resting = false;  ///< stands in the scheduler's queue of those that may leave memory
    std::optional<WallTime> ended;
    std::optional<Error> gone;  ///< why nobody will hear of its acceptance or end from this process
    std::uint32_t log_lines = 0;
    std::string place_key;     ///< of `settings.concurrency`, while it has such settings
    std::string debounce_key;  ///< of `settings.debounce`, when it starts

    /// Of effects that were interrupted: what their calls were answered before.
    std::vector<CallRecord> answered_calls;
    std::vector<PendingEffect> pending_effects;
    std::vector<Child> children;
    /// nullptr when no such effect runs.
    [[nodiscard]] Child* child(RunNumber run);
    std::vector<Timer> timers;
    std::vector<RunNumber>
        due_retries;  ///< their delay is over; they wait for a place among the effects
    std::optional<timer_queue::Handle> timeout;
    std::vector<Activation> awaiting_values;         ///< of large values that are being loaded
    std::vector<std::shared_ptr<Artifact>> loading;  ///< these
    std::size_t artifact_bytes_in_flight = 0;        ///< on their way to the disk
    bool held_back = false;  ///< a ready node waits until large values are on disk

    wait_list progress;  ///< woken by each commit, and when it leaves memory
    std::vector<Accepted> on_accepted;
    std::vector<std::pair<std::uint64_t, Ended>> on_ended;

    /// What the roots `trigger` and `execution` of expressions are; made when first read.
    mutable std::optional<Value> trigger_value;
    mutable std::optional<Value> execution_value;
};

}  // namespace sluice
