#pragma once

#include <cstdint>
#include <vector>

#include <SQLiteCpp/Database.h>

#include "engine/run/journal.hpp"

namespace sluice::store {

/// A group of appends as a table that SQLite reads (a read-only virtual table,
/// https://sqlite.org/vtab.html), so that one `INSERT ... SELECT` writes the whole group: per row
/// it costs a third of a statement that is bound and stepped row by row, and nothing is copied but
/// into the page.
///
/// Columns: number, tail, flow, revision, status, created_ms, ended_ms, first_sequence, chunk,
/// chain; and head_sequence, head and head_chain, which are first_sequence, chunk and chain when
/// the append both begins and ends its execution, else NULL.
class AppendTable {
  public:
    struct Row {
        std::int64_t number;  ///< append->execution.number()
        const Append* append;
    };

    /// Registers the table as `name` with the connection. Must live where it is as long as the
    /// connection runs statements on it.
    AppendTable(const SQLite::Database& database, const char* name);
    AppendTable(const AppendTable&) = delete;
    AppendTable& operator=(const AppendTable&) = delete;

    std::vector<Row> rows;
};

}  // namespace sluice::store
