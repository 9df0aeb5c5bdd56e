#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "engine/model/error.hpp"

namespace sluice {

/// What a backup copied.
struct BackupReport {
    std::uint64_t bytes = 0;       ///< size of the copy
    std::uint64_t executions = 0;  ///< in it
};

/// Copies the store at `source` to the new file `target`, as of one moment, also while a server
/// has it open (SQLite's online backup, https://sqlite.org/backup.html, under one read
/// transaction, so that writes meanwhile do not start it over). The copy is synced and checked by
/// SQLite's integrity check before it gets its name; `target` is never overwritten and never half a
/// copy. Blocks.
///
/// `progress` is told the pages copied and in all; false ends the backup with `backup_cancelled`.
/// Errors: `backup_exists`, `backup_not_writable`, `backup_damaged` (the copy did not pass its
/// check), `backup_cancelled`, `store_full` (no space for the copy) and those of
/// `Inspection::open`.
result<BackupReport> back_up(
    const std::filesystem::path& source, const std::filesystem::path& target,
    const std::function<bool(std::uint64_t copied, std::uint64_t pages)>& progress);

}  // namespace sluice
