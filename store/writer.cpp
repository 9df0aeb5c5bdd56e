#include "store/writer.hpp"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <limits>
#include <string>
#include <utility>

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include "store/connection.hpp"
#include "store/worker_thread.hpp"

namespace sluice::store {
namespace {

// The disk is looked at when so many pages have been written.
constexpr int pages_a_look = 64;
// Less than this beside what the log needs counts as a full disk.
constexpr std::uint64_t least_space = 1 << 20;

}  // namespace

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
      reserve_(database_.getFilename()),
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
    return take(queue_.writes, std::move(write));
}

bool Writer::push_freeing(std::shared_ptr<Write> write) {
    return take(queue_.freeing, std::move(write));
}

bool Writer::take(std::vector<std::shared_ptr<Write>>& queue, std::shared_ptr<Write> write) {
    {
        const std::lock_guard lock(mutex_);
        if (closing_) return false;
        queue.push_back(std::move(write));
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
    reserve_.take();
    for (;;) {
        Group group;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return closing_ || !queue_.empty(); });
            if (queue_.empty()) break;
            std::swap(group, queue_);
        }
        if (short_of_space_) refuse_beginnings(group);
        if (!group.writes.empty() || !group.commits.empty()) {
            commit(group);
            post(group);
        }
        for (auto& write : group.freeing) {
            free_space(*write);
            completions_->post({std::move(write)});
        }
        checkpoint_when_due();
        log_room_.provide(log_pages_);
    }
    reserve_.remove();
    // When this fails nothing is lost: whoever opens the file next reads the log.
    sqlite3_wal_checkpoint_v2(database_.getHandle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr,
                              nullptr);
}

template <typename Work>
std::optional<Error> Writer::transact(Work work) {
    std::optional<Error> failure;
    try {
        begin_.run();
        work();
        commit_.run();
        return std::nullopt;
    } catch (const SQLite::Exception& exception) {
        failure = to_error(database_, exception);
    } catch (const std::exception& exception) {
        failure = Error{
            "store_failed", std::string("Writing to the store failed: ") + exception.what(), {}};
    }
    roll_back();
    return failure;
}

void Writer::commit(Group& group) {
    const auto failure = transact([&] {
        for (const auto& write : group.writes) write_apart(*write);
        for (const auto& commit : group.commits) journal_.write(commit->appends);
    });
    if (!failure) return;
    // What can be copied into the data file makes room in the log.
    statements_.checkpoint_soon = failure->code == "store_full";
    for (const auto& write : group.writes) write->fail(*failure);
    for (const auto& commit : group.commits) commit->fail(*failure);
}

void Writer::free_space(Write& write) {
    std::optional<Error> failure;
    if (!short_of_space_) failure = transact([&] { write.run(statements_); });
    if (short_of_space_ || (failure && failure->code == "store_full")) {
        short_of_space_ = true;
        failure = free_at_once(write);
        if (failure && failure->code == "store_full" && reserve_.give_up())
            failure = free_at_once(write);
        empty_log();
    }
    if (failure) write.fail(*failure);
}

/// Pages that are free but still in the file would have to be copied out of the log into it. So
/// they leave it in the same transaction; moving pages for that takes room in the log itself.
std::optional<Error> Writer::free_at_once(Write& write) {
    std::optional<Error> failure;
    for (const std::int64_t pages : {4'000, 256, 0}) {
        failure = transact([&] {
            write.run(statements_);
            statements_.pruning.vacuum(pages);
        });
        if (!failure || failure->code != "store_full") break;
    }
    return failure;
}

/// Gives the log's space back to the disk, as far as readers and the disk allow.
void Writer::empty_log() {
    const auto space = look_at_space();
    if (space.growth <= space.available &&
        sqlite3_wal_checkpoint_v2(database_.getHandle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE,
                                  nullptr, nullptr) == SQLITE_OK) {
        log_pages_ = looked_at_ = 0;
        checkpoint_at_ = checkpoint_pages_;
        log_room_.forget();
    }
    end_shortage(look_at_space());
}

Writer::Space Writer::look_at_space() {
    constexpr Space unknown{std::numeric_limits<std::uint64_t>::max(), 0};
    std::error_code failed;
    const std::filesystem::path path = database_.getFilename();
    const auto disk = std::filesystem::space(path, failed);
    if (failed) return unknown;
    const auto size = std::filesystem::file_size(path, failed);
    if (failed) return unknown;
    try {
        const auto pages =
            static_cast<std::uint64_t>(database_.execAndGet("PRAGMA page_count").getInt64());
        return {disk.available, std::max<std::uint64_t>(pages * page_bytes, size) - size};
    } catch (const SQLite::Exception&) {
        return unknown;  // the next commit will say so
    }
}

void Writer::end_shortage(const Space& space) {
    const bool held = reserve_.take();
    if (space.available >= space.growth + 2 * least_space + (held ? 0 : SpaceReserve::bytes))
        short_of_space_ = false;
}

/// While space is short nothing begins: what deletes, and what runs, needs it.
void Writer::refuse_beginnings(Group& group) {
    end_shortage(look_at_space());
    if (!short_of_space_) return;
    const auto begins = [](const std::shared_ptr<JournalCommit>& commit) {
        return std::any_of(commit->appends.begin(), commit->appends.end(),
                           [](const Append& append) { return append.begins; });
    };
    std::vector<std::shared_ptr<Completion>> refused;
    for (auto& commit : group.commits) {
        if (!begins(commit)) continue;
        commit->fail({"store_full",
                      "No space for " + database_.getFilename() +
                          ": what is left is kept for deleting. Free some space and try again.",
                      {}});
        refused.push_back(std::move(commit));
    }
    std::erase(group.commits, nullptr);
    completions_->post(std::move(refused));
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
    looked_at_ = std::min(looked_at_, log_pages_);
    const bool wanted = std::exchange(statements_.checkpoint_soon, false);
    const bool due = wanted || log_pages_ >= checkpoint_at_;
    if (!due && log_pages_ < looked_at_ + pages_a_look) return;
    looked_at_ = log_pages_;
    const auto space = look_at_space();
    // What is in the log alone must still fit into the data file: half a copy would use up the
    // space and empty nothing.
    if (space.growth + least_space > space.available) short_of_space_ = true;
    const auto log_bytes = static_cast<std::uint64_t>(log_pages_) * page_bytes;
    const bool nearly_full = space.available < 2 * (log_bytes + SpaceReserve::bytes);
    if (due) checkpoint_at_ = log_pages_ + checkpoint_pages_;
    if (!(due || nearly_full) || space.growth > space.available) return;
    // What a reader still needs stays in the log until the next time.
    sqlite3_wal_checkpoint_v2(database_.getHandle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr,
                              nullptr);
    end_shortage(look_at_space());
}

}  // namespace sluice::store
