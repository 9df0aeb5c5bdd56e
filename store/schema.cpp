#include "store/schema.hpp"

#include <string>

#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Transaction.h>
#include <sqlite3.h>

namespace sluice::store {
namespace {

std::int32_t schema_of(SQLite::Database& database) {
    return database.execAndGet("PRAGMA user_version").getInt();
}

}  // namespace

Error not_recognized(const std::string& path, const std::string& why) {
    return {"store_not_recognized",
            path + " " + why + ". Name a data file of Sluice, or one that does not exist yet.",
            {}};
}

std::optional<Error> check_file(SQLite::Database& database) {
    try {
        const auto owner = database.execAndGet("PRAGMA application_id").getInt();
        const bool empty = database.execAndGet("SELECT count(*) FROM sqlite_schema").getInt() == 0;
        if (owner != application_id && !(owner == 0 && empty))
            return not_recognized(database.getFilename(), "is a database of another program");
    } catch (const SQLite::Exception& exception) {
        if ((exception.getErrorCode() & 0xFF) == SQLITE_NOTADB)
            return not_recognized(database.getFilename(), "is not an SQLite database");
        throw;
    }
    const auto known = static_cast<std::int32_t>(migrations().size());
    if (const auto found = schema_of(database); found > known)
        return Error{"store_too_new",
                     database.getFilename() + " was written by a newer Sluice (its schema is " +
                         std::to_string(found) + ", this one knows up to " + std::to_string(known) +
                         "). Nothing was changed: use that version or a newer one.",
                     {}};
    return std::nullopt;
}

std::int64_t migrate(SQLite::Database& database) {
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    const auto found = schema_of(database);
    for (const auto& migration : migrations()) {
        if (migration.number <= found) continue;
        database.exec(migration.sql);
        database.exec("PRAGMA user_version=" + std::to_string(migration.number));
    }
    if (found == 0) database.exec("PRAGMA application_id=" + std::to_string(application_id));
    database.exec("UPDATE store SET epoch = epoch + 1");
    const std::int64_t epoch = database.execAndGet("SELECT epoch FROM store").getInt64();
    transaction.commit();
    return epoch;
}

}  // namespace sluice::store
