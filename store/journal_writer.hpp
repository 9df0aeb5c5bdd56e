#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "engine/run/journal.hpp"
#include "store/append_table.hpp"
#include "store/artifact_writer.hpp"
#include "store/chain.hpp"
#include "store/entry_writer.hpp"
#include "store/hold_writer.hpp"
#include "store/hot_statement.hpp"

namespace sluice::store {

/// The statements that put a group of appends into the open transaction of a connection.
class JournalWriter {
  public:
    JournalWriter(SQLite::Database& database, std::int64_t epoch);

    /// Completes the references to artifacts, and moves the chain of each append on over its chunk.
    /// Throws SQLite::Exception; the transaction must be rolled back then, and the chains of the
    /// group are worth nothing.
    void write(std::span<Append> group);

  private:
    void sort_out(std::span<const Append> group);
    void link(std::span<Append> group);
    std::optional<JournalChain> stored_chain(const Uuid& execution);

    AppendTable beginnings_;  // appends that begin an execution
    AppendTable chunks_;      // appends whose chunk goes into the journal table
    HotStatement insert_executions_;
    HotStatement insert_chunks_;
    HotStatement update_execution_;
    SQLite::Statement select_last_chain_;
    SQLite::Statement select_chunks_;
    ChainHash chain_;
    HoldWriter holds_;
    EntryWriter entries_;
    ArtifactWriter artifacts_;
};

}  // namespace sluice::store
