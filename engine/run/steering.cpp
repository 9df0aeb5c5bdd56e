// What people do to an execution, and how the scheduler stops.
#include <algorithm>
#include <utility>

#include "engine/async/deadline.hpp"
#include "engine/run/run_event.hpp"
#include "engine/run/scheduler.hpp"

namespace sluice {
namespace {

constexpr std::chrono::seconds last_commit_patience{10};

Error has_ended(const LiveExecution& execution) {
    return {
        "execution_ended",
        "the execution has ended, or is ending, as " +
            std::string(to_word(execution.state.ending_as().value_or(execution.state.status()))),
        {}};
}

}  // namespace

/// Everything that does not run ends at once; what runs is cancelled and ends by itself. What puts
/// things in order at last goes on, unless it fails itself.
void Scheduler::stop_runs(LiveExecution& execution) {
    const std::vector<Activation> active = execution.state.active();
    for (const auto& activation : active) {
        if (execution.state.find(activation.run) == nullptr) continue;
        if (!execution.state.frame(activation.frame).cleanup ||
            execution.state.is_doomed(activation.frame))
            stop_run(execution, activation);
    }
}

void Scheduler::stop_run(LiveExecution& execution, const Activation& activation) {
    const RunNumber run = activation.run;
    if (activation.phase == RunPhase::inside) {
        execution.state.mark_changed(run);
        return;
    }
    if (auto* const child = execution.child(run)) {
        if (std::exchange(child->cancelled, true)) return;
        const auto handle = child->handle;
        if (!child->begun)
            std::erase_if(execution.children,
                          [run](const auto& other) { return other.run == run; });
        if (handle) children_.cancel(*handle);
        if (execution.child(run) != nullptr || execution.state.find(run) == nullptr) return;
    }
    const auto is_of_run = [run](const auto& other) { return other.run == run; };
    std::erase_if(execution.pending_effects, is_of_run);
    std::erase(execution.due_retries, run);
    std::erase_if(execution.awaiting_values, is_of_run);
    cancel_timer(execution, run);
    record(execution, event_of(EventKind::node_cancelled, activation, now()));
}

void Scheduler::cancel_timer(LiveExecution& execution, HoldNumber number) {
    const auto timer = std::find_if(execution.timers.begin(), execution.timers.end(),
                                    [&](const auto& entry) { return entry.run == number; });
    if (timer == execution.timers.end()) return;
    services_.timers->cancel(timer->handle);
    execution.timers.erase(timer);
}

/// What is done in any case is bounded, too. What undoes takes as long as its own retries say:
/// nobody else would do it.
void Scheduler::bound_cleanup(LiveExecution& execution) {
    const auto& active = execution.state.active();
    if (std::none_of(active.begin(), active.end(), [&](const Activation& run) {
            return execution.state.frame(run.frame).cleanup &&
                   !execution.state.is_compensation(run.frame);
        }))
        return;
    const auto is_bound = [](const auto& timer) { return timer.run == cleanup_hold; };
    if (std::any_of(execution.timers.begin(), execution.timers.end(), is_bound)) return;
    const auto handle =
        services_.timers->add(services_.clock->steady() + limits_.cleanup_bound,
                              [this, &execution] { kill(execution, "its cleanup took too long"); });
    execution.timers.push_back({cleanup_hold, handle});
}

/// Those that have not begun never will, and are children no longer.
void Scheduler::cancel_children(LiveExecution& execution) {
    std::vector<scope::Handle> handles;
    for (auto& child : execution.children) {
        if (!std::exchange(child.cancelled, true) && child.handle) handles.push_back(*child.handle);
    }
    std::erase_if(execution.children,
                  [](const LiveExecution::Child& child) { return !child.begun; });
    for (const auto& handle : handles) children_.cancel(handle);
}

bool Scheduler::cancel(LiveExecution& execution, std::string reason) {
    if (execution.removed || execution.state.ended() || execution.state.ending_as()) return false;
    request_end(execution, ExecutionStatus::cancelled, std::move(reason));
    return true;
}

void Scheduler::request_end(LiveExecution& execution, ExecutionStatus status, std::string reason) {
    Event event = event_of(EventKind::cancel_requested, now());
    event.status = status;
    event.text = std::move(reason);
    record(execution, std::move(event));
    advance(execution);
}

bool Scheduler::kill(LiveExecution& execution, std::string reason) {
    if (execution.removed || execution.state.ended()) return false;
    if (!execution.state.ending_as()) {
        Event event = event_of(EventKind::cancel_requested, now());
        event.status = ExecutionStatus::cancelled;
        event.text = std::move(reason);
        record(execution, std::move(event));
    }
    cancel_children(execution);
    // What runs still will find that its execution has ended, and be forgotten. Inner runs have
    // higher numbers than what holds them.
    const std::vector<Activation> active = execution.state.active();
    for (auto activation = active.rbegin(); activation != active.rend(); ++activation) {
        if (execution.state.find(activation->run) == nullptr) continue;
        cancel_timer(execution, activation->run);
        record(execution, event_of(EventKind::node_cancelled, *activation, now()));
    }
    cancel_timer(execution, cleanup_hold);
    execution.pending_effects.clear();
    execution.due_retries.clear();
    execution.awaiting_values.clear();
    const auto ending = *execution.state.ending_as();
    if (ending == ExecutionStatus::succeeded)
        end(execution, ending, execution.state.result(), execution.state.result_artifact());
    else
        end(execution, ending, execution.state.error());
    commit(execution);
    return true;
}

result<void> Scheduler::pause(LiveExecution& execution, std::string reason) {
    if (execution.removed || execution.state.ended() || execution.state.ending_as())
        return has_ended(execution);
    if (execution.state.paused())
        return Error{"execution_paused", "the execution is paused already", {}};
    Event event = event_of(EventKind::execution_paused, now());
    event.text = std::move(reason);
    record(execution, std::move(event));
    if (execution.comeback == LiveExecution::Comeback::suspect) {
        // Who resumes it decides that it goes on, whose turn it may be.
        suspects_.remove(execution.id);
        execution.comeback = LiveExecution::Comeback::over;
    }
    commit(execution);
    return {};
}

result<void> Scheduler::resume(LiveExecution& execution, std::string reason) {
    if (execution.removed || execution.state.ended() || execution.state.ending_as())
        return has_ended(execution);
    if (!execution.state.paused())
        return Error{"execution_not_paused", "the execution is not paused", {}};
    Event event = event_of(EventKind::execution_resumed, now());
    event.text = std::move(reason);
    record(execution, std::move(event));
    // What a crash interrupted before or during the pause.
    if (execution.comeback == LiveExecution::Comeback::over) go_on_interrupted(execution);
    advance(execution);
    return {};
}

task<void> Scheduler::stop(SteadyTime deadline) {
    stopping_ = true;
    const auto running = [this] {
        return std::any_of(live_.begin(), live_.end(),
                           [](const auto& entry) { return !entry.second->children.empty(); });
    };
    try {
        while (running() || !committer_.idle())
            co_await with_deadline(*services_.timers, deadline, progress_.wait());
    } catch (const system_error& error) {
        if (error.code() != asio::error::timed_out) throw;
    }
    abandoning_ = true;
    children_.cancel_all();
    co_await children_.join();
    for (const auto& [id, execution] : live_)
        execution->children.clear();  // those that never began
    const auto patience = services_.clock->steady() + last_commit_patience;
    try {
        while (!committer_.idle())
            co_await with_deadline(*services_.timers, patience, progress_.wait());
    } catch (const system_error& error) {
        if (error.code() != asio::error::timed_out) throw;
    }
    const Error gone{
        "shutting_down", "the server is shutting down; the execution goes on when it is back", {}};
    for (const auto& [id, execution] : live_) {
        execution->gone = gone;
        for (auto& then : std::exchange(execution->on_accepted, {})) then(*execution, gone);
        for (auto& [number, then] : std::exchange(execution->on_ended, {})) then(*execution, gone);
    }
}

}  // namespace sluice
