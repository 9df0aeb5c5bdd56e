#include "tests/simulation/disk.hpp"

#include <algorithm>
#include <utility>

namespace sluice::testing {

const std::vector<HoldRecord>& HoldRows::of(const Append& append) {
    auto& rows = rows_[append.execution];
    for (const auto run : append.holds_closed)
        std::erase_if(rows, [run](const HoldRecord& hold) { return hold.run == run; });
    for (const auto& hold : append.holds_opened) {
        std::erase_if(rows, [&](const HoldRecord& other) { return other.run == hold.run; });
        rows.push_back(hold);
    }
    return rows;
}

void Disk::commit(std::vector<Append> group, Done done) {
    if (cut_) return;
    busy_ = true;
    if (chance_.percent(health_.failing_percent)) {
        answer(Error{health_.failure, "the disk does not want to", {}}, std::move(group),
               std::move(done));
        return;
    }
    if (chance_.percent(50)) {  // on disk at once; the answer may never come
        apply(group);
        answer(std::nullopt, std::move(group), std::move(done));
        return;
    }
    const auto later = clock_.steady() + Milliseconds(chance_.between(0, 3));
    timers_.add(later, [this, group = std::move(group), done = std::move(done)]() mutable {
        if (cut_) return;
        apply(group);
        answer(std::nullopt, std::move(group), std::move(done));
    });
}

void Disk::apply(std::vector<Append>& group) {
    store_.keep_artifacts(group);
    store_.commit(group, [](const std::optional<Error>&, const std::vector<Append>&) {});
    for (const auto& append : group)
        if (append.has_execution()) ledger_.committed(append, rows_.of(append));
    ledger_.compare_counters(group);
}

void Disk::answer(std::optional<Error> error, std::vector<Append> group, Done done) {
    const int late = chance_.percent(health_.slow_percent) ? chance_.between(1, 30) : 0;
    timers_.add(clock_.steady() + Milliseconds(late),
                [this, error = std::move(error), group = std::move(group),
                 done = std::move(done)]() mutable {
                    if (cut_) return;
                    busy_ = false;
                    done(std::move(error), std::move(group));
                });
}

task<void> SlowRecords::dawdle() {
    if (chance_.percent(health_.slow_percent))
        co_await sleep_until(timers_, clock_.steady() + Milliseconds(chance_.between(0, 20)));
}

template <typename T>
task<T> SlowRecords::slowly(task<T> work, bool writes) {
    co_await dawdle();
    if (disk_.is_cut() || (writes && chance_.percent(health_.failing_percent)))
        throw ErrorException(Error{"store_failed", "the disk does not want to", {}});
    T answer = co_await std::move(work);
    co_await dawdle();
    co_return answer;
}

task<result<FlowRecord>> SlowRecords::create_flow(FlowRecord flow, RevisionRecord revision) {
    return slowly(store_.create_flow(std::move(flow), std::move(revision)));
}

task<result<FlowRecord>> SlowRecords::add_revision(FlowRecord flow, RevisionRecord revision,
                                                   std::optional<std::uint32_t> expected_version) {
    return slowly(store_.add_revision(std::move(flow), std::move(revision), expected_version));
}

task<result<FlowRecord>> SlowRecords::delete_flow(Uuid id, WallTime at) {
    return slowly(store_.delete_flow(id, at));
}

task<std::vector<FlowRecord>> SlowRecords::flows() {
    return slowly(store_.flows());
}

task<std::optional<RevisionRecord>> SlowRecords::revision(std::int64_t number) {
    return slowly(store_.revision(number));
}

task<std::vector<RevisionRecord>> SlowRecords::revisions(std::int64_t flow,
                                                         std::optional<std::uint32_t> before,
                                                         std::size_t limit) {
    return slowly(store_.revisions(flow, before, limit));
}

task<std::optional<ExecutionRecord>> SlowRecords::execution(Uuid id) {
    return slowly(store_.execution(id));
}

task<std::vector<ExecutionRecord>> SlowRecords::executions(ExecutionFilter filter) {
    return slowly(store_.executions(std::move(filter)));
}

task<std::vector<JournalChunk>> SlowRecords::journal(Uuid id) {
    return slowly(store_.journal(id));
}

task<std::vector<StoredExecution>> SlowRecords::with_status(ExecutionStatus status,
                                                            std::int64_t after, std::size_t limit) {
    return slowly(store_.with_status(status, after, limit));
}

task<std::vector<StoredExecution>> SlowRecords::load(std::vector<Uuid> ids) {
    return slowly(store_.load(std::move(ids)));
}

task<std::vector<HoldRecord>> SlowRecords::holds(HoldFilter filter) {
    return slowly(store_.holds(std::move(filter)));
}

task<std::vector<DueHold>> SlowRecords::due_holds(std::optional<DueHold> after, std::size_t limit) {
    return slowly(store_.due_holds(after, limit));
}

task<std::vector<HoldRecord>> SlowRecords::signal_holds(std::string name, std::string key,
                                                        std::size_t limit) {
    return slowly(store_.signal_holds(std::move(name), std::move(key), limit));
}

task<result<KeptSignal>> SlowRecords::keep_signal(KeptSignal signal) {
    return slowly(store_.keep_signal(std::move(signal)), true);
}

task<std::vector<KeptSignal>> SlowRecords::kept_signals() {
    return slowly(store_.kept_signals());
}

task<result<void>> SlowRecords::forget_signals(WallTime until) {
    return slowly(store_.forget_signals(until), true);
}

task<std::optional<Uuid>> SlowRecords::started_with(std::int64_t flow, std::string key,
                                                    WallTime now) {
    return slowly(store_.started_with(flow, std::move(key), now));
}

task<std::int64_t> SlowRecords::last_execution_number() {
    return slowly(store_.last_execution_number());
}

task<result<std::shared_ptr<const Value>>> SlowRecords::artifact_value(ContentHash hash) {
    return slowly(store_.artifact_value(hash));
}

task<std::optional<ArtifactKey>> SlowRecords::artifact(ContentHash hash) {
    return slowly(store_.artifact(hash));
}

task<result<ArtifactBytes>> SlowRecords::artifact_bytes(ContentHash hash, std::uint64_t first,
                                                        std::uint64_t count) {
    return slowly(store_.artifact_bytes(hash, first, count));
}

task<std::optional<Entry>> SlowRecords::entry(EntryKey key) {
    return slowly(store_.entry(std::move(key)));
}

task<std::vector<EntryRecord>> SlowRecords::entries(EntryFilter filter) {
    return slowly(store_.entries(std::move(filter)));
}

task<std::size_t> SlowRecords::entry_count(std::string entry_namespace) {
    return slowly(store_.entry_count(std::move(entry_namespace)));
}

task<result<PruneReport>> SlowRecords::prune(PruneRequest request) {
    return slowly(store_.prune(std::move(request)), true);
}

}  // namespace sluice::testing
