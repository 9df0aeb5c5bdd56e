// Limits that refuse a start: places of the flow that are taken, and its rate.
#include <utility>

#include "engine/model/json_text.hpp"
#include "engine/run/execution_scope.hpp"
#include "engine/run/scheduler.hpp"

namespace sluice {
namespace {

constexpr std::chrono::milliseconds try_again{1'000};

std::string as_key(const Value& value) {
    const auto* const text = value.if_string();
    return text == nullptr ? to_json(value) : std::string(text->data(), text->size());
}

Array ids(const std::vector<Uuid>& executions) {
    Array array;
    for (const auto& id : executions) array.push_back(Value(id.to_string()));
    return array;
}

}  // namespace

result<Scheduler::LimitKey> Scheduler::key_of(const LiveExecution& execution,
                                              const expression::Template* key,
                                              std::string_view settings) const {
    if (key == nullptr) return LimitKey{};
    const ExecutionScope scope(execution, environment_, services_.secrets, execution.created);
    const auto value = key->evaluate(scope, expression::Budget::from(limits_));
    if (!value)
        return Error{
            "invalid_" + std::string(settings) + "_key",
            "the key of `settings." + std::string(settings) + "`: " + value.error().message,
            value.error().details};
    auto text = as_key(*value);
    execution.redaction.redact(text);
    if (text.size() > limits_.name_length)
        return Error{"invalid_" + std::string(settings) + "_key",
                     "the key of `settings." + std::string(settings) + "` takes more than " +
                         std::to_string(limits_.name_length) + " bytes",
                     {}};
    return LimitKey{std::move(text)};
}

/// Why it may not start at all. Counts it against the flow's rate otherwise.
std::optional<Error> Scheduler::refuse_by_limits(LiveExecution& execution) {
    const auto& settings = execution.program->settings();
    if (settings.concurrency) {
        auto key = key_of(execution, execution.program->concurrency_key(), "concurrency");
        if (!key) return key.error();
        execution.place_key = std::move(key->text);
        const Admission::Group group = place_of(execution);
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
    if (settings.debounce) {
        auto key = key_of(execution, execution.program->debounce_key(), "debounce");
        if (!key) return key.error();
        execution.debounce_key = std::move(key->text);
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

}  // namespace sluice
