#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "engine/async/task.hpp"
#include "engine/model/limits.hpp"
#include "engine/run/journal.hpp"
#include "engine/run/records.hpp"

namespace sluice {

namespace store {
class Completions;
class FileLock;
class Reader;
class Writer;
struct ReadQueries;
struct WriteStatements;
}  // namespace store

struct StoreOptions {
    /// The data file; `-wal`, `-shm` and `.lock` files live beside it. Created (mode 0600) when
    /// missing, its directory is not.
    std::filesystem::path path = {};
    /// Most bytes the data file may take; more is refused with `store_full`. 0: as much as the disk
    /// gives.
    std::uint64_t max_bytes = 0;
    /// The write-ahead log is copied into the data file after this many pages of 4 KiB.
    std::uint32_t checkpoint_pages = 4'000;
    /// Calls of `Records` that may wait at once; more fail with `store_busy`.
    std::size_t waiting_calls = Limits{}.store_calls;
};

/// The engine's journal and records in one SQLite file (docs/store-format.md). Two threads: a
/// writer, which owns the only write connection and puts everything that waits into one synced
/// transaction, and a reader with a read-only connection. Neither runs while there is nothing to
/// do.
///
/// Made, used, closed and destroyed on the thread of `loop`. It may outlive the loop; what still
/// waited for it then is forgotten without a call.
class Store final : public Journal, public Records {
  public:
    /// Opens or creates the file, brings its schema up to date and starts the threads. Blocks for
    /// some milliseconds (longer when the last process was killed with a long write-ahead log).
    /// Errors: `store_in_use` (another process, or this one, has it open), `store_not_writable`,
    /// `store_not_recognized` (not SQLite, or of another program), `store_too_new` (written by a
    /// newer Sluice), `store_full`, `store_failed`.
    static result<std::unique_ptr<Store>> open(asio::io_context& loop, const StoreOptions& options);
    ~Store() override;

    /// Writes and reads everything that waits, copies the write-ahead log into the data file, ends
    /// the threads and lets go of the file. Blocks meanwhile. What has been done reaches the loop
    /// in its next turns; calls made after this fail with `store_closed`.
    void close();

    /// Counts the openings of this file; every execution carries the epoch that began it.
    [[nodiscard]] std::int64_t epoch() const noexcept { return epoch_; }

    /// Changes `StoreOptions::max_bytes`; returns the limit now in force (never below the present
    /// size).
    task<result<std::uint64_t>> limit_size(std::uint64_t max_bytes);

    // Journal
    void commit(std::vector<Append> group, Done done) override;

    // Records. A cancelled call throws `operation_aborted` at once; a write may then have been done
    // or not.
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
    Store(asio::io_context& loop, const StoreOptions& options);

    template <typename T>
    task<T> read(std::function<T(store::ReadQueries&)> query);
    template <typename T>
    task<result<T>> write(std::function<result<T>(store::WriteStatements&)> statement);

    std::shared_ptr<store::Completions> completions_;
    std::unique_ptr<store::FileLock> lock_;
    std::unique_ptr<store::Writer> writer_;
    std::unique_ptr<store::Reader> reader_;
    std::int64_t epoch_ = 0;
    std::size_t waiting_calls_;
};

}  // namespace sluice
