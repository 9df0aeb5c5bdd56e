#pragma once

#include <map>
#include <set>
#include <string>
#include <unordered_map>

#include "engine/run/journal.hpp"
#include "engine/run/records.hpp"

namespace sluice {

/// The engine's store without a disk: for programs that embed the engine and do not need
/// durability, for `sluice run`, and for tests. It keeps the rules of the interfaces, but nothing
/// survives the process, and executions that have ended are kept only up to a number.
class MemoryStore final : public Journal, public Records {
  public:
    /// `keep_ended`: how many ended executions stay readable, the newest.
    explicit MemoryStore(Executor executor, std::size_t keep_ended = 1'000);

    void commit(std::vector<Append> group, Done done) override;

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

    /// The part of `commit` that completes the group's references to artifacts.
    void keep_artifacts(std::vector<Append>& group);
    /// Loses the content of all artifacts: what a damaged file looks like.
    void lose_artifacts() { artifacts_.clear(); }
    /// Makes every commit fail with this until it is cleared: what a full disk looks like.
    void fail_commits(std::optional<Error> error) { failure_ = std::move(error); }
    /// Keeps finished groups back until `release`: what a slow disk looks like.
    void hold_commits(bool hold);

  private:
    struct Stored {
        ExecutionRecord record;
        std::vector<JournalChunk> chunks;
    };

    void apply(std::vector<Append>& group);
    void erase(std::int64_t execution);
    void index(const Append& append);
    void keep_entries(const std::vector<EntryRecord>& records);
    void prune_entries(WallTime now, PruneReport& report);
    void keep_to_number();
    [[nodiscard]] bool name_taken(const FlowRecord& flow) const;

    Executor executor_;
    std::size_t keep_ended_;
    std::vector<FlowRecord> flows_;
    std::vector<RevisionRecord> revisions_;
    std::map<std::int64_t, Stored> executions_;
    std::map<std::pair<std::int64_t, HoldNumber>, HoldRecord> holds_;
    std::vector<KeptSignal> signals_;
    std::int64_t last_signal_ = 0;
    struct KnownStart {
        Uuid execution;
        WallTime until;
    };
    std::map<std::pair<std::int64_t, std::string>, KnownStart> starts_;
    struct KeptArtifact {
        std::shared_ptr<const Value> value;
        std::uint64_t bytes = 0;
    };
    std::map<ContentHash, KeptArtifact> artifacts_;
    std::map<std::int64_t, std::set<ContentHash>> artifact_uses_;  // by execution
    std::map<EntryKey, Entry> entries_;
    std::size_t ended_ = 0;
    std::optional<Error> failure_;
    bool hold_ = false;
    std::vector<std::pair<std::vector<Append>, Done>> held_;
};

}  // namespace sluice
