#pragma once

#include <map>
#include <string>
#include <string_view>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

namespace sluice::store {

/// A prepared statement in use: reset and unbound when this goes, so that the next user finds it
/// clean and no read transaction stays open.
class Use {
  public:
    explicit Use(SQLite::Statement& statement) : statement_(statement) {}
    ~Use();
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    SQLite::Statement* operator->() const noexcept { return &statement_; }
    SQLite::Statement& operator*() const noexcept { return statement_; }

  private:
    SQLite::Statement& statement_;
};

/// The statements of one connection, each prepared when it is first used. Their texts come from a
/// fixed set, never from a user.
class StatementCache {
  public:
    explicit StatementCache(SQLite::Database& database) : database_(database) {}

    /// One use at a time of the same text.
    [[nodiscard]] Use use(std::string_view sql);

  private:
    SQLite::Database& database_;
    std::map<std::string, SQLite::Statement, std::less<>> statements_;
};

}  // namespace sluice::store
