#include "store/connection.hpp"

#include <cerrno>
#include <string>

#include <sqlite3.h>

namespace sluice::store {
namespace {

// Idle memory counts: 4 MiB hold the pages of a group and the inner pages of the trees.
constexpr int write_cache_kib = 4'096;
constexpr int read_cache_kib = 2'048;
// After a burst the write-ahead log shrinks to this many bytes.
constexpr std::uint32_t log_size_limit = 64u << 20;

}  // namespace

SQLite::Database open_to_write(const std::filesystem::path& path) {
    SQLite::Database database(path.string(),
                              SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOMUTEX);
    sqlite3_extended_result_codes(database.getHandle(), 1);
    return database;
}

void prepare_to_write(SQLite::Database& database) {
    // The first two act on a new file only.
    database.exec("PRAGMA page_size=" + std::to_string(page_bytes));
    database.exec("PRAGMA auto_vacuum=INCREMENTAL");
    database.exec("PRAGMA journal_mode=WAL");
    database.exec("PRAGMA synchronous=FULL");
    database.exec(
        "PRAGMA wal_autocheckpoint=0");  // the writer does it, after its group is acknowledged
    database.exec("PRAGMA journal_size_limit=" + std::to_string(log_size_limit));
    database.exec("PRAGMA cache_size=-" + std::to_string(write_cache_kib));
    database.exec("PRAGMA foreign_keys=ON");
}

SQLite::Database open_to_read(const std::filesystem::path& path) {
    SQLite::Database database(path.string(), SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX);
    sqlite3_extended_result_codes(database.getHandle(), 1);
    database.exec("PRAGMA cache_size=-" + std::to_string(read_cache_kib));
    return database;
}

Error to_error(const SQLite::Database& connection, const SQLite::Exception& exception) {
    const int code = exception.getErrorCode() & 0xFF;
    const int reason = code == SQLITE_IOERR ? sqlite3_system_errno(connection.getHandle()) : 0;
    if (code == SQLITE_FULL || reason == ENOSPC || reason == EDQUOT)
        return {"store_full",
                "No space for " + connection.getFilename() + " (" + exception.what() +
                    "). Nothing of this write was kept; free some space and try again.",
                {}};
    return {"store_failed",
            "The store " + connection.getFilename() + " failed: " + exception.what() +
                " (SQLite code " + std::to_string(exception.getExtendedErrorCode()) + ").",
            {}};
}

}  // namespace sluice::store
