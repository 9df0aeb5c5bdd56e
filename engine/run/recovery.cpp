// Executions come back from their journals: after a restart, and when what they waited for is
// there.
#include <algorithm>
#include <utility>

#include "engine/run/event_codec.hpp"
#include "engine/run/run_event.hpp"
#include "engine/run/scheduler.hpp"

namespace sluice {
namespace {

[[noreturn]] void corrupt(const std::string& why) {
    throw ErrorException(Error{"journal_corrupt", "the journal " + why, {}});
}

void fold(LiveExecution& execution, const std::vector<JournalChunk>& journal) {
    for (const auto& chunk : journal) {
        if (chunk.first_sequence != execution.last_sequence + 1)
            corrupt("goes on with event " + std::to_string(chunk.first_sequence) + " after event " +
                    std::to_string(execution.last_sequence));
        execution.chain = chunk.chain;
        for (auto& event : decode_chunk(chunk.chunk, chunk.first_sequence)) {
            if ((event.sequence == 1) != (event.kind == EventKind::execution_started))
                corrupt("does not begin with the start of the execution");
            execution.last_sequence = event.sequence;
            if (event.kind == EventKind::log_written) ++execution.log_lines;
            if (event.kind == EventKind::call_answered)
                if (auto answered = CallRecord::of(event))
                    execution.answered_calls.push_back(std::move(*answered));
            execution.state.apply(std::move(event));
        }
    }
    if (execution.last_sequence == 0) corrupt("is empty");
    std::erase_if(execution.answered_calls, [&](const CallRecord& answered) {
        const Activation* const run = execution.state.find(answered.run);
        return run == nullptr || run->attempt != answered.attempt;
    });
}

OnInterrupt policy_of(const Program& program, NodeIndex node) {
    const auto& chosen = program.graph().nodes[node].on_interrupt;
    // It changes its entry together with its result, or not at all.
    if (program.node(node).type->kind == NodeKind::entry) return OnInterrupt::retry;
    if (chosen) return *chosen;
    return program.node(node).type->idempotent ? OnInterrupt::retry : OnInterrupt::hold;
}

}  // namespace

std::shared_ptr<LiveExecution> Scheduler::restore(const StoredExecution& stored,
                                                  std::shared_ptr<const Program> program,
                                                  std::shared_ptr<const Value> input) {
    auto execution = std::make_shared<LiveExecution>(stored.record.id, std::move(program),
                                                     stored.record.created);
    execution->redaction = redaction_of(*execution->program);
    fold(*execution, stored.journal);
    execution->tail.artifacts_over(artifacts_over(*execution->program));
    if (input && execution->state.input_artifact())
        execution->state.input_artifact()->value = std::move(input);
    execution->handed_over = execution->committed = execution->last_sequence;
    execution->begun_in_journal = true;
    if (execution->state.ended()) return nullptr;
    live_.emplace(execution->id, execution);
    if (execution->state.queued()) ++queued_in_memory_;
    coming_.erase(execution->id);
    ++counters_.restored;
    arm_timeout(*execution);
    go_on(*execution);
    return execution;
}

/// Parks what was parked; goes on with what a crash interrupted.
void Scheduler::go_on(LiveExecution& execution) {
    const auto& state = execution.state;
    if (execution.program->settings().concurrency)
        if (auto key = key_of(execution, execution.program->concurrency_key(), "concurrency"))
            execution.place_key = std::move(key->text);
    if (const auto& queued = state.queued()) {
        if (has_turn(execution)) {
            admit(execution);
            return;
        }
        if (queued->due != WallTime{}) park(execution, slot_hold, queued->due);
    }
    if (state.status() == ExecutionStatus::running) {
        if (!state.ending_as()) {
            if (state.recoveries_alone() >= limits_.recoveries_alone) {
                end_crash_loop(execution);
                return;
            }
            if (state.recoveries() >= limits_.recoveries) {
                suspects_.add(execution.id, state.recoveries_alone());
                hold_back_until(execution, LiveExecution::Comeback::suspect);
                return;
            }
        }
        recovered(execution, {});
        if (execution.comeback != LiveExecution::Comeback::over) return;
    }
    const std::vector<Activation> active = state.active();
    for (const auto& activation : active) {
        if (state.is_doomed(activation.frame)) continue;
        if (activation.phase == RunPhase::running && !state.standing_still())
            interrupted(execution, activation);
        park_again(execution, activation);
    }
    advance(execution);
}

/// More of the same would end the process again and again.
void Scheduler::end_crash_loop(LiveExecution& execution) {
    const auto& state = execution.state;
    std::string message = "the process ended " + std::to_string(state.recoveries()) +
                          " times while this execution ran, the last " +
                          std::to_string(state.recoveries_alone()) +
                          " times while it alone went on after the restart, without any progress "
                          "of it";
    stop_runs(execution);
    end(execution, ExecutionStatus::failed, error_value("crash_loop", message, {}));
    commit(execution);
}

/// The recovery is counted. Where nothing else makes sure that it is on disk before it can end the
/// process again, nothing begins until it is.
void Scheduler::recovered(LiveExecution& execution, std::string_view how) {
    Event event = event_of(EventKind::execution_recovered, now());
    event.text = how;
    append(execution, std::move(event));
    if (how.empty()) {
        execution.under_way_again = true;
        ++under_way_again_;
    }
    if (execution.state.ending_as()) return;
    const auto durability = execution.program->settings().durability;
    if (how.empty() && durability != Durability::execution) return;
    execution.recovered_at = execution.last_sequence;
    committer_.mark_dirty(execution);
    if (how.empty())
        hold_back_until(execution, LiveExecution::Comeback::recorded);
    else
        execution.comeback = LiveExecution::Comeback::recorded;
}

void Scheduler::hold_back_until(LiveExecution& execution, LiveExecution::Comeback comeback) {
    execution.comeback = comeback;
    const std::vector<Activation> active = execution.state.active();
    for (const auto& activation : active) park_again(execution, activation);
}

void Scheduler::park_again(LiveExecution& execution, const Activation& activation) {
    if (!activation.parked() && activation.phase != RunPhase::inside) return;
    if (activation.due != WallTime{}) park(execution, activation.run, activation.due);
    if (activation.phase == RunPhase::waiting && activation.hold == HoldKind::signal)
        await_signal(execution, activation.run);
}

void Scheduler::note_progress(LiveExecution& execution) {
    if (!execution.has_come_on()) return;
    execution.under_way_again = false;
    if (--under_way_again_ == 0) come_on_.wake_all();
}

task<void> Scheduler::recovered_have_come_on() {
    while (under_way_again_ > 0) co_await come_on_.wait();
}

std::shared_ptr<LiveExecution> Scheduler::recover_next_suspect() {
    while (const auto next = suspects_.take()) {
        auto execution = find(*next);
        if (!execution || execution->state.ended() || execution->state.ending_as()) continue;
        recovered(*execution, recovered_alone);
        return execution;
    }
    return nullptr;
}

void Scheduler::outlived(LiveExecution& suspect) {
    Event event = event_of(EventKind::execution_recovered, now());
    event.text = recovery_outlived;
    append(suspect, std::move(event));
    committer_.mark_dirty(suspect);
}

/// What was kept back since the restart begins.
void Scheduler::take_up(LiveExecution& execution) {
    execution.comeback = LiveExecution::Comeback::over;
    go_on_interrupted(execution);
    advance(execution);
}

/// Each run that is under way by the journal, and not in this process.
void Scheduler::go_on_interrupted(LiveExecution& execution) {
    const std::vector<Activation> active = execution.state.active();
    for (const auto& activation : active) {
        if (execution.state.ended() || execution.state.standing_still()) return;
        if (execution.state.is_doomed(activation.frame)) continue;
        const auto is_of_run = [&](const auto& other) { return other.run == activation.run; };
        if (activation.phase == RunPhase::running && execution.child(activation.run) == nullptr &&
            std::none_of(execution.awaiting_values.begin(), execution.awaiting_values.end(),
                         is_of_run) &&
            std::none_of(execution.pending_effects.begin(), execution.pending_effects.end(),
                         is_of_run))
            interrupted(execution, activation);
    }
}

/// Nobody knows whether this effect acted.
void Scheduler::interrupted(LiveExecution& execution, const Activation& activation) {
    interrupted(execution, activation, policy_of(*execution.program, activation.node));
}

void Scheduler::interrupted(LiveExecution& execution, const Activation& activation,
                            OnInterrupt how) {
    switch (how) {
        case OnInterrupt::retry:
            run_node(execution, activation);
            return;
        case OnInterrupt::fail:
            fail(execution, activation,
                 NodeError{"interrupted",
                           "the process ended while the node was acting; its outcome is unknown",
                           {},
                           false});
            return;
        case OnInterrupt::hold: {
            Event event = event_of(EventKind::node_waiting, activation, now());
            event.hold = HoldKind::interrupt;
            event.data =
                Object{{"message",
                        "the process ended while the node was acting; its outcome is unknown. Look "
                        "whether it acted, then choose: retry or fail"}};
            record(execution, std::move(event));
            return;
        }
    }
}

}  // namespace sluice
