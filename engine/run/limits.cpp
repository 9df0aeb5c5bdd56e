// Limits of concurrency and rate: who may start, who waits, whose turn comes.
#include <utility>

#include "engine/model/json_text.hpp"
#include "engine/run/execution_scope.hpp"
#include "engine/run/run_event.hpp"
#include "engine/run/scheduler.hpp"

namespace sluice {
namespace {

constexpr std::chrono::milliseconds try_again{1'000};

std::string as_key(const Value& value) {
    const auto* const text = value.if_string();
    return text == nullptr ? to_json(value) : std::string(text->data(), text->size());
}

Admission::Group group_of(const LiveExecution& execution) {
    return {execution.program->identity().flow_number, execution.place_key};
}

Array ids(const std::vector<Uuid>& executions) {
    Array array;
    for (const auto& id : executions) array.push_back(Value(id.to_string()));
    return array;
}

}  // namespace

/// A text; empty where the flow is limited as a whole.
result<Value> Scheduler::concurrency_key(const LiveExecution& execution) const {
    const auto* const key = execution.program->concurrency_key();
    if (key == nullptr) return Value("");
    const ExecutionScope scope(execution, environment_, execution.created);
    const auto value = key->evaluate(scope, expression::Budget::from(limits_));
    if (!value)
        return Error{"invalid_concurrency_key",
                     "the key of `settings.concurrency`: " + value.error().message,
                     value.error().details};
    auto text = as_key(*value);
    if (text.size() > limits_.name_length)
        return Error{"invalid_concurrency_key",
                     "the key of `settings.concurrency` takes more than " +
                         std::to_string(limits_.name_length) + " bytes",
                     {}};
    return Value(std::move(text));
}

/// Why it may not start at all. Counts it against the flow's rate otherwise.
std::optional<Error> Scheduler::refuse_by_limits(LiveExecution& execution) {
    const auto& settings = execution.program->settings();
    if (settings.concurrency) {
        const auto key = concurrency_key(execution);
        if (!key) return key.error();
        execution.place_key = as_key(*key);
        const auto group = group_of(execution);
        const auto& rule = *settings.concurrency;
        const bool full = !admission_.has_room(group, rule.limit);
        const bool refuses = rule.when_full == WhenFull::reject || rule.when_full == WhenFull::skip;
        if (full && refuses) {
            ++counters_.refused;
            Object details{{"key", group.key}, {"running", ids(admission_.running(group))}};
            const std::string why = std::to_string(rule.limit) +
                                    " executions of this flow and key run, as many as its "
                                    "`settings.concurrency` allow";
            if (rule.when_full == WhenFull::skip)
                return Error{"execution_skipped", "nothing was started: " + why, details};
            details["retry_after_ms"] = try_again.count();
            return Error{"concurrency_limit", why + "; try later", details};
        }
        if (full && admission_.waiting() >= limits_.queued_executions) {
            ++counters_.refused;
            return Error{"overloaded",
                         std::to_string(limits_.queued_executions) +
                             " executions wait for a place, as many as allowed; try later",
                         Object{{"retry_after_ms", try_again.count()}}};
        }
    }
    if (!settings.rate_limit) return std::nullopt;
    const auto wait = rates_[execution.program->identity().flow_number].refuse(
        *settings.rate_limit, services_.clock->steady());
    if (!wait) return std::nullopt;
    ++counters_.refused;
    return Error{"rate_limit",
                 "the flow starts at most " + std::to_string(settings.rate_limit->count) +
                     " executions in " + std::to_string(settings.rate_limit->per.count()) +
                     " ms (`settings.rate_limit`); try later",
                 Object{{"retry_after_ms", wait->count()}}};
}

/// Runs, or waits for its turn.
void Scheduler::take_place(LiveExecution& execution) {
    const auto& settings = execution.program->settings();
    if (!settings.concurrency) return;
    const auto& rule = *settings.concurrency;
    const auto group = group_of(execution);
    if (admission_.has_room(group, rule.limit)) {
        admission_.occupy(group, rule.limit, execution.id);
        Event admitted = event_of(EventKind::execution_admitted, execution.created);
        note_hold(execution, admitted);  // only the index: the journal need not tell
        return;
    }
    const auto hindering = admission_.running(group);
    admission_.wait(group, rule.limit, execution.id, execution.created, settings.priority);
    Event queued = event_of(EventKind::execution_queued, execution.created);
    queued.text = "concurrency limit of " + std::to_string(rule.limit) +
                  (group.key.empty() ? "" : " for the key '" + group.key + "'");
    queued.data = Object{{"key", group.key}, {"priority", settings.priority}};
    record(execution, std::move(queued));
    if (rule.when_full != WhenFull::cancel_running) return;
    for (const auto& id : hindering) {
        const std::string reason = "execution " + execution.id.to_string() + " took its place";
        if (const auto live = find(id))
            cancel(*live, reason);
        else if (cancel_elsewhere_)
            cancel_elsewhere_(id, reason);
    }
}

/// Its end is on disk: whoever is next may run.
void Scheduler::leave_place(const LiveExecution& execution) {
    if (execution.program->settings().concurrency) admit(admission_.leave(execution.id));
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
    Event admitted = event_of(EventKind::execution_admitted, now());
    record(execution, std::move(admitted));
    post_advance(execution);
    commit(execution);
}

void Scheduler::remember_place(const HoldRecord& hold, std::uint32_t limit) {
    const auto details = parse_json(hold.details);
    const auto* const about = details ? details->if_object() : nullptr;
    const Value* const key = about == nullptr ? nullptr : about->if_contains("key");
    const Value* const priority = about == nullptr ? nullptr : about->if_contains("priority");
    const Admission::Group group{hold.flow, key == nullptr ? std::string() : as_key(*key)};
    if (hold.kind == HoldKind::place)
        admission_.occupy(group, limit, hold.execution);
    else
        admission_.wait(group, limit, hold.execution, hold.since,
                        priority != nullptr && priority->is_int64()
                            ? static_cast<int>(priority->get_int64())
                            : default_priority);
}

void Scheduler::admit_waiting() {
    admit(admission_.admit_all());
}

}  // namespace sluice
