#pragma once

#include <map>
#include <optional>
#include <vector>

#include "engine/async/timers.hpp"
#include "engine/run/memory_store.hpp"

#include "tests/simulation/chance.hpp"
#include "tests/simulation/ledger.hpp"

namespace sluice::testing {

/// How well the disk is; the script changes it.
struct DiskHealth {
    unsigned slow_percent = 40;  ///< of commits and reads: these take some milliseconds
    unsigned failing_percent = 0;
    const char* failure = "store_failed";
};

/// The rows of holds as the commits leave them.
class HoldRows {
  public:
    /// After this commit of an execution.
    const std::vector<HoldRecord>& of(const Append& append);
    [[nodiscard]] const std::map<Uuid, std::vector<HoldRecord>>& all() const { return rows_; }

  private:
    std::map<Uuid, std::vector<HoldRecord>> rows_;
};

/// The journal of one process on what outlives it: commits take time, fail, and are cut off by the
/// end of the process, before or after they have come to the disk.
class Disk final : public Journal {
  public:
    Disk(MemoryStore& store, HoldRows& rows, Ledger& ledger, timer_queue& timers,
         const Clock& clock, Chance& chance, const DiskHealth& health)
        : store_(store),
          rows_(rows),
          ledger_(ledger),
          timers_(timers),
          clock_(clock),
          chance_(chance),
          health_(health) {}

    void commit(std::vector<Append> group, Done done) override;

    /// The process is gone: nothing that it still does reaches the disk, and nothing answers it.
    void cut() { cut_ = true; }
    [[nodiscard]] bool is_cut() const { return cut_; }
    [[nodiscard]] bool busy() const { return busy_; }

  private:
    void apply(std::vector<Append>& group);
    void answer(std::optional<Error> error, std::vector<Append> group, Done done);

    MemoryStore& store_;
    HoldRows& rows_;
    Ledger& ledger_;
    timer_queue& timers_;
    const Clock& clock_;
    Chance& chance_;
    const DiskHealth& health_;
    bool cut_ = false;
    bool busy_ = false;
};

/// The records of one process: reads and writes that take time.
class SlowRecords final : public Records {
  public:
    SlowRecords(MemoryStore& store, const Disk& disk, timer_queue& timers, const Clock& clock,
                Chance& chance, const DiskHealth& health)
        : store_(store),
          disk_(disk),
          timers_(timers),
          clock_(clock),
          chance_(chance),
          health_(health) {}

    task<result<FlowRecord>> create_flow(FlowRecord flow, RevisionRecord revision) override;
    task<result<FlowRecord>> add_revision(FlowRecord flow, RevisionRecord revision,
                                          std::optional<std::uint32_t> expected_version) override;
    task<result<FlowRecord>> delete_flow(Uuid id, WallTime at) override;
    task<std::vector<FlowRecord>> flows() override;
    task<std::optional<RevisionRecord>> revision(std::int64_t number) override;
    task<std::vector<RevisionRecord>> revisions(std::int64_t flow,
                                                std::optional<std::uint32_t> before,
                                                std::size_t limit) override;
    task<std::optional<ExecutionRecord>> execution(Uuid id) override;
    task<std::vector<ExecutionRecord>> executions(ExecutionFilter filter) override;
    task<std::vector<JournalChunk>> journal(Uuid id) override;
    task<std::vector<StoredExecution>> with_status(ExecutionStatus status, std::int64_t after,
                                                   std::size_t limit) override;
    task<std::vector<StoredExecution>> load(std::vector<Uuid> ids) override;
    task<std::vector<HoldRecord>> holds(HoldFilter filter) override;
    task<std::vector<DueHold>> due_holds(std::optional<DueHold> after, std::size_t limit) override;
    task<std::vector<HoldRecord>> signal_holds(std::string name, std::string key,
                                               std::size_t limit) override;
    task<result<KeptSignal>> keep_signal(KeptSignal signal) override;
    task<std::vector<KeptSignal>> kept_signals() override;
    task<result<void>> forget_signals(WallTime until) override;
    task<std::optional<Uuid>> started_with(std::int64_t flow, std::string key,
                                           WallTime now) override;
    task<std::int64_t> last_execution_number() override;
    task<result<std::shared_ptr<const Value>>> artifact_value(ContentHash hash) override;
    task<std::optional<ArtifactKey>> artifact(ContentHash hash) override;
    task<result<ArtifactBytes>> artifact_bytes(ContentHash hash, std::uint64_t first,
                                               std::uint64_t count) override;
    task<std::optional<Entry>> entry(EntryKey key) override;
    task<std::vector<EntryRecord>> entries(EntryFilter filter) override;
    task<std::size_t> entry_count(std::string entry_namespace) override;
    task<result<PruneReport>> prune(PruneRequest request) override;

  private:
    template <typename T>
    task<T> slowly(task<T> work, bool writes = false);
    task<void> dawdle();

    MemoryStore& store_;
    const Disk& disk_;
    timer_queue& timers_;
    const Clock& clock_;
    Chance& chance_;
    const DiskHealth& health_;
};

}  // namespace sluice::testing
