// Executions come back from their journals: after a restart, and when what they waited for is
// there.
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
    if (chosen) return *chosen;
    return program.node(node).type->idempotent ? OnInterrupt::retry : OnInterrupt::hold;
}

}  // namespace

std::shared_ptr<LiveExecution> Scheduler::restore(const StoredExecution& stored,
                                                  std::shared_ptr<const Program> program,
                                                  std::shared_ptr<const Value> input) {
    const auto execution = std::make_shared<LiveExecution>(stored.record.id, std::move(program),
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
        if (state.recoveries() >= limits_.recoveries) {
            stop_runs(execution);
            end(execution, ExecutionStatus::failed,
                error_value("crash_loop",
                            "the process ended " + std::to_string(state.recoveries()) +
                                " times while this execution ran, without any progress of it",
                            {}));
            commit(execution);
            return;
        }
        record(execution, event_of(EventKind::execution_recovered, now()));
    }
    const std::vector<Activation> active = state.active();
    for (const auto& activation : active) {
        if (state.ending_as()) break;
        if (activation.phase == RunPhase::running && !state.standing_still())
            interrupted(execution, activation);
        if (!activation.parked()) continue;
        if (activation.due != WallTime{}) park(execution, activation.run, activation.due);
        if (activation.phase == RunPhase::waiting && activation.hold == HoldKind::signal)
            await_signal(execution, activation.run);
    }
    advance(execution);
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
