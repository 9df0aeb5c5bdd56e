#pragma once

#include <cstdint>
#include <span>

#include <SQLiteCpp/Database.h>

#include "engine/run/journal.hpp"
#include "store/hot_statement.hpp"

namespace sluice::store {

/// The statements that keep the indexes over the journal (holds, keys of starts, early signals) in
/// step with a group of appends, in the same transaction.
class HoldWriter {
  public:
    explicit HoldWriter(const SQLite::Database& database);

    /// Throws SQLite::Exception; the transaction must be rolled back then.
    void write(std::span<const Append> group);

  private:
    void open(std::int64_t execution, const HoldRecord& hold);

    HotStatement insert_hold_;
    HotStatement delete_hold_;
    HotStatement delete_signal_;
    HotStatement insert_start_;
};

}  // namespace sluice::store
