#include "store/backup.hpp"

#include <cerrno>
#include <cstdio>
#include <memory>
#include <string>
#include <system_error>

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/Transaction.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include "store/connection.hpp"
#include "store/inspection.hpp"

namespace sluice {
namespace {

constexpr int pages_a_step = 1'000;

std::string system_words() {
    return std::generic_category().message(errno);
}

Error not_writable(const std::filesystem::path& path) {
    return {
        "backup_not_writable", "Cannot write " + path.string() + ": " + system_words() + ".", {}};
}

Error already_exists(const std::filesystem::path& path) {
    return {"backup_exists",
            path.string() + " exists already and is not overwritten: name a new file.",
            {}};
}

/// A file that goes away again unless it gets its name.
class Unfinished {
  public:
    explicit Unfinished(const std::filesystem::path& target)
        : target_(target), path_(target.string() + ".partial-" + std::to_string(::getpid())) {}
    ~Unfinished() {
        std::error_code ignored;
        for (const auto* suffix : {"", "-wal", "-shm", "-journal"})
            std::filesystem::remove(path_.string() + suffix, ignored);
    }
    Unfinished(const Unfinished&) = delete;
    Unfinished& operator=(const Unfinished&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

    std::optional<Error> create() const {
        const int made = ::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (made < 0) return not_writable(path_);
        ::close(made);
        return std::nullopt;
    }

    /// Syncs it, gives it its name unless another has that, and syncs the directory.
    std::optional<Error> keep() const {
        if (!sync(path_, O_RDWR)) return not_writable(path_);
        if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, target_.c_str(), RENAME_NOREPLACE) != 0)
            return errno == EEXIST ? already_exists(target_) : not_writable(target_);
        const auto directory = std::filesystem::absolute(target_).parent_path();
        if (!sync(directory, O_RDONLY | O_DIRECTORY)) return not_writable(directory);
        return std::nullopt;
    }

  private:
    static bool sync(const std::filesystem::path& path, int flags) {
        const int opened = ::open(path.c_str(), flags | O_CLOEXEC);
        if (opened < 0) return false;
        const bool synced = ::fsync(opened) == 0;
        ::close(opened);
        return synced;
    }

    std::filesystem::path target_;
    std::filesystem::path path_;
};

std::optional<Error> copy(SQLite::Database& from, SQLite::Database& to,
                          const std::function<bool(std::uint64_t, std::uint64_t)>& progress) {
    // What is read in this transaction stays as it is, so the copy is never begun anew.
    SQLite::Transaction moment(from);
    from.execAndGet("SELECT count(*) FROM sqlite_schema");
    SQLite::Backup backup(to, from);
    for (int code = SQLITE_OK; code != SQLITE_DONE;) {
        code = backup.executeStep(pages_a_step);
        const auto pages = static_cast<std::uint64_t>(backup.getTotalPageCount());
        const auto left = static_cast<std::uint64_t>(backup.getRemainingPageCount());
        if (progress && !progress(pages - left, pages))
            return Error{
                "backup_cancelled", "The backup was cancelled; nothing is left of it.", {}};
        if (code == SQLITE_BUSY || code == SQLITE_LOCKED) sqlite3_sleep(50);
    }
    return std::nullopt;
}

}  // namespace

result<BackupReport> back_up(
    const std::filesystem::path& source, const std::filesystem::path& target,
    const std::function<bool(std::uint64_t copied, std::uint64_t pages)>& progress) {
    if (std::filesystem::exists(std::filesystem::symlink_status(target)))
        return already_exists(target);
    // Refuses what is no store before anything is made.
    if (auto opened = Inspection::open(source); !opened) return opened.error();
    const Unfinished unfinished(target);
    if (auto error = unfinished.create()) return *std::move(error);
    try {
        auto from = store::open_to_read(source);
        auto to = store::open_to_write(unfinished.path());
        to.exec("PRAGMA synchronous=OFF");  // it is synced once, at the end
        try {
            if (auto error = copy(from, to, progress)) return *std::move(error);
        } catch (const SQLite::Exception& exception) {
            auto error = store::to_error(to, exception);
            return error.code == "store_failed" ? store::to_error(from, exception) : error;
        }
    } catch (const SQLite::Exception& exception) {
        return Error{"store_failed",
                     "Cannot back up " + source.string() + ": " + exception.what() + ".",
                     {}};
    }
    BackupReport report;
    try {
        auto check = Inspection::open(unfinished.path());
        if (!check) return check.error();
        for (const auto& finding : (*check)->check_file([] { return true; }))
            return Error{"backup_damaged",
                         "The copy does not pass its check: " + finding.message +
                             ". See `sluice verify --data " + source.string() + "`.",
                         {}};
        report.executions = (*check)->execution_count();
    } catch (const ErrorException& error) {
        return Error{
            "backup_damaged", "The copy does not pass its check: " + error.error().message, {}};
    }
    report.bytes = std::filesystem::file_size(unfinished.path());
    if (auto error = unfinished.keep()) return *std::move(error);
    return report;
}

}  // namespace sluice
