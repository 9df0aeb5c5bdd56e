#pragma once

#include <vector>

#include <SQLiteCpp/Database.h>

#include "engine/model/entry.hpp"
#include "store/hot_statement.hpp"

namespace sluice::store {

/// Writes entries as they are after a group, in the transaction of the group.
class EntryWriter {
  public:
    explicit EntryWriter(const SQLite::Database& database);

    /// Throws SQLite::Exception; the transaction must be rolled back then.
    void write(const std::vector<EntryRecord>& records);

  private:
    HotStatement put_;
    HotStatement remove_;
};

}  // namespace sluice::store
