#pragma once

#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/async/scope.hpp"
#include "engine/async/timer_queue.hpp"
#include "engine/model/identifier.hpp"
#include "engine/model/limits.hpp"
#include "engine/run/admission.hpp"
#include "engine/run/approval.hpp"
#include "engine/run/committer.hpp"
#include "engine/run/composite.hpp"
#include "engine/run/debounce.hpp"
#include "engine/run/entries.hpp"
#include "engine/run/event_feed.hpp"
#include "engine/run/journal.hpp"
#include "engine/run/live_execution.hpp"
#include "engine/run/program.hpp"
#include "engine/run/rate_limit.hpp"
#include "engine/run/records.hpp"
#include "engine/run/reuse.hpp"
#include "engine/run/signals.hpp"
#include "engine/run/suspects.hpp"

namespace sluice {

/// What the scheduler needs of the outside; all of it outlives the scheduler.
struct SchedulerServices {
    Clock* clock = nullptr;
    Random* random = nullptr;
    timer_queue* timers = nullptr;
    Journal* journal = nullptr;
    HttpClient* http = nullptr;          ///< may be null: `http.request` then fails
    Records* records = nullptr;          ///< where large values and entries are loaded from
    ScriptRunner* scripts = nullptr;     ///< may be null: code nodes then fail
    const Secrets* secrets = nullptr;    ///< may be null: there are none
    ProcessRunner* processes = nullptr;  ///< may be null: `shell.exec` then fails
};

/// What is to be started.
struct Start {
    std::shared_ptr<const Program> program;
    Value input;
    std::string input_json;  ///< the input as it came; written from `input` when empty
    std::shared_ptr<Artifact> input_artifact =
        nullptr;                 ///< in the place of `input`, with its value in memory
    std::string trigger_json;    ///< {"type": "manual", ...}: the root `trigger` of expressions
    Reuse reuse;                 ///< of the execution that this one retries; empty: nothing
    bool input_checked = false;  ///< against the flow's schema, before it was redacted
    std::string key;             ///< idempotency key, kept with the start; see `Engine::start_once`
    /// At `Limits::live_executions` it is accepted and queued on disk; otherwise it is refused, for
    /// somebody waits for its end.
    bool may_queue = false;
};

/// Runs executions: folds events into their states, starts every node that is ready, and has it all
/// committed in the order that design.md §8 promises. Loop thread only.
class Scheduler {
  public:
    Scheduler(Executor executor, SchedulerServices services, Limits limits, Value environment);
    ~Scheduler();
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;

    /// Begins an execution. What its input, trigger and key hold of the secrets that the flow reads
    /// is redacted, once the input was checked against the flow's schema. It counts as accepted
    /// only when its start is on disk: see `when_accepted`. Errors: `invalid_input`, `overloaded`
    /// (too many live executions, or a full store queue: details.retry_after_ms), `store_full` (the
    /// newest commit failed so, and is being tried again), `shutting_down`.
    result<std::shared_ptr<LiveExecution>> start(Start start);

    /// Calls back once the start is on disk, at once when it is already. Never inside this call
    /// otherwise.
    void when_accepted(LiveExecution& execution, LiveExecution::Accepted then);

    /// Calls back once the execution has ended and its end is on disk. The number names the wait
    /// for `forget`.
    std::uint64_t when_ended(LiveExecution& execution, LiveExecution::Ended then);
    /// Drops a wait; nothing happens when it was over.
    void forget(LiveExecution& execution, std::uint64_t wait);

    /// Ends an execution as cancelled: its running nodes are cancelled at their next await, HTTP
    /// requests at once. False when it has ended, or is ending, already.
    bool cancel(LiveExecution& execution, std::string reason);
    /// Ends an execution as cancelled in this call: nothing that runs is waited for. False when it
    /// has ended.
    bool kill(LiveExecution& execution, std::string reason);
    /// Lets no further node begin; what runs goes on to its end, and holds may resolve. Errors:
    /// `execution_ended`, `execution_paused`.
    result<void> pause(LiveExecution& execution, std::string reason);
    /// Errors: `execution_ended`, `execution_not_paused`.
    result<void> resume(LiveExecution& execution, std::string reason);

    /// One decision on an approval; the outcome is empty while others are needed. Errors:
    /// `hold_not_found`, `not_an_approver`, `already_decided`, `invalid_form`.
    result<DecisionEffect> decide(LiveExecution& execution, RunNumber run,
                                  const Decision& decision);
    /// Resolves a wait for a signal. False when no such hold is open.
    bool deliver(LiveExecution& execution, RunNumber run, const KeptSignal& signal);
    /// What is to become of an effect whose outcome a crash left unknown (`retry` or `fail`).
    /// Error: `hold_not_found`.
    result<void> resolve_interrupt(LiveExecution& execution, RunNumber run, OnInterrupt how);

    /// Of the secrets that a flow reads.
    [[nodiscard]] Redaction redaction_of(const Program& program) const;

    /// The wall clock was set: see `Engine::clock_jumped`.
    void clock_jumped();

    /// nullptr when it is not in memory.
    [[nodiscard]] std::shared_ptr<LiveExecution> find(const Uuid& id) const;

    /// Takes an unfinished execution back from its journal and goes on where it stood; effects that
    /// were in flight follow their node's `on_interrupt`. nullptr when it has ended. Throws
    /// `ErrorException` `journal_corrupt`.
    /// `input` is needed when it is an artifact and the key of the flow's concurrency limit reads
    /// it.
    std::shared_ptr<LiveExecution> restore(const StoredExecution& stored,
                                           std::shared_ptr<const Program> program,
                                           std::shared_ptr<const Value> input = nullptr);
    /// Returns once everything that was recovered, but suspects, has come further, has ended or is
    /// parked. Throws `operation_aborted` when it is cancelled.
    task<void> recovered_have_come_on();
    /// Lets the next suspect go on, once it is on disk that it does so alone; the one before has
    /// had its turn. nullptr when none waits.
    std::shared_ptr<LiveExecution> recover_next_suspect();
    /// The turn of a suspect is over in peace: its recoveries alone are forgiven.
    void outlived(LiveExecution& suspect);
    /// Those that wait until they may go on alone.
    [[nodiscard]] const Suspects& suspects() const { return suspects_; }
    /// Is asked to bring an execution into memory whose turn has come, and to cancel one that has
    /// left it.
    void on_wanted(std::function<void(const Uuid&)> wake,
                   std::function<void(const Uuid&, std::string)> cancel) {
        wake_ = std::move(wake);
        cancel_elsewhere_ = std::move(cancel);
    }
    /// After a restart: what the index of holds says of places under concurrency limits and of
    /// those that are queued, then `admit_waiting` once. `program` is the flow's, if it compiles.
    void remember_place(const HoldRecord& hold, const Program* program);
    void admit_waiting();
    /// An execution that `on_wanted` was asked for cannot be brought into memory.
    void cannot_come(const Uuid& id);
    /// What a queued execution waits behind; nullopt when it waits for no other.
    [[nodiscard]] std::optional<Admission::Wait> wait_of(const Uuid& id) const;
    /// Executions that are accepted and wait for their turn.
    [[nodiscard]] std::size_t queued() const { return admission_.waiting() + backlog_.size(); }
    /// Returns once there is room among the live executions. Throws `operation_aborted` when it is
    /// cancelled.
    task<void> room();
    /// Is told each hold with a due time of an execution that leaves memory.
    void on_passivated(std::function<void(const DueHold&)> then) { passivated_ = std::move(then); }
    [[nodiscard]] Signals& signals() { return signals_; }
    /// New ids come after this number.
    void start_ids_after(std::int64_t number) {
        ids_.start_after(number);
        last_number_before_ = number;
    }
    /// Executions up to this number are of earlier processes.
    [[nodiscard]] std::int64_t last_number_before() const { return last_number_before_; }

    [[nodiscard]] Entries& entries() { return entries_; }
    /// Changes an entry on behalf of nobody's execution; it is on its way to the disk after this.
    void change_entry(const Entries::SlotPointer& slot, EntryChange change);

    /// What happens, once it is on disk.
    [[nodiscard]] EventFeed& events() { return events_; }
    /// Told of every execution whose end is on disk (or needs none), before its waiters are.
    void observe_ends(std::function<void(const LiveExecution&)> ended) {
        on_ended_ = std::move(ended);
    }
    /// Told of every group that could not be written, once an execution.
    void observe_failures(std::function<void(const Error&)> failed) {
        on_failure_ = std::move(failed);
    }

    /// Refuses new work, lets running nodes go on until `deadline`, then cancels them without a
    /// trace in the journal (they will be recovered), and waits for the last commit.
    task<void> stop(SteadyTime deadline);

    struct Counters {
        std::uint64_t started = 0;
        std::uint64_t ended[8] = {};  ///< by ExecutionStatus
        std::uint64_t node_runs = 0;
        std::uint64_t node_failures = 0;
        std::uint64_t refused = 0;
        std::uint64_t passivated = 0;
        std::uint64_t restored = 0;
    };
    [[nodiscard]] const Counters& counters() const { return counters_; }
    [[nodiscard]] std::size_t live() const { return live_.size(); }
    [[nodiscard]] const Committer& committer() const { return committer_; }
    [[nodiscard]] const Limits& limits() const { return limits_; }
    [[nodiscard]] const Clock& clock() const { return *services_.clock; }

  private:
    class RunLog;
    class RunCalls;

    // scheduler.cpp: the life of an execution
    result<std::shared_ptr<LiveExecution>> accept(Start start, const Redaction& redaction);
    void record(LiveExecution& execution, Event event);
    void append(LiveExecution& execution, Event event);
    void take_over(LiveExecution& execution, Reuse reuse);
    void advance(LiveExecution& execution);
    [[nodiscard]] bool has_place(const LiveExecution& execution, NodeIndex node) const;
    void post_advance(LiveExecution& execution);
    void settle(LiveExecution& execution);
    void succeed(LiveExecution& execution);
    void end(LiveExecution& execution, ExecutionStatus status, Value data,
             std::shared_ptr<Artifact> artifact = nullptr);
    static void tell_compensations(const LiveExecution& execution, Value& error);
    [[nodiscard]] std::size_t artifacts_over(const Program& program) const;
    void commit(LiveExecution& execution);
    void committed(LiveExecution& execution, const std::optional<Error>& error,
                   const Append& append);
    void tell_waiters(LiveExecution& execution);
    void refuse(LiveExecution& execution, const Error& error);
    void remove(LiveExecution& execution);
    [[nodiscard]] bool is_overdue(const LiveExecution& execution) const;
    void arm_timeout(LiveExecution& execution);

    // limits.cpp: limits that refuse a start
    struct LimitKey {
        std::string text;
    };
    [[nodiscard]] std::optional<Error> refuse_by_limits(LiveExecution& execution);
    [[nodiscard]] result<LimitKey> key_of(const LiveExecution& execution,
                                          const expression::Template* key,
                                          std::string_view settings) const;

    // queueing.cpp: starts that are accepted and run later
    [[nodiscard]] static Admission::Group place_of(const LiveExecution& execution);
    void take_turn(LiveExecution& execution);
    [[nodiscard]] bool take_place(LiveExecution& execution);
    void leave_place(const LiveExecution& execution);
    void hold_back(LiveExecution& execution);
    void quiet_time_is_over(LiveExecution& execution);
    void take_back(const Uuid& held_back, const Debounce::Group& group);
    void queue(LiveExecution& execution, QueueCause cause, const std::string& key,
               std::string reason, WallTime due);
    [[nodiscard]] bool has_turn(const LiveExecution& execution) const;
    void admit(const std::vector<Uuid>& turns);
    void admit(LiveExecution& execution);
    void cancel_wherever(const Uuid& id, const std::string& reason);
    /// Executions that need room: in memory and not queued, or on their way into memory.
    [[nodiscard]] std::size_t occupied() const {
        return live_.size() - queued_in_memory_ + coming_.size();
    }
    void room_is_free();

    // steering.cpp: what people do to an execution, and how the scheduler stops
    void request_end(LiveExecution& execution, ExecutionStatus status, std::string reason);
    void stop_runs(LiveExecution& execution);
    void stop_run(LiveExecution& execution, const Activation& activation);
    void cancel_timer(LiveExecution& execution, HoldNumber number);
    void bound_cleanup(LiveExecution& execution);
    void cancel_children(LiveExecution& execution);

    // recovery.cpp
    void go_on(LiveExecution& execution);
    void end_crash_loop(LiveExecution& execution);
    void recovered(LiveExecution& execution, std::string_view how);
    void note_progress(LiveExecution& execution);
    void park_again(LiveExecution& execution, const Activation& activation);
    void hold_back_until(LiveExecution& execution, LiveExecution::Comeback comeback);
    void take_up(LiveExecution& execution);
    void go_on_interrupted(LiveExecution& execution);
    void interrupted(LiveExecution& execution, const Activation& activation);
    void interrupted(LiveExecution& execution, const Activation& activation, OnInterrupt how);

    // artifact_load.cpp: large values leave memory and come back
    [[nodiscard]] static bool awaits_values(const LiveExecution& execution, RunNumber run);
    [[nodiscard]] bool has_values(LiveExecution& execution, const Activation& activation) {
        return !execution.state.has_artifacts() || load_values(execution, activation);
    }
    bool load_values(LiveExecution& execution, const Activation& activation);
    bool load_read_values(LiveExecution& execution, const expression::Template& source,
                          FrameNumber frame);
    void load(LiveExecution& execution, std::shared_ptr<Artifact> artifact);
    task<void> fetch(std::shared_ptr<LiveExecution> execution, std::shared_ptr<Artifact> artifact);
    void values_came(LiveExecution& execution, const Artifact& artifact,
                     const std::optional<Error>& failure);
    [[nodiscard]] bool waits_for_disk(const LiveExecution& execution) const;
    static void release_values(LiveExecution& execution);

    // passivation.cpp: executions that only wait leave memory
    [[nodiscard]] bool only_waits(const LiveExecution& execution) const;
    void rest(LiveExecution& execution);
    void rest_is_over();
    void arm_rest_timer(SteadyTime at);
    [[nodiscard]] bool goes_on_soon(const LiveExecution& execution) const;
    [[nodiscard]] static bool is_wanted(const std::shared_ptr<LiveExecution>& execution);
    void passivate(LiveExecution& execution);

    // composite_run.cpp: composite nodes
    void enter_composite(LiveExecution& execution, const Activation& activation, Value parameters);
    [[nodiscard]] bool step_composite(LiveExecution& execution, RunNumber run);
    void make_move(LiveExecution& execution, const CompositeRun& composite, CompositeMove move);
    void open_frame(LiveExecution& execution, RunNumber run);
    [[nodiscard]] CompositeMove move_of(LiveExecution& execution, const CompositeRun& composite);
    [[nodiscard]] CompositeMove ask_condition(LiveExecution& execution,
                                              const CompositeRun& composite);
    [[nodiscard]] bool end_drained_frames(LiveExecution& execution, RunNumber run);
    [[nodiscard]] bool results_are_here(LiveExecution& execution, const CompositeRun& composite);
    void stop_frames(LiveExecution& execution, const CompositeRun& composite, bool only_failing);
    void composite_is_overdue(LiveExecution& execution, const Activation& activation);
    void tell_composites(LiveExecution& execution, const Artifact& artifact,
                         const std::optional<Error>& failure);

    // hold_run.cpp: holds of nodes
    void run_hold(LiveExecution& execution, const Activation& activation, const Value& parameters);
    void note_hold(LiveExecution& execution, const Event& event);
    void park(LiveExecution& execution, HoldNumber run, WallTime due);
    void due(LiveExecution& execution, HoldNumber number);
    void await_signal(LiveExecution& execution, RunNumber run);
    void resolve(LiveExecution& execution, const Activation& activation, std::string outcome,
                 Value output);
    [[nodiscard]] const OpenHold* open_hold(const LiveExecution& execution, RunNumber run,
                                            HoldKind kind) const;

    // node_run.cpp: one run of one node
    void run_node(LiveExecution& execution, Activation activation);
    void run_pure(LiveExecution& execution, const Activation& activation, Value parameters);
    void run_effect(LiveExecution& execution, const Activation& activation, Value parameters);
    /// What the code of an attempt asks for, as the journal knows it (node_calls.cpp).
    [[nodiscard]] std::shared_ptr<NodeCalls> calls_of(
        const std::shared_ptr<LiveExecution>& execution, const Activation& activation);
    void start_pending_effects(LiveExecution& execution);
    void spawn_effect(LiveExecution& execution, RunNumber run, Value parameters);
    void spawn_child(LiveExecution& execution, RunNumber run, task<void> work);
    task<void> perform(std::shared_ptr<LiveExecution> execution, Activation activation,
                       Value parameters);
    /// True when the node has succeeded: what it puts out keeps to the limits.
    bool finished(LiveExecution& execution, const Activation& activation, NodeOutcome outcome);
    void fail(LiveExecution& execution, const Activation& activation, const NodeError& error);
    void start_due_retries(LiveExecution& execution);
    void write_log(LiveExecution& execution, const Activation& activation, LogLevel level,
                   std::string message, Value fields);

    // entry_run.cpp: nodes that read and change entries
    void run_entry(LiveExecution& execution, const Activation& activation, Value parameters);
    task<void> reach_entry(std::shared_ptr<LiveExecution> execution, Activation activation,
                           Value parameters, EntryKey key);
    task<Entries::SlotPointer> entry_at_hand(std::shared_ptr<LiveExecution> execution,
                                             EntryKey key);
    void decide_entry(LiveExecution& execution, const Activation& activation, Value parameters,
                      const Entries::SlotPointer& slot);
    void group_ended(const std::optional<Error>& error, bool executions);

    [[nodiscard]] WallTime now() const { return services_.clock->wall(); }

    Executor executor_;
    SchedulerServices services_;
    Limits limits_;
    Value environment_;
    UuidGenerator ids_;
    std::unordered_map<Uuid, std::shared_ptr<LiveExecution>> live_;
    scope children_;
    Entries entries_;
    Committer committer_;
    std::int64_t last_number_before_ = std::numeric_limits<std::int64_t>::max();
    Admission admission_;
    Debounce debounce_;
    std::vector<Uuid> replaced_;        // held back until a restart, and not to run
    TurnQueue backlog_;                 // for room among the live executions
    std::unordered_set<Uuid> coming_;   // of `backlog_`, those on their way into memory
    std::size_t queued_in_memory_ = 0;  // of `live_`
    wait_list room_;                    // woken when there is room
    std::unordered_map<std::int64_t, RateLimit> rates_;  // by flow
    std::function<void(const Uuid&)> wake_;
    std::function<void(const Uuid&, std::string)> cancel_elsewhere_;
    Signals signals_;
    std::function<void(const DueHold&)> passivated_;
    struct Resting {
        SteadyTime until;
        std::weak_ptr<LiveExecution> execution;
        std::uint64_t sequence = 0;  ///< it has stood still while this is its newest event
    };
    std::deque<Resting> resting_;  // in the order of `until`
    Suspects suspects_;
    std::size_t under_way_again_ = 0;  // recovered ones that have not come on
    wait_list come_on_;                // woken when that is 0
    bool resting_over_ = false;        // `rest_is_over` is looking at them
    std::optional<timer_queue::Handle> rest_timer_;
    EventFeed events_;
    std::function<void(const LiveExecution&)> on_ended_;
    std::function<void(const Error&)> on_failure_;
    Counters counters_;
    std::uint64_t next_wait_ = 1;
    bool stopping_ = false;    // refuses new work
    bool abandoning_ = false;  // cancels without recording
    wait_list progress_;       // woken when something ended: `stop` re-checks
};

}  // namespace sluice
