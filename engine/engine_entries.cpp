// Entries that people read and change: in one order with the changes of nodes.
#include <utility>

#include "engine/async/deadline.hpp"
#include "engine/engine.hpp"
#include "engine/nodes/kv_entry.hpp"

namespace sluice {
namespace {

constexpr std::chrono::seconds write_patience{30};

Error not_as_expected(const EntryKey& key, const Entry* current) {
    return {"kv_conflict",
            "the entry '" + key.key + "' in namespace '" + key.entry_namespace +
                "' is not what was expected: read it again",
            Object{{"actual_version", current == nullptr ? 0 : current->version}}};
}

std::optional<Error> problem_of(const EntryKey& key, const Limits& limits) {
    if (const auto wrong = nodes::entry_namespace_problem(key.entry_namespace, limits))
        return Error{"invalid_parameter", "a namespace must be " + *wrong, {}};
    if (const auto wrong = nodes::entry_key_problem(key.key, limits))
        return Error{"invalid_parameter", "a key must be " + *wrong, {}};
    return std::nullopt;
}

}  // namespace

task<result<Entry>> Engine::entry(EntryKey key) {
    if (auto problem = problem_of(key, limits_)) co_return std::move(*problem);
    auto found = co_await records_.entry(key);
    if (!found || found->is_over(clock_.wall())) co_return nodes::entry_not_found(key);
    co_return std::move(*found);
}

task<result<Engine::EntryWritten>> Engine::put_entry(EntryKey key, Value value,
                                                     std::optional<std::chrono::milliseconds> ttl,
                                                     EntryCondition condition) {
    if (auto problem = problem_of(key, limits_)) co_return std::move(*problem);
    if (ttl && (ttl->count() <= 0 || *ttl > limits_.longest_entry_ttl))
        co_return Error{"invalid_body", "'ttl' must be a duration of at most ten years", {}};
    if (secrets_) secrets_->redaction().redact(value);
    auto text = nodes::entry_json(value, limits_);
    if (!text) co_return text.error();
    const auto slot = co_await entry_to_change(key);
    if (!slot) co_return slot.error();
    const WallTime now = clock_.wall();
    const Entry* const current = Entries::current(**slot, now);
    std::optional<Error> refusal;
    EntryWritten written;
    if (!condition.holds(current)) {
        refusal = not_as_expected(key, current);
    } else {
        const auto expires = ttl ? std::optional(now + *ttl) : std::nullopt;
        written = {changed_entry(current, std::move(text->json), expires, now), current == nullptr};
        EntryChange change{written.entry};
        if (scheduler_.entries().is_one_too_many(**slot, change))
            refusal = nodes::namespace_full(key, limits_);
        else
            scheduler_.change_entry(*slot, std::move(change));
    }
    if (const auto done = co_await entry_written(*slot); !done) co_return done.error();
    if (refusal) co_return std::move(*refusal);
    co_return written;
}

task<result<void>> Engine::remove_entry(EntryKey key, EntryCondition condition) {
    if (auto problem = problem_of(key, limits_)) co_return std::move(*problem);
    const auto slot = co_await entry_to_change(key);
    if (!slot) co_return slot.error();
    const Entry* const current = Entries::current(**slot, clock_.wall());
    std::optional<Error> refusal;
    if (current == nullptr)
        refusal = nodes::entry_not_found(key);
    else if (!condition.holds(current))
        refusal = not_as_expected(key, current);
    else
        scheduler_.change_entry(*slot, {});
    if (const auto done = co_await entry_written(*slot); !done) co_return done.error();
    if (refusal) co_return std::move(*refusal);
    co_return result<void>();
}

/// Not while the disk takes nothing: the change would come about long after its answer.
task<result<Entries::SlotPointer>> Engine::entry_to_change(EntryKey key) {
    if (const auto failure = scheduler_.committer().failure())
        co_return Error{failure->code, failure->message, Object{{"retry_after_ms", 5'000}}};
    co_return co_await scheduler_.entries().load(std::move(key));
}

/// What is told of an entry is on disk, refusals included: they tell what there is.
task<result<void>> Engine::entry_written(Entries::SlotPointer slot) {
    bool late = false;
    try {
        co_await with_deadline(timers_, clock_.steady() + write_patience,
                               scheduler_.entries().written(std::move(slot)));
    } catch (const system_error& error) {
        if (error.code() != asio::error::timed_out) throw;
        late = true;
    }
    if (late)
        co_return Error{"store_failed",
                        "the entry could not be written to disk for " +
                            std::to_string(write_patience.count()) +
                            " s; it will be when the store is well",
                        {}};
    co_return result<void>();
}

}  // namespace sluice
