#include "store/hot_statement.hpp"

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

namespace sluice::store {

HotStatement::HotStatement(const SQLite::Database& database, const char* sql)
    : database_(database.getHandle()) {
    sqlite3_stmt* statement = nullptr;
    database.check(
        sqlite3_prepare_v3(database_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
    statement_.reset(statement);
}

HotStatement& HotStatement::bind(int position, std::int64_t value) {
    sqlite3_bind_int64(statement_.get(), position, value);
    return *this;
}

HotStatement& HotStatement::bind(int position, std::string_view text) {
    sqlite3_bind_text64(statement_.get(), position, text.data(), text.size(), SQLITE_STATIC,
                        SQLITE_UTF8);
    return *this;
}

HotStatement& HotStatement::bind_blob(int position, std::string_view bytes) {
    sqlite3_bind_blob64(statement_.get(), position, bytes.data(), bytes.size(), SQLITE_STATIC);
    return *this;
}

HotStatement& HotStatement::bind_null(int position) {
    sqlite3_bind_null(statement_.get(), position);
    return *this;
}

void HotStatement::run() {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_DONE) {
        sqlite3_reset(statement_.get());
        return;
    }
    // Made before the reset, which may change the connection's message.
    SQLite::Exception failure(database_, code);
    sqlite3_reset(statement_.get());
    throw failure;
}

void HotStatement::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
    sqlite3_finalize(statement);
}

}  // namespace sluice::store
