#include "store/writer.hpp"

#include <exception>
#include <string>
#include <utility>

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include "store/connection.hpp"
#include "store/worker_thread.hpp"

namespace sluice::store {

Writer::Writer(SQLite::Database database, std::int64_t epoch, std::uint32_t checkpoint_pages,
               std::shared_ptr<Completions> completions)
    : database_(std::move(database)),
      begin_(database_, "BEGIN IMMEDIATE"),
      commit_(database_, "COMMIT"),
      journal_(database_, epoch),
      statements_(database_),
      completions_(std::move(completions)),
      checkpoint_pages_(static_cast<int>(checkpoint_pages)),
      log_room_(database_.getFilename()),
      checkpoint_at_(checkpoint_pages_) {
    sqlite3_wal_hook(
        database_.getHandle(),
        [](void* writer, sqlite3*, const char*, int pages) {
            static_cast<Writer*>(writer)->log_pages_ = pages;
            return SQLITE_OK;
        },
        this);
    thread_ = start_thread("sluice-writer", [this] { run(); });
}

bool Writer::push(std::shared_ptr<JournalCommit> commit) {
    {
        const std::lock_guard lock(mutex_);
        if (closing_) return false;
        queue_.commits.push_back(std::move(commit));
    }
    changed_.notify_one();
    return true;
}

bool Writer::push(std::shared_ptr<Write> write) {
    {
        const std::lock_guard lock(mutex_);
        if (closing_) return false;
        queue_.writes.push_back(std::move(write));
    }
    changed_.notify_one();
    return true;
}

void Writer::close() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void Writer::run() {
    for (;;) {
        Group group;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return closing_ || !queue_.empty(); });
            if (queue_.empty()) break;
            std::swap(group, queue_);
        }
        commit(group);
        post(group);
        checkpoint_when_due();
        log_room_.provide(log_pages_);
    }
    // When this fails nothing is lost: whoever opens the file next reads the log.
    sqlite3_wal_checkpoint_v2(database_.getHandle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr,
                              nullptr);
}

void Writer::commit(Group& group) {
    std::optional<Error> failure;
    try {
        begin_.run();
        for (const auto& write : group.writes) write_apart(*write);
        for (const auto& commit : group.commits) journal_.write(commit->appends);
        commit_.run();
        return;
    } catch (const SQLite::Exception& exception) {
        failure = to_error(database_, exception);
    } catch (const std::exception& exception) {
        failure = Error{
            "store_failed", std::string("Writing to the store failed: ") + exception.what(), {}};
    }
    roll_back();
    for (const auto& write : group.writes) write->fail(*failure);
    for (const auto& commit : group.commits) commit->fail(*failure);
}

/// A refusal, or an error of this write alone, leaves no trace of it and does not touch the rest of
/// the group.
void Writer::write_apart(Write& write) {
    sqlite3* const handle = database_.getHandle();
    database_.exec("SAVEPOINT write");
    bool kept = false;
    try {
        kept = write.run(statements_);
    } catch (const SQLite::Exception& exception) {
        const auto failure = to_error(database_, exception);
        if (sqlite3_get_autocommit(handle) != 0)
            throw;  // SQLite has given up the whole transaction
        write.fail(failure);
    }
    if (!kept) database_.exec("ROLLBACK TO write");
    database_.exec("RELEASE write");
}

void Writer::roll_back() noexcept {
    // After some errors SQLite has done it by itself.
    if (sqlite3_get_autocommit(database_.getHandle()) == 0) database_.tryExec("ROLLBACK");
}

void Writer::post(Group& group) {
    std::vector<std::shared_ptr<Completion>> batch;
    batch.reserve(group.commits.size() + group.writes.size());
    for (auto& commit : group.commits) batch.push_back(std::move(commit));
    for (auto& write : group.writes) batch.push_back(std::move(write));
    completions_->post(std::move(batch));
}

void Writer::checkpoint_when_due() {
    // The log began anew: the last checkpoint was complete.
    if (log_pages_ < checkpoint_at_ - checkpoint_pages_) checkpoint_at_ = checkpoint_pages_;
    if (log_pages_ < checkpoint_at_) return;
    // What a reader still needs, or a full disk keeps from being copied, stays in the log until the
    // next time.
    sqlite3_wal_checkpoint_v2(database_.getHandle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr,
                              nullptr);
    checkpoint_at_ = log_pages_ + checkpoint_pages_;
}

}  // namespace sluice::store
