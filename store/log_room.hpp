#pragma once

#include <cstdint>
#include <filesystem>

namespace sluice::store {

/// Keeps the file of the write-ahead log longer than what is written of it, by zeros at its end. A
/// sync after a write that lengthens a file must also write the file's metadata, which makes a
/// small commit take twice as long (measured: 0.9 ms against 0.4 ms); so the file grows by many
/// commits at once. Once the log has begun anew after its first checkpoint it is long enough and
/// nothing is done any more.
///
/// SQLite goes by its own count of frames, and when it reads the log after a crash it stops at the
/// first frame whose salt is not that of the header
/// (https://sqlite.org/fileformat.html#wal_file_format), as zeros are not.
class LogRoom {
  public:
    explicit LogRoom(const std::filesystem::path& data_file);
    ~LogRoom();
    LogRoom(const LogRoom&) = delete;
    LogRoom& operator=(const LogRoom&) = delete;

    /// On the writer's thread, between transactions: `pages` of the log are in use. That it fails
    /// (a full disk) does not matter: the next commit will say so.
    ///
    /// The file's size is asked for only when the room that was last seen is used up. Linux gives
    /// the first write after a look at a file's times a time of its own, so that asking after each
    /// commit made each sync write the inode too (measured: three disk operations a commit, not
    /// two).
    void provide(int pages) noexcept;
    /// The log was made shorter by somebody else.
    void forget() noexcept { size_ = 0; }

  private:
    int descriptor_;
    std::int64_t size_ = 0;  // of the file, at least
};

}  // namespace sluice::store
