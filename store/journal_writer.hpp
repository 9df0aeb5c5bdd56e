#pragma once

#include <cstdint>
#include <span>

#include <SQLiteCpp/Database.h>

#include "engine/run/journal.hpp"
#include "store/append_table.hpp"
#include "store/hold_writer.hpp"
#include "store/hot_statement.hpp"

namespace sluice::store {

/// The statements that put a group of appends into the open transaction of a connection.
class JournalWriter {
  public:
    JournalWriter(const SQLite::Database& database, std::int64_t epoch);

    /// Throws SQLite::Exception; the transaction must be rolled back then.
    void write(std::span<const Append> group);

  private:
    void sort_out(std::span<const Append> group);

    AppendTable beginnings_;  // appends that begin an execution
    AppendTable chunks_;      // appends whose chunk goes into the journal table
    HotStatement insert_executions_;
    HotStatement insert_chunks_;
    HotStatement update_execution_;
    HoldWriter holds_;
};

}  // namespace sluice::store
