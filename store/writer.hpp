#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <SQLiteCpp/Database.h>

#include "engine/run/journal.hpp"
#include "store/call.hpp"
#include "store/completion.hpp"
#include "store/flow_writer.hpp"
#include "store/hot_statement.hpp"
#include "store/journal_writer.hpp"
#include "store/log_room.hpp"
#include "store/prune_writer.hpp"
#include "store/signal_writer.hpp"
#include "store/space_reserve.hpp"

namespace sluice::store {

/// What a record write may ask of the writer's connection.
struct WriteStatements {
    explicit WriteStatements(SQLite::Database& connection)
        : database(connection), flows(connection), signals(connection), pruning(connection) {}
    SQLite::Database& database;
    FlowWriter flows;
    SignalWriter signals;
    PruneWriter pruning;
    bool space_freed = false;      ///< by the pass of pruning under way
    bool checkpoint_soon = false;  ///< set by a write that has freed space of the file
};

/// A group of the journal on its way to the disk.
class JournalCommit final : public Completion {
  public:
    JournalCommit(std::vector<Append> appends, Journal::Done done)
        : appends(std::move(appends)), done_(std::move(done)) {}

    void fail(const Error& error) { error_ = error; }
    void finish() override { done_(std::move(error_), std::move(appends)); }
    void abandon() noexcept override { done_ = nullptr; }

    std::vector<Append>
        appends;  // the writer changes only their chains, and completes their references

  private:
    Journal::Done done_;
    std::optional<Error> error_;
};

/// The thread that writes: group commit. It takes everything that waits, writes it in one IMMEDIATE
/// transaction, which syncs once, and posts the outcomes to the loop in one batch; the next group
/// forms meanwhile. Checkpoints run after that, so that nobody who is done waits for one.
class Writer {
  public:
    using Write = ConnectionCall<WriteStatements>;

    /// `database` is a connection by `open_to_write`, migrated.
    Writer(SQLite::Database database, std::int64_t epoch, std::uint32_t checkpoint_pages,
           std::shared_ptr<Completions> completions);
    ~Writer() { close(); }

    /// On the loop thread. False after `close`: it has not been taken.
    [[nodiscard]] bool push(std::shared_ptr<JournalCommit> commit);
    [[nodiscard]] bool push(std::shared_ptr<Write> write);
    /// A write that frees space: it gets a transaction of its own, after the group, and may use the
    /// last reserve of the disk.
    [[nodiscard]] bool push_freeing(std::shared_ptr<Write> write);
    /// Writes what waits, empties the write-ahead log into the data file and ends the thread.
    void close();

  private:
    struct Group {
        std::vector<std::shared_ptr<Write>> writes;
        std::vector<std::shared_ptr<JournalCommit>> commits;
        std::vector<std::shared_ptr<Write>> freeing;
        [[nodiscard]] bool empty() const {
            return writes.empty() && commits.empty() && freeing.empty();
        }
    };

    void run();
    bool take(std::vector<std::shared_ptr<Write>>& queue, std::shared_ptr<Write> write);
    void commit(Group& group);
    void free_space(Write& write);
    void empty_log();
    std::optional<Error> free_at_once(Write& write);
    /// What the disk has left, and what the data file grows by when the log is copied into it.
    struct Space {
        std::uint64_t available;
        std::uint64_t growth;
    };
    Space look_at_space();
    void end_shortage(const Space& space);
    void refuse_beginnings(Group& group);
    template <typename Work>
    std::optional<Error> transact(Work work);
    void write_apart(Write& write);
    void roll_back() noexcept;
    void post(Group& group);
    void checkpoint_when_due();

    SQLite::Database database_;
    HotStatement begin_;
    HotStatement commit_;
    JournalWriter journal_;
    WriteStatements statements_;
    std::shared_ptr<Completions> completions_;

    const int checkpoint_pages_;
    LogRoom log_room_;
    SpaceReserve reserve_;
    bool short_of_space_ = false;  // nothing may begin
    int looked_at_ = 0;            // log_pages_ when the disk was last looked at
    int log_pages_ = 0;            // of the write-ahead log, after the last commit
    int checkpoint_at_;

    std::mutex mutex_;
    std::condition_variable changed_;
    Group queue_;
    bool closing_ = false;

    std::thread thread_;
};

}  // namespace sluice::store
