#include "engine/run/scheduler.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "engine/async/deadline.hpp"
#include "engine/model/json_text.hpp"
#include "engine/run/execution_scope.hpp"
#include "engine/run/run_event.hpp"
#include "engine/run/value_bounds.hpp"
#include "engine/secrets/secrets.hpp"

namespace sluice {
namespace {

/// Of nodes that may not begin yet.
constexpr std::uint32_t ready_before_frames = 16;

void redact_json(const Redaction& redaction, std::string& json) {
    auto value = parse_json(json);
    if (value && redaction.redact(*value)) json = to_json(*value);
}

}  // namespace

Scheduler::Scheduler(Executor executor, SchedulerServices services, Limits limits,
                     Value environment)
    : executor_(executor),
      services_(services),
      limits_(limits),
      environment_(std::move(environment)),
      ids_(*services.clock, *services.random),
      children_(executor),
      entries_(services.records, limits_),
      committer_(
          executor, *services.clock, *services.timers, *services.journal, entries_,
          [this](LiveExecution& execution, const std::optional<Error>& error,
                 const Append& append) { committed(execution, error, append); },
          [this](const std::optional<Error>& error, bool executions) {
              group_ended(error, executions);
          }) {}

Scheduler::~Scheduler() {
    for (const auto& [id, execution] : live_) {
        for (const auto& timer : execution->timers) services_.timers->cancel(timer.handle);
        if (execution->timeout) services_.timers->cancel(*execution->timeout);
        execution->removed = true;
    }
    if (rest_timer_) services_.timers->cancel(*rest_timer_);
}

Redaction Scheduler::redaction_of(const Program& program) const {
    const auto& read = program.secrets_read();
    if (services_.secrets == nullptr || read.none()) return {};
    return read.any ? services_.secrets->redaction() : services_.secrets->redaction(read.names);
}

result<std::shared_ptr<LiveExecution>> Scheduler::start(Start start) {
    const Redaction redaction = redaction_of(*start.program);
    auto started = accept(std::move(start), redaction);
    if (started || !redaction) return started;
    Error refusal = started.error();
    redaction.redact(refusal);
    return refusal;
}

result<std::shared_ptr<LiveExecution>> Scheduler::accept(Start start, const Redaction& redaction) {
    const auto refused = [this](std::string code, std::string message, int retry_after_ms) {
        ++counters_.refused;
        return Error{std::move(code), std::move(message),
                     Object{{"retry_after_ms", retry_after_ms}}};
    };
    if (stopping_)
        return refused("shutting_down", "the server is shutting down; start it elsewhere or later",
                       5'000);
    if (occupied() >= limits_.live_executions &&
        (!start.may_queue || backlog_.size() >= limits_.queued_executions))
        return refused("overloaded",
                       "there are " + std::to_string(live_.size()) +
                           " live executions, as many as allowed; try later",
                       1'000);
    if (committer_.waiting_rows() >= limits_.queue_rows ||
        committer_.waiting_bytes() >= limits_.queue_bytes)
        return refused("overloaded", "the store's queue is full; try later", 1'000);
    if (const auto failure = committer_.failure(); failure && failure->code == "store_full")
        return refused(failure->code, failure->message, 5'000);
    auto large = std::move(start.input_artifact);
    // An input that came as text was measured when it was parsed.
    std::size_t bytes = start.input_json.size();
    if (!large && start.input_json.empty() &&
        check_bounds(start.input, limits_.value_depth, limits_.input_bytes, &bytes) != Bounds::kept)
        return Error{"invalid_input",
                     "the input nests deeper than " + std::to_string(limits_.value_depth) +
                         " levels, or takes more than " + std::to_string(limits_.input_bytes) +
                         " bytes",
                     {}};
    if (!start.input_checked)
        if (auto invalid = start.program->check_input(large ? *large->value : start.input))
            return std::move(*invalid);
    if (redaction) {
        if (redaction.redact(start.input)) {
            start.input_json.clear();
            (void)check_bounds(start.input, limits_.value_depth, limits_.input_bytes, &bytes);
        }
        redact_json(redaction, start.trigger_json);
        redaction.redact(start.key);
    }

    auto execution = std::make_shared<LiveExecution>(ids_.next(), std::move(start.program), now());
    execution->redaction = redaction;
    ++execution->last_sequence;
    const std::size_t most = artifacts_over(*execution->program);
    execution->tail.artifacts_over(most);
    if (!large && bytes <= most && start.input_json.empty()) {
        append_json(start.input_json, start.input);
        bytes = start.input_json.size();
    }
    if (!large && bytes > most) large = Artifact::of(std::move(start.input), bytes);
    if (large)
        execution->tail.add_started(execution->created, start.trigger_json, large);
    else
        execution->tail.add_started(execution->created, start.trigger_json, start.input_json);
    Event started = event_of(EventKind::execution_started, execution->created);
    started.artifact = std::move(large);
    started.sequence = 1;
    started.data = std::move(start.input);
    started.text = std::move(start.trigger_json);
    execution->state.apply(std::move(started));
    if (auto refusal = refuse_by_limits(*execution)) return std::move(*refusal);
    live_.emplace(execution->id, execution);
    ++counters_.started;
    if (execution->program->settings().durability != Durability::none) committer_.add_bytes(bytes);
    take_turn(*execution);
    if (!start.key.empty()) {
        execution->start_key = std::move(start.key);
        execution->start_key_until = execution->created + limits_.start_key_window;
    }
    if (const auto& timeout = execution->program->settings().timeout) {
        HoldRecord deadline;
        deadline.execution = execution->id;
        deadline.run = deadline_hold;
        deadline.kind = HoldKind::deadline;
        deadline.flow = execution->program->identity().flow_number;
        deadline.since = execution->created;
        deadline.due = execution->created + *timeout;
        execution->holds.open(std::move(deadline));
        arm_timeout(*execution);
    }
    if (!start.reuse.empty()) take_over(*execution, std::move(start.reuse));
    advance(*execution);
    return execution;
}

std::size_t Scheduler::artifacts_over(const Program& program) const {
    // What is never written stays in memory as it is.
    return program.settings().durability == Durability::none
               ? std::numeric_limits<std::size_t>::max()
               : limits_.artifact_bytes;
}

/// All in one turn, and so in one commit with the start: nothing that is taken over can be run by a
/// recovery.
void Scheduler::take_over(LiveExecution& execution, Reuse reuse) {
    const auto reusable = [&](const Activation& ready) { return !reuse[ready.node].empty(); };
    while (const Activation* const ready = execution.state.next_ready(reusable)) {
        ReusedEnd end = std::move(reuse[ready->node].front());
        reuse[ready->node].pop_front();
        Event event =
            event_of(end.failed ? EventKind::node_failed : EventKind::node_succeeded, now());
        event.node = ready->node;
        event.run = ready->run;
        event.attempt = taken_over;
        event.text = std::move(end.outcome);
        event.data = std::move(end.data);
        event.artifact = std::move(end.artifact);
        record(execution, std::move(event));
    }
}

/// The one way of what happened into the journal and, from there, to everybody who reads it: here
/// secrets end.
void Scheduler::record(LiveExecution& execution, Event event) {
    if (execution.redaction) {
        execution.redaction.redact(event.text);
        execution.redaction.redact(event.data);
    }
    append(execution, std::move(event));
}

/// Of what is redacted already.
void Scheduler::append(LiveExecution& execution, Event event) {
    event.sequence = ++execution.last_sequence;
    execution.tail.add(event);
    note_hold(execution, event);
    const bool was_queued = execution.state.queued().has_value();
    execution.state.apply(std::move(event));
    if (was_queued) --queued_in_memory_;
    if (execution.state.queued()) ++queued_in_memory_;
    if (execution.under_way_again) note_progress(execution);
}

/// Whether the node may start without running more effects at once than allowed.
bool Scheduler::has_place(const LiveExecution& execution, NodeIndex node) const {
    const auto max_parallel =
        execution.program->settings().max_parallel.value_or(limits_.max_parallel);
    const NodeKind kind = execution.program->node(node).type->kind;
    return (kind != NodeKind::effect && kind != NodeKind::entry) ||
           execution.children.size() + execution.pending_effects.size() < max_parallel;
}

void Scheduler::advance(LiveExecution& execution) {
    if (execution.removed) return;
    const bool standing_still =
        execution.state.standing_still() || execution.comeback != LiveExecution::Comeback::over;
    if (!execution.due_retries.empty() && !standing_still) start_due_retries(execution);
    const auto max_steps = execution.program->settings().max_steps.value_or(limits_.max_steps);
    const auto may_start = [&](const Activation& ready) {
        return has_place(execution, ready.node) && !awaits_values(execution, ready.run) &&
               !execution.state.is_doomed(ready.frame);
    };
    std::vector<RunNumber> opening;  // composites that have frames left to begin
    std::uint32_t budget = limits_.pure_nodes_a_turn;
    while (!execution.state.ended() && (!standing_still || execution.state.ending_as())) {
        while (const auto changed = execution.state.take_changed())
            if (!step_composite(execution, *changed)) opening.push_back(*changed);
        const Activation* const next = execution.state.next_ready(may_start);
        // A frame begins when nothing else does: what runs over many items needs room for few.
        const bool opens = !opening.empty() && execution.state.ready() < ready_before_frames;
        if (next == nullptr && !opens) break;
        if (execution.state.has_artifacts() && waits_for_disk(execution)) {
            execution.held_back = true;  // its commit lets it go on
            break;
        }
        if (budget-- == 0) {  // others want their turn
            post_advance(execution);
            break;
        }
        if (next == nullptr) {
            const RunNumber run = opening.back();
            opening.pop_back();
            open_frame(execution, run);
            continue;
        }
        if (next->run >= max_steps && !execution.state.ending_as()) {
            Event event = event_of(EventKind::cancel_requested, now());
            event.status = ExecutionStatus::failed;
            event.text = "the execution has run " + std::to_string(max_steps) +
                         " nodes, as many as its `settings.max_steps` allow; is there a loop "
                         "without an end?";
            record(execution, std::move(event));
            break;
        }
        run_node(execution, *next);
    }
    for (const RunNumber run : opening) execution.state.mark_changed(run);
    settle(execution);
    commit(execution);
}

void Scheduler::post_advance(LiveExecution& execution) {
    if (execution.advance_posted) return;
    execution.advance_posted = true;
    asio::post(executor_, [this, owner = execution.shared_from_this()] {
        owner->advance_posted = false;
        advance(*owner);
    });
}

void Scheduler::settle(LiveExecution& execution) {
    if (execution.state.ended()) return;
    if (const auto ending = execution.state.ending_as()) {
        stop_runs(execution);
        while (const auto changed = execution.state.take_changed()) {
            if (step_composite(execution, *changed)) continue;
            open_frame(execution, *changed);
            post_advance(execution);
        }
        if (execution.state.ended()) return;
        if (!execution.state.exhausted()) {
            bound_cleanup(execution);
            return;
        }
        if (*ending != ExecutionStatus::succeeded) {
            if (const auto* const undone = execution.state.next_compensation()) {
                Event event = event_of(EventKind::compensation_started, now());
                event.node = undone->node;
                event.run = undone->run;
                record(execution, std::move(event));
                post_advance(execution);
                return;
            }
        }
        if (execution.state.may_begin_anew() && !is_overdue(execution)) {
            Event event = event_of(EventKind::execution_retrying, now());
            event.data = execution.state.error();
            record(execution, std::move(event));
            post_advance(execution);
        } else {
            if (*ending == ExecutionStatus::succeeded)
                end(execution, *ending, execution.state.result(),
                    execution.state.result_artifact());
            else
                end(execution, *ending, execution.state.error());
        }
    } else if (execution.state.exhausted()) {
        succeed(execution);
    }
}

void Scheduler::succeed(LiveExecution& execution) {
    const auto& output = execution.program->output();
    if (!output) {
        const auto last = execution.state.last_end();
        const Value* const value = last ? execution.state.output(*last) : nullptr;
        if (last && execution.state.output_artifact(*last))
            end(execution, ExecutionStatus::succeeded, {}, execution.state.output_artifact(*last));
        else
            end(execution, ExecutionStatus::succeeded, value == nullptr ? Value{} : *value);
        return;
    }
    if (!load_read_values(execution, *output, flow_frame)) return;
    auto value = output->evaluate(ExecutionScope(execution, environment_, services_.secrets, now()),
                                  expression::Budget::from(limits_));
    if (value)
        end(execution, ExecutionStatus::succeeded, std::move(*value));
    else
        end(execution, ExecutionStatus::failed,
            error_value(value.error().code, "output: " + value.error().message,
                        value.error().details));
}

void Scheduler::end(LiveExecution& execution, ExecutionStatus status, Value data,
                    std::shared_ptr<Artifact> artifact) {
    Event event = event_of(EventKind::execution_ended, now());
    event.status = status;
    event.data = std::move(data);
    if (status != ExecutionStatus::succeeded) tell_compensations(execution, event.data);
    event.artifact = std::move(artifact);
    execution.ended = event.at;
    record(execution, std::move(event));
    ++counters_.ended[static_cast<std::size_t>(status)];
    if (execution.timeout) services_.timers->cancel(*execution.timeout);
    execution.timeout.reset();
}

/// What was undone belongs to why it did not succeed.
void Scheduler::tell_compensations(const LiveExecution& execution, Value& error) {
    const auto& compensations = execution.state.compensations();
    if (compensations.empty() || !error.is_object()) return;
    Array done;
    Array failed;
    for (const auto& one : compensations) {
        const std::string& id = execution.program->node_id(one.node);
        if (one.status == Compensation::Status::done)
            done.emplace_back(id);
        else
            failed.push_back(Object{{"node", id}, {"run", one.run}, {"error", one.error}});
    }
    Value& details = error.get_object()["details"];
    if (!details.is_object()) details = Object{};
    details.get_object()["compensation"] =
        Object{{"outcome", failed.empty() ? "compensated" : "compensation_failed"},
               {"compensated", std::move(done)},
               {"failed", std::move(failed)}};
}

/// Its `settings.timeout` is over: that is of all attempts together.
bool Scheduler::is_overdue(const LiveExecution& execution) const {
    const auto& timeout = execution.program->settings().timeout;
    return timeout && now() >= execution.created + *timeout;
}

void Scheduler::arm_timeout(LiveExecution& execution) {
    const auto& timeout = execution.program->settings().timeout;
    if (!timeout) return;
    const auto left = execution.created + *timeout - now();
    execution.timeout = services_.timers->add(services_.clock->steady() + left, [this, &execution] {
        execution.timeout.reset();
        if (execution.state.ended() || execution.state.ending_as()) return;
        request_end(execution, ExecutionStatus::timed_out,
                    "the execution took longer than its `settings.timeout` of " +
                        std::to_string(execution.program->settings().timeout->count()) + " ms");
    });
}

void Scheduler::commit(LiveExecution& execution) {
    if (execution.removed || execution.tail.empty()) return;
    switch (execution.program->settings().durability) {
        case Durability::step:
            committer_.mark_dirty(execution);
            return;
        case Durability::execution:
            // Who resolves a hold, now or after a restart, finds it on disk only.
            if (execution.handed_over == 0 || !execution.holds.empty() || execution.held_back ||
                execution.state.status() != ExecutionStatus::running ||
                execution.entries_seen > execution.committed)
                committer_.mark_dirty(execution);
            start_pending_effects(execution);
            return;
        case Durability::none: {
            // Nothing of it is written, but it acts upon no entry that is not on disk.
            if (execution.entries_seen > execution.committed) committer_.mark_dirty(execution);
            if (execution.dirty) return;
            Append append;
            append.first_sequence = execution.handed_over + 1;
            (void)execution.tail.take_artifacts();
            append.chunk = execution.tail.take();
            (void)execution.holds.take_opened();
            (void)execution.holds.take_closed();
            execution.handed_over = execution.committed = execution.last_sequence;
            committed(execution, std::nullopt, append);
            return;
        }
    }
}

void Scheduler::committed(LiveExecution& execution, const std::optional<Error>& error,
                          const Append& append) {
    if (error) {
        if (on_failure_) on_failure_(*error);
        if (append.begins) refuse(execution, *error);
        return;
    }
    const auto owner = execution.shared_from_this();
    if (!events_.empty())
        events_.publish(execution, decode_chunk(append.chunk, append.first_sequence));
    for (auto& then : std::exchange(execution.on_accepted, {})) then(execution, std::nullopt);
    if (execution.comeback == LiveExecution::Comeback::recorded &&
        execution.committed >= execution.recovered_at)
        take_up(execution);
    start_pending_effects(execution);
    if (execution.state.has_artifacts()) {
        release_values(execution);
        if (std::exchange(execution.held_back, false)) post_advance(execution);
    }
    execution.progress.wake_all();
    if (execution.state.ended() && execution.committed == execution.last_sequence) {
        if (on_ended_) on_ended_(execution);
        remove(execution);
        leave_place(execution);
        tell_waiters(execution);
    }
    rest(execution);
    if (stopping_) progress_.wake_all();
}

void Scheduler::tell_waiters(LiveExecution& execution) {
    for (auto& [number, then] : std::exchange(execution.on_ended, {}))
        then(execution, std::nullopt);
}

/// The start could not be written: the execution was never accepted, and is gone.
void Scheduler::refuse(LiveExecution& execution, const Error& error) {
    const auto owner = execution.shared_from_this();
    ++counters_.refused;
    committer_.forget(execution);
    remove(execution);
    leave_place(execution);
    cancel_children(execution);
    execution.gone = error;
    for (auto& then : std::exchange(execution.on_accepted, {})) then(execution, error);
    for (auto& [number, then] : std::exchange(execution.on_ended, {})) then(execution, error);
}

void Scheduler::remove(LiveExecution& execution) {
    execution.removed = true;
    if (execution.comeback == LiveExecution::Comeback::suspect) suspects_.remove(execution.id);
    if (execution.under_way_again) note_progress(execution);
    for (const auto& timer : execution.timers) services_.timers->cancel(timer.handle);
    execution.timers.clear();
    if (execution.timeout) services_.timers->cancel(*execution.timeout);
    execution.timeout.reset();
    live_.erase(execution.id);
    if (execution.state.queued()) --queued_in_memory_;
    if (live_.empty()) {  // nothing rests any more: an idle process must not wake up for it
        resting_.clear();
        if (rest_timer_) services_.timers->cancel(*std::exchange(rest_timer_, std::nullopt));
    }
    if (stopping_) progress_.wake_all();
    room_is_free();
}

void Scheduler::when_accepted(LiveExecution& execution, LiveExecution::Accepted then) {
    if (execution.committed > 0)
        then(execution, std::nullopt);
    else if (execution.gone)
        then(execution, execution.gone);
    else
        execution.on_accepted.push_back(std::move(then));
}

std::uint64_t Scheduler::when_ended(LiveExecution& execution, LiveExecution::Ended then) {
    const auto number = next_wait_++;
    if (execution.state.ended() && execution.committed == execution.last_sequence)
        then(execution, std::nullopt);
    else if (execution.gone)
        then(execution, execution.gone);
    else
        execution.on_ended.emplace_back(number, std::move(then));
    return number;
}

void Scheduler::forget(LiveExecution& execution, std::uint64_t wait) {
    std::erase_if(execution.on_ended, [wait](const auto& waiter) { return waiter.first == wait; });
}

std::shared_ptr<LiveExecution> Scheduler::find(const Uuid& id) const {
    const auto found = live_.find(id);
    return found == live_.end() ? nullptr : found->second;
}

}  // namespace sluice
