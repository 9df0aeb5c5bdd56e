#include "store/connection.hpp"

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>

#include <SQLiteCpp/Statement.h>
#include <sqlite3.h>

#include "store/schema.hpp"

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
    // Debian's SQLite writes every page that it frees full of zeros; pruning would write as much as
    // it deletes.
    database.exec("PRAGMA secure_delete=FAST");
    database.exec("PRAGMA temp_store=MEMORY");  // a full disk may be the temporary one too
}

SQLite::Database open_to_read(const std::filesystem::path& path) {
    SQLite::Database database(path.string(), SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX);
    sqlite3_extended_result_codes(database.getHandle(), 1);
    database.exec("PRAGMA cache_size=-" + std::to_string(read_cache_kib));
    return database;
}

Error corrupt(const std::string& path, const std::string& what) {
    return {"store_corrupt",
            "The data file " + path + " is damaged: " + what +
                ". Stop Sluice, keep a copy of the file with its -wal, see `sluice verify --data " +
                path + "` for the places, and put a backup (`sluice backup`) in its place.",
            {}};
}

std::optional<std::string> first_damage(SQLite::Database& database) {
    try {
        SQLite::Statement check(database, "PRAGMA integrity_check(1)");
        if (!check.executeStep()) return std::nullopt;
        auto message = check.getColumn(0).getString();
        std::replace(message.begin(), message.end(), '\n', ' ');
        return message == "ok" ? std::nullopt : std::optional(std::move(message));
    } catch (const SQLite::Exception&) {
        return std::nullopt;
    }
}

Error opening_error(const std::filesystem::path& path, const SQLite::Exception& exception) {
    const int code = exception.getErrorCode() & 0xFF;
    if (code == SQLITE_NOTADB) return not_recognized(path.string(), "is not an SQLite database");
    if (code == SQLITE_CORRUPT) return corrupt(path.string(), exception.what());
    return {"store_failed", "Cannot open " + path.string() + ": " + exception.what() + ".", {}};
}

Error to_error(const SQLite::Database& connection, const SQLite::Exception& exception) {
    const int code = exception.getErrorCode() & 0xFF;
    const int reason = code == SQLITE_IOERR ? sqlite3_system_errno(connection.getHandle()) : 0;
    // When the log's index cannot grow SQLite does not keep the system's reason.
    const bool index_is_short = exception.getExtendedErrorCode() == SQLITE_IOERR_SHMSIZE;
    if (code == SQLITE_FULL || index_is_short || reason == ENOSPC || reason == EDQUOT)
        return {"store_full",
                "No space for " + connection.getFilename() + " (" + exception.what() +
                    "). Nothing of this write was kept; free some space and try again.",
                {}};
    if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
        return corrupt(connection.getFilename(), exception.what());
    return {"store_failed",
            "The store " + connection.getFilename() + " failed: " + exception.what() +
                " (SQLite code " + std::to_string(exception.getExtendedErrorCode()) + ").",
            {}};
}

}  // namespace sluice::store
