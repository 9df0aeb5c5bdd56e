#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "engine/run/records.hpp"

namespace sluice::store {

/// What `Records` writes about early signals, inside the open transaction of a connection. All
/// throw SQLite::Exception.
class SignalWriter {
  public:
    explicit SignalWriter(SQLite::Database& database) : database_(database) {}

    /// Its number is set.
    result<KeptSignal> keep(KeptSignal signal) {
        SQLite::Statement insert(database_,
                                 "INSERT INTO signals(name, key, payload, arrived_ms, until_ms) "
                                 "VALUES (?, ?, ?, ?, ?)");
        insert.bind(1, signal.name);
        insert.bind(2, signal.key);
        insert.bind(3, signal.payload);
        insert.bind(4, std::int64_t{signal.arrived.time_since_epoch().count()});
        insert.bind(5, std::int64_t{signal.until.time_since_epoch().count()});
        insert.exec();
        signal.number = database_.getLastInsertRowid();
        return signal;
    }

    /// Forgets those whose time is over at `until`; true when there were any.
    result<bool> forget(WallTime until) {
        SQLite::Statement forget(database_, "DELETE FROM signals WHERE until_ms <= ?");
        forget.bind(1, std::int64_t{until.time_since_epoch().count()});
        return forget.exec() > 0;
    }

  private:
    SQLite::Database& database_;
};

}  // namespace sluice::store
