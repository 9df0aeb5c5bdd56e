// Nodes that read and change entries. They are decided on the loop, one after the other, and what
// they change goes to the disk in the group of their results: see `Entries` and `Committer`.
#include <utility>

#include "engine/async/deadline.hpp"
#include "engine/nodes/kv_entry.hpp"
#include "engine/run/run_event.hpp"
#include "engine/run/scheduler.hpp"

namespace sluice {
namespace {

/// Before that it may still be refused, and could not take its changes back once others have built
/// upon them.
bool is_accepted(const LiveExecution& execution) {
    return execution.committed > 0;
}

NodeError of_store(const Error& error) {
    return {error.code, error.message, error.details, error.code != "store_corrupt"};
}

NodeError of_system(const system_error& error,
                    const std::optional<std::chrono::milliseconds>& timeout) {
    if (error.code() == asio::error::timed_out && timeout)
        return {"node_timeout",
                "the entry could not be read within the node's `timeout` of " +
                    std::to_string(timeout->count()) + " ms",
                {},
                true};
    return {"internal_error", error.what(), {}, false};
}

}  // namespace

void Scheduler::run_entry(LiveExecution& execution, const Activation& activation,
                          Value parameters) {
    // Entries are read by everybody: no secret gets into one, nor into its key.
    if (execution.redaction) execution.redaction.redact(parameters);
    auto key =
        nodes::entry_key_of(parameters, execution.program->definition().flow_namespace, limits_);
    if (!key) {
        fail(execution, activation, key.error());
        return;
    }
    if (is_accepted(execution)) {
        if (const auto slot = entries_.find(*key)) {
            decide_entry(execution, activation, std::move(parameters), slot);
            return;
        }
    }
    record(execution, event_of(EventKind::node_started, activation, now()));
    if (stopping_) return;  // it goes on after the restart
    spawn_child(execution, activation.run,
                reach_entry(execution.shared_from_this(), activation, std::move(parameters),
                            std::move(*key)));
}

/// Waits for what a decision needs; the decision itself is taken in one turn with its event.
task<void> Scheduler::reach_entry(std::shared_ptr<LiveExecution> execution, Activation activation,
                                  Value parameters, EntryKey key) {
    const auto timeout = execution->program->graph().nodes[activation.node].timeout;
    auto* const child = execution->child(activation.run);
    if (child == nullptr || abandoning_) co_return;  // cancelled before it began
    child->begun = true;
    Entries::SlotPointer slot;
    std::optional<NodeError> failure;
    bool cancelled = false;
    try {
        auto work = entry_at_hand(execution, std::move(key));
        if (timeout)
            slot = co_await with_deadline(*services_.timers, services_.clock->steady() + *timeout,
                                          std::move(work));
        else
            slot = co_await std::move(work);
    } catch (const ErrorException& error) {
        failure = of_store(error.error());
    } catch (const system_error& error) {
        cancelled = is_cancellation(error);
        failure = of_system(error, timeout);
    } catch (const std::exception& error) {
        failure = NodeError{"internal_error", error.what(), {}, false};
    }
    std::erase_if(execution->children,
                  [&](const auto& other) { return other.run == activation.run; });
    if (stopping_) progress_.wake_all();
    if (abandoning_ || execution->removed || execution->state.ended()) co_return;
    if (execution->state.is_doomed(activation.frame) && (cancelled || slot))
        record(*execution, event_of(EventKind::node_cancelled, activation, now()));
    else if (slot)
        decide_entry(*execution, activation, std::move(parameters), slot);
    else
        fail(*execution, activation, *failure);
    advance(*execution);
}

task<Entries::SlotPointer> Scheduler::entry_at_hand(std::shared_ptr<LiveExecution> execution,
                                                    EntryKey key) {
    while (!is_accepted(*execution) && !execution->removed) co_await execution->progress.wait();
    co_return co_await entries_.load(std::move(key));
}

void Scheduler::decide_entry(LiveExecution& execution, const Activation& activation,
                             Value parameters, const Entries::SlotPointer& slot) {
    const auto& node = execution.program->node(activation.node);
    const WallTime at = now();
    EntryContext context{parameters, slot->key,     Entries::current(*slot, at),
                         at,         node.outcomes, limits_};
    node_result<EntryDecision> decided = NodeError{};
    try {
        decided = node.type->entry(context);
    } catch (const std::exception& error) {
        decided = NodeError{"internal_error", error.what(), {}, false};
    }
    if (decided && decided->change && entries_.is_one_too_many(*slot, *decided->change))
        decided = nodes::to_node_error(nodes::namespace_full(slot->key, limits_));
    const bool seen_on_disk = entries_.is_on_disk(*slot);
    bool changed = false;
    if (!decided) {
        fail(execution, activation, decided.error());
    } else if (finished(execution, activation, std::move(decided->result)) && decided->change) {
        entries_.change(slot, std::move(*decided->change));
        changed = true;
    }
    if (!changed && seen_on_disk) return;
    execution.entries_seen = execution.last_sequence;
    commit(execution);
}

void Scheduler::change_entry(const Entries::SlotPointer& slot, EntryChange change) {
    entries_.change(slot, std::move(change));
    committer_.entries_changed();
}

void Scheduler::group_ended(const std::optional<Error>& error, bool executions) {
    if (error && !executions && on_failure_) on_failure_(*error);
    if (stopping_) progress_.wake_all();
}

}  // namespace sluice
