// Executions that only wait leave memory: their holds stay in the store, and the earliest in
// `DueHolds`. `Loader` brings them back.
#include <algorithm>
#include <utility>

#include "engine/run/scheduler.hpp"

namespace sluice {
namespace {

/// Who is still wanted is looked at again after this at the earliest.
constexpr std::chrono::milliseconds shortest_rest{10};

}  // namespace

/// Whether everything about it is on disk and nothing of it runs.
bool Scheduler::only_waits(const LiveExecution& execution) const {
    const auto status = execution.state.status();
    return !execution.removed && !stopping_ && passivated_ &&
           (status == ExecutionStatus::waiting || status == ExecutionStatus::paused ||
            status == ExecutionStatus::queued) &&
           execution.begun_in_journal && execution.committed == execution.last_sequence &&
           !execution.dirty && execution.tail.empty() && execution.children.empty() &&
           execution.pending_effects.empty() && execution.due_retries.empty() &&
           execution.awaiting_values.empty() && execution.loading.empty() &&
           !execution.advance_posted && !execution.state.ending_as();
}

/// It may leave memory when it still stands here after a while; earlier when many do.
void Scheduler::rest(LiveExecution& execution) {
    if (execution.resting || !only_waits(execution)) return;
    execution.resting = true;
    const auto steady = services_.clock->steady();
    resting_.push_back({steady + std::max(limits_.passivate_after, shortest_rest),
                        execution.weak_from_this(), execution.last_sequence});
    if (resting_over_) return;  // it was looked at just now: the crowd is no reason to do so again
    const bool crowded = resting_.size() > limits_.waiting_in_memory;
    if (crowded && rest_timer_ && rest_timer_->first > steady)
        services_.timers->cancel(*std::exchange(rest_timer_, std::nullopt));
    arm_rest_timer(crowded ? steady : resting_.front().until);
}

void Scheduler::arm_rest_timer(SteadyTime at) {
    if (rest_timer_) return;
    rest_timer_ = services_.timers->add(at, [this] {
        rest_timer_.reset();
        rest_is_over();
    });
}

void Scheduler::rest_is_over() {
    const auto steady = services_.clock->steady();
    resting_over_ = true;
    // The last one that leaves memory empties the queue.
    for (auto left = resting_.size(); left > 0 && !resting_.empty(); --left) {
        const bool crowded = resting_.size() > limits_.waiting_in_memory;
        if (resting_.front().until > steady && !crowded) break;
        const Resting rested = std::move(resting_.front());
        resting_.pop_front();
        const auto execution = rested.execution.lock();
        if (!execution || execution->removed) continue;
        execution->resting = false;
        if (rested.sequence == execution->last_sequence && only_waits(*execution) &&
            (crowded || !goes_on_soon(*execution)) && !is_wanted(execution))
            passivate(*execution);
        else
            rest(*execution);
    }
    resting_over_ = false;
    if (!resting_.empty()) arm_rest_timer(std::max(resting_.front().until, steady));
}

/// Whether bringing it back would follow upon letting it go.
bool Scheduler::goes_on_soon(const LiveExecution& execution) const {
    const auto soon = now() + limits_.passivate_after;
    const auto& queued = execution.state.queued();
    if (queued && queued->due != WallTime{} && queued->due <= soon) return true;
    const auto& active = execution.state.active();
    return std::any_of(active.begin(), active.end(), [soon](const Activation& activation) {
        return activation.due != WallTime{} && activation.due <= soon;
    });
}

/// Whether somebody in this process waits for it, or keeps it: one owner is the scheduler, one is
/// who asks.
bool Scheduler::is_wanted(const std::shared_ptr<LiveExecution>& execution) {
    return execution.use_count() > 2 || !execution->on_ended.empty();
}

void Scheduler::passivate(LiveExecution& execution) {
    for (const auto& activation : execution.state.active()) {
        if (activation.due != WallTime{})
            passivated_({activation.due, execution.id, activation.run});
        if (const OpenHold* const hold = execution.state.hold(activation.run);
            hold != nullptr && hold->kind == HoldKind::signal)
            signals_.forget(hold->name, signal_key(hold->details), {execution.id, activation.run});
    }
    if (const auto& queued = execution.state.queued(); queued && queued->due != WallTime{})
        passivated_({queued->due, execution.id, slot_hold});
    if (const auto& timeout = execution.program->settings().timeout)
        passivated_({execution.created + *timeout, execution.id, deadline_hold});
    ++counters_.passivated;
    remove(execution);
}

}  // namespace sluice
