// Starts that are accepted and run later: held back by `settings.debounce`, queued for a place
// under `settings.concurrency`, or for room among the live executions of the server.
#include <utility>

#include "engine/model/json_text.hpp"
#include "engine/model/member.hpp"
#include "engine/run/run_event.hpp"
#include "engine/run/scheduler.hpp"

namespace sluice {
Admission::Group Scheduler::place_of(const LiveExecution& execution) {
    return {execution.program->identity().flow_number, execution.place_key};
}

/// Runs from now on, or is queued.
void Scheduler::take_turn(LiveExecution& execution) {
    const auto& settings = execution.program->settings();
    if (settings.debounce) {
        hold_back(execution);
        return;
    }
    if (!take_place(execution)) return;
    if (occupied() > limits_.live_executions) {
        backlog_.add(execution.id, execution.created, settings.priority);
        queue(execution, QueueCause::server, execution.place_key,
              "the server's " + std::to_string(limits_.live_executions) +
                  " live executions, as many as allowed",
              {});
    } else if (settings.concurrency) {
        // Only the index: the journal need not tell.
        note_hold(execution, event_of(EventKind::execution_admitted, execution.created));
    }
}

/// Whether it has a place under its flow's concurrency limit; otherwise it is queued for one.
bool Scheduler::take_place(LiveExecution& execution) {
    const auto& settings = execution.program->settings();
    if (!settings.concurrency) return true;
    const auto& rule = *settings.concurrency;
    const auto group = place_of(execution);
    if (admission_.has_room(group, rule.limit)) {
        admission_.occupy(group, rule.limit, execution.id);
        return true;
    }
    const auto hindering = admission_.running(group);
    admission_.wait(group, rule.limit, execution.id, execution.created, settings.priority);
    queue(execution, QueueCause::concurrency, group.key,
          "the concurrency limit of " + std::to_string(rule.limit) +
              (group.key.empty() ? "" : " for the key '" + group.key + "'"),
          {});
    if (rule.when_full == WhenFull::cancel_running)
        for (const auto& id : hindering)
            cancel_wherever(id, "execution " + execution.id.to_string() + " took its place");
    return false;
}

/// Its end is on disk, or its start never will be: whoever is next may run.
void Scheduler::leave_place(const LiveExecution& execution) {
    (void)debounce_.leave(execution.id);
    backlog_.remove(execution.id);
    if (execution.program->settings().concurrency) admit(admission_.leave(execution.id));
}

void Scheduler::queue(LiveExecution& execution, QueueCause cause, const std::string& key,
                      std::string reason, WallTime due) {
    Event queued = event_of(EventKind::execution_queued, now());
    queued.text = std::move(reason);
    queued.due = due;
    queued.data = Object{{"cause", to_word(cause)},
                         {"key", key},
                         {"priority", execution.program->settings().priority}};
    record(execution, std::move(queued));
}

/// Runs when no further start of its flow and key comes for a while; until then it stands for those
/// before it. They are cancelled when this one is on disk, so that one of them always remains.
void Scheduler::hold_back(LiveExecution& execution) {
    const auto& rule = *execution.program->settings().debounce;
    const Debounce::Group group{execution.program->identity().flow_number, execution.debounce_key};
    const auto turn = debounce_.arrive(group, rule, execution.id, execution.created);
    queue(execution, QueueCause::debounce, group.key,
          "the quiet time of " + std::to_string(rule.quiet.count()) + " ms", turn.due);
    park(execution, slot_hold, turn.due);
    if (!turn.instead_of) return;
    when_accepted(execution, [this, group, replaced = *turn.instead_of](
                                 const LiveExecution& newer, const std::optional<Error>& error) {
        if (error)
            take_back(replaced, group);
        else
            cancel_wherever(replaced, "execution " + newer.id.to_string() +
                                          " came within the quiet time of `settings.debounce` and "
                                          "runs in its place");
    });
}

/// The start that was to replace it could not be written.
void Scheduler::take_back(const Uuid& held_back, const Debounce::Group& group) {
    (void)debounce_.remember(group, held_back, now());
    const auto live = find(held_back);
    if (live && live->state.queued())
        park(*live, slot_hold, live->state.queued()->due);
    else if (wake_)
        wake_(held_back);
}

void Scheduler::quiet_time_is_over(LiveExecution& execution) {
    const auto& queued = execution.state.queued();
    if (!queued || queued->cause != QueueCause::debounce) return;
    if (!debounce_.leave(execution.id)) return;  // replaced: its cancellation is under way
    if (take_place(execution))
        admit(execution);
    else
        commit(execution);
}

/// Whether a queued execution may run now.
bool Scheduler::has_turn(const LiveExecution& execution) const {
    switch (execution.state.queued()->cause) {
        case QueueCause::concurrency:
            return admission_.occupies(execution.id);
        case QueueCause::server:
            return !backlog_.contains(execution.id);
        case QueueCause::debounce:
            return false;
    }
    return false;
}

void Scheduler::admit(const std::vector<Uuid>& turns) {
    for (const auto& id : turns) {
        if (const auto live = find(id))
            admit(*live);
        else if (wake_)
            wake_(id);
    }
}

void Scheduler::admit(LiveExecution& execution) {
    if (!execution.state.queued() || execution.state.ended()) return;
    record(execution, event_of(EventKind::execution_admitted, now()));
    post_advance(execution);
    commit(execution);
}

void Scheduler::cancel_wherever(const Uuid& id, const std::string& reason) {
    if (const auto live = find(id))
        cancel(*live, reason);
    else if (cancel_elsewhere_)
        cancel_elsewhere_(id, reason);
}

/// Those who wait for room among the live executions get it.
void Scheduler::room_is_free() {
    if (stopping_ || occupied() >= limits_.live_executions) return;
    room_.wake_all();
    while (!backlog_.empty() && occupied() < limits_.live_executions) {
        const Uuid id = *backlog_.take();
        if (const auto live = find(id)) {
            admit(*live);
        } else if (wake_) {
            coming_.insert(id);
            wake_(id);
        }
    }
}

task<void> Scheduler::room() {
    while (occupied() >= limits_.live_executions) co_await room_.wait();
}

void Scheduler::cannot_come(const Uuid& id) {
    if (coming_.erase(id) > 0) room_is_free();
}

std::optional<Admission::Wait> Scheduler::wait_of(const Uuid& id) const {
    if (backlog_.contains(id)) return Admission::Wait{{}, backlog_.ahead_of(id)};
    return admission_.wait_of(id);
}

void Scheduler::remember_place(const HoldRecord& hold, const Program* program) {
    const auto parsed = parse_json(hold.details);
    const Value details = parsed ? *parsed : Value{};
    const Admission::Group group{hold.flow, text_member(details, "key")};
    const Value* const priority = find_member(details, "priority");
    const int turn = priority != nullptr && priority->is_int64()
                         ? static_cast<int>(priority->get_int64())
                         : default_priority;
    const bool limited = program != nullptr && program->settings().concurrency;
    const std::uint32_t limit = limited ? program->settings().concurrency->limit : 1;
    const std::string cause = text_member(details, "cause");
    if (hold.kind == HoldKind::place) {
        admission_.occupy(group, limit, hold.execution);
    } else if (cause == to_word(QueueCause::debounce)) {
        if (const auto older = debounce_.remember(group, hold.execution, hold.since))
            replaced_.push_back(*older);
    } else if (cause == to_word(QueueCause::server)) {
        backlog_.add(hold.execution, hold.since, turn);
        if (limited) admission_.occupy(group, limit, hold.execution);
    } else {
        admission_.wait(group, limit, hold.execution, hold.since, turn);
    }
}

void Scheduler::admit_waiting() {
    for (const auto& id : std::exchange(replaced_, {}))
        cancel_wherever(id, "a later start runs in its place (`settings.debounce`)");
    admit(admission_.admit_all());
    room_is_free();
}

}  // namespace sluice
