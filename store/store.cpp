#include "store/store.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <fcntl.h>
#include <unistd.h>

#include "store/call.hpp"
#include "store/completion.hpp"
#include "store/connection.hpp"
#include "store/file_lock.hpp"
#include "store/reader.hpp"
#include "store/schema.hpp"
#include "store/writer.hpp"

namespace sluice {
namespace {

Error closed() {
    return {"store_closed", "The store is closed: this process is shutting down.", {}};
}

/// SQLite's own words for a file that cannot be opened say nothing of the reason, and it takes a
/// file of one byte for an empty one. A new file gets mode 0600, which SQLite passes on to its log.
std::optional<Error> touch(const std::filesystem::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return Error{"store_not_writable",
                     "Cannot open " + path.string() + ": " +
                         std::generic_category().message(errno) +
                         ". The data file must be readable and writable.",
                     {}};
    // https://sqlite.org/fileformat.html#the_database_header
    constexpr std::string_view magic("SQLite format 3\0", 16);
    std::array<char, magic.size()> start{};
    const auto size = ::pread(descriptor, start.data(), start.size(), 0);
    ::close(descriptor);
    if (size == 0 || std::string_view(start.data(), start.size()) == magic) return std::nullopt;
    return store::not_recognized(path.string(), "is not an SQLite database");
}

std::uint64_t set_size_limit(SQLite::Database& database, std::uint64_t max_bytes) {
    // SQLite's own ceiling of pages stands for "no limit".
    constexpr std::uint64_t most_pages = 0xFFFFFFFE;
    const auto pages =
        max_bytes == 0 ? most_pages
                       : std::clamp<std::uint64_t>(max_bytes / store::page_bytes, 1, most_pages);
    const auto set =
        database.execAndGet("PRAGMA max_page_count=" + std::to_string(pages)).getInt64();
    return static_cast<std::uint64_t>(set) * store::page_bytes;
}

}  // namespace

Store::Store(asio::io_context& loop, const StoreOptions& options)
    : completions_(store::Completions::of(loop)), waiting_calls_(options.waiting_calls) {}

result<std::unique_ptr<Store>> Store::open(asio::io_context& loop, const StoreOptions& options) {
    // One name for one file, whichever link leads to it: the lock goes by the name.
    std::error_code unresolved;
    auto path = std::filesystem::weakly_canonical(options.path, unresolved);
    if (unresolved) path = options.path;

    std::unique_ptr<Store> made(new Store(loop, options));
    auto lock = store::FileLock::acquire(path);
    if (!lock) return lock.error();
    made->lock_ = *std::move(lock);
    if (auto error = touch(path)) return *std::move(error);
    try {
        auto database = store::open_to_write(path);
        try {
            if (auto error = store::check_file(database)) return *std::move(error);
            store::prepare_to_write(database);
            set_size_limit(database, options.max_bytes);
            made->epoch_ = store::migrate(database);
        } catch (const SQLite::Exception& exception) {
            auto error = store::to_error(database, exception);
            if (error.code == "store_corrupt")
                error = store::corrupt(path.string(),
                                       store::first_damage(database).value_or(exception.what()));
            return error;
        }
        made->writer_ = std::make_unique<store::Writer>(
            std::move(database), made->epoch_, options.checkpoint_pages, made->completions_);
        made->reader_ = std::make_unique<store::Reader>(path, made->completions_);
    } catch (const SQLite::Exception& exception) {
        return store::opening_error(path, exception);
    }
    return made;
}

Store::~Store() {
    close();
}

void Store::close() {
    // The reader first: the last connection to go empties the log, and that is the writer's.
    if (reader_) reader_->close();
    if (writer_) writer_->close();
    reader_.reset();
    writer_.reset();
    lock_.reset();
}

void Store::commit(std::vector<Append> group, Done done) {
    auto commit = std::make_shared<store::JournalCommit>(std::move(group), std::move(done));
    completions_->add(commit);
    if (writer_ && writer_->push(commit)) return;
    commit->fail(closed());
    completions_->post({std::move(commit)});
}
namespace {

template <typename Thread, typename ThreadCall>
void start(store::Completions& completions, std::size_t most, Thread* thread,
           const std::shared_ptr<ThreadCall>& call) {
    // The call itself is counted already.
    if (completions.waiting() > most)
        call->fail({"store_busy", "Too many calls wait for the store: try again in a moment.", {}});
    else if (thread && thread->push(call))
        return;
    else
        call->fail(closed());
    completions.post({call});
}

}  // namespace

template <typename T>
task<T> Store::read(std::function<T(store::ReadQueries&)> query) {
    const auto call =
        std::make_shared<store::ReadCall<T, store::ReadQueries>>(completions_, std::move(query));
    co_await store::Call::wait(call, [this, call] {
        start<store::Reader, store::Reader::Read>(*completions_, waiting_calls_, reader_.get(),
                                                  call);
    });
    co_return call->take();
}

template <typename T>
task<result<T>> Store::write(std::function<result<T>(store::WriteStatements&)> statement) {
    const auto call = std::make_shared<store::WriteCall<T, store::WriteStatements>>(
        completions_, std::move(statement));
    co_await store::Call::wait(call, [this, call] {
        start<store::Writer, store::Writer::Write>(*completions_, waiting_calls_, writer_.get(),
                                                   call);
    });
    co_return call->take();
}

task<result<std::uint64_t>> Store::limit_size(std::uint64_t max_bytes) {
    return write<std::uint64_t>(
        [max_bytes](store::WriteStatements& statements) -> result<std::uint64_t> {
            return set_size_limit(statements.database, max_bytes);
        });
}

task<result<FlowRecord>> Store::create_flow(FlowRecord flow, RevisionRecord revision) {
    return write<FlowRecord>([flow = std::move(flow),
                              revision = std::move(revision)](store::WriteStatements& statements) {
        return statements.flows.create(flow, revision);
    });
}

task<result<FlowRecord>> Store::add_revision(FlowRecord flow, RevisionRecord revision,
                                             std::optional<std::uint32_t> expected_version) {
    return write<FlowRecord>([flow = std::move(flow), revision = std::move(revision),
                              expected_version](store::WriteStatements& statements) {
        return statements.flows.revise(flow, revision, expected_version);
    });
}

task<result<FlowRecord>> Store::delete_flow(Uuid id, WallTime at) {
    return write<FlowRecord>(
        [id, at](store::WriteStatements& statements) { return statements.flows.remove(id, at); });
}

task<std::vector<FlowRecord>> Store::flows() {
    return read<std::vector<FlowRecord>>(
        [](store::ReadQueries& queries) { return queries.flows.all(); });
}

task<std::optional<RevisionRecord>> Store::revision(std::int64_t number) {
    return read<std::optional<RevisionRecord>>(
        [number](store::ReadQueries& queries) { return queries.flows.revision(number); });
}

task<std::vector<RevisionRecord>> Store::revisions(std::int64_t flow,
                                                   std::optional<std::uint32_t> before,
                                                   std::size_t limit) {
    return read<std::vector<RevisionRecord>>([flow, before, limit](store::ReadQueries& queries) {
        return queries.flows.revisions(flow, before, limit);
    });
}

task<std::optional<ExecutionRecord>> Store::execution(Uuid id) {
    return read<std::optional<ExecutionRecord>>(
        [id](store::ReadQueries& queries) { return queries.executions.find(id); });
}

task<std::vector<ExecutionRecord>> Store::executions(ExecutionFilter filter) {
    return read<std::vector<ExecutionRecord>>(
        [filter](store::ReadQueries& queries) { return queries.executions.list(filter); });
}

task<std::vector<JournalChunk>> Store::journal(Uuid id) {
    return read<std::vector<JournalChunk>>(
        [id](store::ReadQueries& queries) { return queries.executions.journal(id); });
}

task<std::vector<StoredExecution>> Store::with_status(ExecutionStatus status, std::int64_t after,
                                                      std::size_t limit) {
    return read<std::vector<StoredExecution>>([status, after, limit](store::ReadQueries& queries) {
        return queries.executions.with_status(status, after, limit);
    });
}

task<std::vector<StoredExecution>> Store::load(std::vector<Uuid> ids) {
    return read<std::vector<StoredExecution>>([ids = std::move(ids)](store::ReadQueries& queries) {
        return queries.executions.load(ids);
    });
}

task<std::vector<HoldRecord>> Store::holds(HoldFilter filter) {
    return read<std::vector<HoldRecord>>(
        [filter](store::ReadQueries& queries) { return queries.holds.list(filter); });
}

task<std::vector<DueHold>> Store::due_holds(std::optional<DueHold> after, std::size_t limit) {
    return read<std::vector<DueHold>>(
        [after, limit](store::ReadQueries& queries) { return queries.holds.due(after, limit); });
}

task<std::vector<HoldRecord>> Store::signal_holds(std::string name, std::string key,
                                                  std::size_t limit) {
    return read<std::vector<HoldRecord>>(
        [name = std::move(name), key = std::move(key), limit](store::ReadQueries& queries) {
            return queries.holds.waiting_for(name, key, limit);
        });
}

task<result<KeptSignal>> Store::keep_signal(KeptSignal signal) {
    return write<KeptSignal>([signal = std::move(signal)](store::WriteStatements& statements) {
        return statements.signals.keep(signal);
    });
}

task<std::vector<KeptSignal>> Store::kept_signals() {
    return read<std::vector<KeptSignal>>(
        [](store::ReadQueries& queries) { return queries.holds.signals(); });
}

task<result<void>> Store::forget_signals(WallTime until) {
    const auto forgotten = co_await write<bool>(
        [until](store::WriteStatements& statements) { return statements.signals.forget(until); });
    if (!forgotten) co_return forgotten.error();
    co_return result<void>();
}

task<std::optional<Uuid>> Store::started_with(std::int64_t flow, std::string key, WallTime now) {
    return read<std::optional<Uuid>>(
        [flow, key = std::move(key), now](store::ReadQueries& queries) {
            return queries.holds.started_with(flow, key, now);
        });
}

task<std::int64_t> Store::last_execution_number() {
    return read<std::int64_t>(
        [](store::ReadQueries& queries) { return queries.executions.last_number(); });
}

task<result<std::shared_ptr<const Value>>> Store::artifact_value(ContentHash hash) {
    return read<result<std::shared_ptr<const Value>>>(
        [hash](store::ReadQueries& queries) { return queries.artifacts.value(hash); });
}

task<std::optional<ArtifactKey>> Store::artifact(ContentHash hash) {
    return read<std::optional<ArtifactKey>>(
        [hash](store::ReadQueries& queries) { return queries.artifacts.find(hash); });
}

task<result<ArtifactBytes>> Store::artifact_bytes(ContentHash hash, std::uint64_t first,
                                                  std::uint64_t count) {
    return read<result<ArtifactBytes>>([hash, first, count](store::ReadQueries& queries) {
        return queries.artifacts.bytes(hash, first, count);
    });
}

task<std::optional<Entry>> Store::entry(EntryKey key) {
    return read<std::optional<Entry>>(
        [key = std::move(key)](store::ReadQueries& queries) { return queries.entries.find(key); });
}

task<std::vector<EntryRecord>> Store::entries(EntryFilter filter) {
    return read<std::vector<EntryRecord>>(
        [filter = std::move(filter)](store::ReadQueries& queries) {
            return queries.entries.list(filter);
        });
}

task<std::size_t> Store::entry_count(std::string entry_namespace) {
    return read<std::size_t>(
        [entry_namespace = std::move(entry_namespace)](store::ReadQueries& queries) {
            return queries.entries.count(entry_namespace);
        });
}

task<result<PruneReport>> Store::prune(PruneRequest request) {
    // Found by the reader, deleted by the writer: what has ended stays as it is in between.
    auto selection = co_await read<store::PruneSelection>(
        [request](store::ReadQueries& queries) { return queries.pruning.select(request); });
    const auto call = std::make_shared<store::WriteCall<PruneReport, store::WriteStatements>>(
        completions_,
        [request = std::move(request), selection = std::move(selection)](
            store::WriteStatements& statements) -> result<PruneReport> {
            auto report = statements.pruning.prune(request, selection);
            // The file shrinks when the log is copied into it: once, at the end of the pass.
            statements.space_freed = statements.space_freed || report.freed_bytes > 0;
            if (!report.next)
                statements.checkpoint_soon = std::exchange(statements.space_freed, false);
            return report;
        });
    co_await store::Call::wait(call, [this, call] {
        if (writer_ && writer_->push_freeing(call)) return;
        call->fail(closed());
        completions_->post({call});
    });
    co_return call->take();
}

}  // namespace sluice
