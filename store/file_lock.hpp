#pragma once

#include <filesystem>
#include <memory>

#include "engine/model/error.hpp"

namespace sluice::store {

/// The right to use a data file: an exclusive advisory lock (flock(2)) on `<path>.lock`, held as
/// long as this lives and let go by the system when the process dies. Not on the data file itself:
/// closing any descriptor of that would drop SQLite's own locks. The lock file holds the owner's
/// process id and stays.
class FileLock {
  public:
    /// Errors `store_in_use` and `store_not_writable`.
    static result<std::unique_ptr<FileLock>> acquire(const std::filesystem::path& data_file);
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

  private:
    explicit FileLock(int descriptor) : descriptor_(descriptor) {}
    int descriptor_;
};

}  // namespace sluice::store
