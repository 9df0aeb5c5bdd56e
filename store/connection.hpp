#pragma once

#include <cstdint>
#include <filesystem>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>

#include "engine/model/error.hpp"

namespace sluice::store {

/// Bytes of a page. Measured with groups of 30, 100 and 1,000 rows (bench/store_commit.cpp): 8 and
/// 16 KiB are 5 to 15 % faster in large groups of one flow, but slower in small groups and where
/// many flows take turns.
inline constexpr std::uint32_t page_bytes = 4'096;

/// A connection that can write; nothing of the file is changed yet. Throws SQLite::Exception.
SQLite::Database open_to_write(const std::filesystem::path& path);

/// Makes it the writer's connection: sets what a new file keeps for ever (page size, incremental
/// vacuum), `journal_mode=WAL` and `synchronous=FULL`. Throws SQLite::Exception.
void prepare_to_write(SQLite::Database& database);

/// A connection that only reads. Throws SQLite::Exception.
SQLite::Database open_to_read(const std::filesystem::path& path);

/// What `exception` of this connection means to a user: `store_full` or `store_failed`, with
/// SQLite's words.
Error to_error(const SQLite::Database& connection, const SQLite::Exception& exception);

}  // namespace sluice::store
