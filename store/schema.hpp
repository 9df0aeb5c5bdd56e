#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include <SQLiteCpp/Database.h>

#include "engine/model/error.hpp"

namespace sluice::store {

/// `PRAGMA application_id` of every store: "Slce".
inline constexpr std::int32_t application_id = 0x536C6365;

/// One numbered SQL file of store/migrations, built in.
struct Migration {
    std::int32_t number;  ///< 1, 2, ...; `PRAGMA user_version` of a file it has been applied to
    const char* file;
    const char* sql;
};

/// All of them, in order.
std::span<const Migration> migrations();

/// The error for a file that is not a store.
Error not_recognized(const std::string& path, const std::string& why);

/// Refuses a file that is not ours (`store_not_recognized`) or newer than this program
/// (`store_too_new`). SQLite::Exception passes through, except for files that are not SQLite's.
std::optional<Error> check_file(SQLite::Database& database);

/// Applies the migrations that are missing and counts this opening, all in one transaction. Returns
/// the epoch.
std::int64_t migrate(SQLite::Database& database);

}  // namespace sluice::store
