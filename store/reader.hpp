#pragma once

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <SQLiteCpp/Database.h>

#include "store/artifact_reader.hpp"
#include "store/call.hpp"
#include "store/completion.hpp"
#include "store/entry_reader.hpp"
#include "store/execution_reader.hpp"
#include "store/flow_reader.hpp"
#include "store/hold_reader.hpp"
#include "store/prune_reader.hpp"
#include "store/statement_cache.hpp"

namespace sluice::store {

/// What a read may ask of the reader's connection.
struct ReadQueries {
    explicit ReadQueries(StatementCache& statements)
        : flows(statements),
          executions(statements),
          holds(statements),
          pruning(statements),
          artifacts(statements),
          entries(statements) {}
    FlowReader flows;
    ExecutionReader executions;
    HoldReader holds;
    PruneReader pruning;
    ArtifactReader artifacts;
    EntryReader entries;
};

/// The thread that reads, with a connection of its own: a long list never keeps a commit waiting.
class Reader {
  public:
    using Read = ConnectionCall<ReadQueries>;

    /// Throws SQLite::Exception.
    Reader(const std::filesystem::path& path, std::shared_ptr<Completions> completions);
    ~Reader() { close(); }

    /// On the loop thread. False after `close`: the call has not been taken.
    [[nodiscard]] bool push(std::shared_ptr<Read> read);
    /// Answers what waits, then ends the thread.
    void close();

  private:
    void run();
    void answer(Read& read);

    SQLite::Database database_;
    StatementCache statements_{database_};
    ReadQueries queries_{statements_};
    std::shared_ptr<Completions> completions_;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::shared_ptr<Read>>
        queue_;  // its length is bounded by StoreOptions::waiting_calls
    bool closing_ = false;

    std::thread thread_;
};

}  // namespace sluice::store
