#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

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

/// `store_corrupt`: what is damaged, and how to go on.
Error corrupt(const std::string& path, const std::string& what);

/// The first place that SQLite's own check finds; nullopt when it finds none, or cannot even look.
std::optional<std::string> first_damage(SQLite::Database& database);

/// What `exception` means to who opens the file at `path`, before there is a connection: also
/// `store_not_recognized`.
Error opening_error(const std::filesystem::path& path, const SQLite::Exception& exception);

/// What `exception` of this connection means to a user: `store_full`, `store_corrupt` or
/// `store_failed`, with SQLite's words.
Error to_error(const SQLite::Database& connection, const SQLite::Exception& exception);

}  // namespace sluice::store
