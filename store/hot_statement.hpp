#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include <SQLiteCpp/Database.h>

struct sqlite3;
struct sqlite3_stmt;

namespace sluice::store {

/// A prepared statement without rows, straight on SQLite's C interface: what runs for every group
/// and every row of it. SQLite::Statement keeps its handle to itself and checks more per call than
/// we need.
class HotStatement {
  public:
    HotStatement(const SQLite::Database& database, const char* sql);

    HotStatement& bind(int position, std::int64_t value);
    /// `text` must live until the statement is bound anew or run.
    HotStatement& bind(int position, std::string_view text);
    HotStatement& bind_blob(int position, std::string_view bytes);
    HotStatement& bind_null(int position);
    /// Runs it to its end and resets it, bindings kept. Throws SQLite::Exception.
    void run();

  private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept;
    };
    sqlite3* database_;
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

}  // namespace sluice::store
