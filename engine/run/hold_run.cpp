// Holds of nodes: the part of the scheduler that parks runs and lets them go on.
#include <algorithm>
#include <utility>

#include "engine/model/json_text.hpp"
#include "engine/model/timestamp.hpp"
#include "engine/run/run_event.hpp"
#include "engine/run/scheduler.hpp"

namespace sluice {
namespace {

constexpr WallTime never{};

HoldRecord record_of(const LiveExecution& execution, HoldNumber run, HoldKind kind,
                     const Event& event) {
    HoldRecord hold;
    hold.execution = execution.id;
    hold.run = run;
    hold.kind = kind;
    hold.flow = execution.program->identity().flow_number;
    if (event.node != no_node) hold.node = execution.program->node_id(event.node);
    hold.since = event.at;
    if (event.due != never) hold.due = event.due;
    return hold;
}

/// Of a place under a concurrency limit.
HoldRecord place_record(const LiveExecution& execution, const Event& event) {
    auto hold = record_of(execution, place_hold, HoldKind::place, event);
    hold.details = to_json(
        Object{{"key", execution.place_key}, {"priority", execution.program->settings().priority}});
    return hold;
}

/// Of a composite that ends, in whatever way.
void close_deadline(LiveExecution& execution, const Event& event) {
    if (execution.state.composites().empty()) return;
    const Activation* const run = execution.state.find(event.run);
    if (run != nullptr && run->phase == RunPhase::inside && run->due != never)
        execution.holds.close(event.run);
}

/// What a hold that nobody resolved in time puts out.
Value output_in_vain(const OpenHold& hold) {
    if (hold.kind == HoldKind::approval) return approval_output("timeout", hold.decisions);
    return Object{{"payload", nullptr}, {"received_at", nullptr}};
}

}  // namespace

/// Keeps the index of holds in step with the journal; called before the event is folded.
void Scheduler::note_hold(LiveExecution& execution, const Event& event) {
    auto& holds = execution.holds;
    switch (event.kind) {
        case EventKind::node_waiting: {
            auto hold = record_of(execution, event.run, event.hold, event);
            hold.name = event.text;
            hold.key = signal_key(event.data);
            if (!event.data.is_null()) hold.details = to_json(event.data);
            holds.open(std::move(hold));
            return;
        }
        case EventKind::node_closing:
            close_deadline(execution, event);
            return;
        case EventKind::node_entered:
            if (event.due != never)
                holds.open(record_of(execution, event.run, HoldKind::deadline, event));
            return;
        case EventKind::node_retrying: {
            close_deadline(execution, event);
            auto hold = record_of(execution, event.run, HoldKind::retry, event);
            hold.details = to_json(event.data);
            holds.open(std::move(hold));
            return;
        }
        case EventKind::execution_paused:
            holds.open(record_of(execution, pause_hold, HoldKind::pause, event));
            return;
        case EventKind::execution_queued: {
            if (execution.state.queued()) holds.close(slot_hold);
            auto hold = record_of(execution, slot_hold, HoldKind::slot, event);
            hold.details = to_json(event.data);
            holds.open(std::move(hold));
            return;
        }
        case EventKind::execution_resumed:
            holds.close(pause_hold);
            return;
        case EventKind::execution_admitted:
            if (execution.state.queued()) holds.close(slot_hold);
            if (execution.program->settings().concurrency)
                holds.open(place_record(execution, event));
            return;
        case EventKind::execution_ended:
            if (execution.state.parked() > 0 || !execution.state.composites().empty())
                for (const auto& activation : execution.state.active())
                    if (activation.parked() ||
                        (activation.phase == RunPhase::inside && activation.due != never))
                        holds.close(activation.run);
            if (execution.state.paused()) holds.close(pause_hold);
            if (execution.state.queued())
                holds.close(slot_hold);
            else if (execution.program->settings().concurrency)
                holds.close(place_hold);
            if (execution.program->settings().timeout) holds.close(deadline_hold);
            return;
        case EventKind::node_started:
        case EventKind::node_succeeded:
        case EventKind::node_failed:
        case EventKind::node_skipped:
        case EventKind::node_cancelled: {
            close_deadline(execution, event);
            if (execution.state.parked() == 0) return;
            const Activation* const run = execution.state.find(event.run);
            if (run == nullptr || !run->parked()) return;
            if (const OpenHold* const open = execution.state.hold(event.run);
                open != nullptr && open->kind == HoldKind::signal)
                signals_.forget(open->name, signal_key(open->details), {execution.id, event.run});
            holds.close(event.run);
            return;
        }
        default:
            return;
    }
}

void Scheduler::run_hold(LiveExecution& execution, const Activation& activation,
                         const Value& parameters) {
    auto wanted = execution.program->node(activation.node).type->hold(parameters, now());
    if (!wanted) {
        fail(execution, activation, wanted.error());
        return;
    }
    const auto& timeout = execution.program->graph().nodes[activation.node].timeout;
    Event event = event_of(EventKind::node_waiting, activation, now());
    event.hold = wanted->kind;
    if (!wanted->due && timeout) wanted->due = event.at + *timeout;
    event.due = wanted->due.value_or(never);
    event.text = std::move(wanted->name);
    event.data = std::move(wanted->details);
    record(execution, std::move(event));
    if (wanted->due) park(execution, activation.run, *wanted->due);
    if (wanted->kind == HoldKind::signal) await_signal(execution, activation.run);
}

/// Takes a signal that came early, or waits for the next one.
void Scheduler::await_signal(LiveExecution& execution, RunNumber run) {
    const OpenHold* const hold = execution.state.hold(run);
    const std::string name = hold->name;
    const std::string key = signal_key(hold->details);
    if (const auto early = signals_.take(name, key, now())) {
        execution.signals_taken.push_back(early->number);
        deliver(execution, run, *early);
        return;
    }
    signals_.wait(name, key, {execution.id, run});
}

void Scheduler::park(LiveExecution& execution, HoldNumber run, WallTime until) {
    const auto handle = services_.timers->add(services_.clock->steady() + (until - now()),
                                              [this, &execution, run] { due(execution, run); });
    execution.timers.push_back({run, handle});
}

void Scheduler::clock_jumped() {
    const auto soon = services_.clock->steady() + limits_.passivate_after;
    for (const auto& [id, execution] : live_) {
        const auto timers = execution->timers;
        for (const auto& timer : timers) {
            if (timer.handle.first <= soon) continue;
            const auto& queued = execution->state.queued();
            const Activation* const parked =
                timer.run == slot_hold ? nullptr
                                       : execution->state.find(static_cast<RunNumber>(timer.run));
            if (parked == nullptr && !(timer.run == slot_hold && queued)) continue;
            services_.timers->cancel(timer.handle);
            std::erase_if(execution->timers,
                          [&](const auto& other) { return other.run == timer.run; });
            park(*execution, timer.run, parked != nullptr ? parked->due : queued->due);
        }
    }
}

void Scheduler::due(LiveExecution& execution, HoldNumber number) {
    std::erase_if(execution.timers, [number](const auto& timer) { return timer.run == number; });
    if (number == slot_hold) {
        quiet_time_is_over(execution);
        return;
    }
    const auto run = static_cast<RunNumber>(number);
    const Activation* const parked = execution.state.find(run);
    if (parked == nullptr) return;
    if (parked->phase == RunPhase::inside)
        composite_is_overdue(execution, *parked);
    else if (parked->phase == RunPhase::retrying)
        execution.due_retries.push_back(run);
    else if (const OpenHold* const hold = execution.state.hold(run))
        resolve(execution, *parked, "timeout", output_in_vain(*hold));
    else
        resolve(execution, *parked, success_outcome, nullptr);
    advance(execution);
}

/// The hold of this run is over: its path goes on. The first who comes wins, because the run is
/// parked no longer for the second.
void Scheduler::resolve(LiveExecution& execution, const Activation& activation, std::string outcome,
                        Value output) {
    cancel_timer(execution, activation.run);
    Event event = event_of(EventKind::node_succeeded, activation, now());
    event.text = std::move(outcome);
    event.data = std::move(output);
    record(execution, std::move(event));
}

const OpenHold* Scheduler::open_hold(const LiveExecution& execution, RunNumber run,
                                     HoldKind kind) const {
    if (execution.removed || execution.state.ended()) return nullptr;
    const OpenHold* const hold = execution.state.hold(run);
    if (hold != nullptr && execution.state.is_doomed(execution.state.find(run)->frame))
        return nullptr;
    return hold != nullptr && hold->kind == kind ? hold : nullptr;
}

bool Scheduler::deliver(LiveExecution& execution, RunNumber run, const KeptSignal& signal) {
    if (open_hold(execution, run, HoldKind::signal) == nullptr) return false;
    const auto payload = parse_json(signal.payload, limits_.output_depth);
    const Activation activation = *execution.state.find(run);
    resolve(execution, activation, "received",
            Object{{"payload", payload ? *payload : Value(nullptr)},
                   {"received_at", to_rfc3339(signal.arrived)}});
    post_advance(execution);
    commit(execution);
    return true;
}

result<DecisionEffect> Scheduler::decide(LiveExecution& execution, RunNumber run,
                                         const Decision& decision) {
    const OpenHold* const hold = open_hold(execution, run, HoldKind::approval);
    if (hold == nullptr)
        return Error{"hold_not_found", "this approval is not open, or not any more", {}};
    auto effect = sluice::decide(*hold, decision, now());
    if (!effect) return effect.error();
    const Activation activation = *execution.state.find(run);
    Event event = event_of(EventKind::hold_decided, activation, now());
    event.text = decision.by;
    event.data = effect->record;
    record(execution, std::move(event));
    if (!effect->outcome.empty()) {
        Value output = approval_output(effect->outcome, execution.state.hold(run)->decisions);
        resolve(execution, activation, effect->outcome, std::move(output));
    }
    advance(execution);
    execution.redaction.redact(effect->record);
    return std::move(*effect);
}

result<void> Scheduler::resolve_interrupt(LiveExecution& execution, RunNumber run,
                                          OnInterrupt how) {
    if (open_hold(execution, run, HoldKind::interrupt) == nullptr)
        return Error{"hold_not_found", "no interrupted node waits for this, or not any more", {}};
    const Activation activation = *execution.state.find(run);
    interrupted(execution, activation, how);
    advance(execution);
    return {};
}

}  // namespace sluice
