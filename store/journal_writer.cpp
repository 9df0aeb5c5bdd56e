#include "store/journal_writer.hpp"

#include <algorithm>

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include "store/execution_key.hpp"

namespace sluice::store {
namespace {

// OR FAIL: the whole transaction is rolled back on an error anyway, and SQLite need not journal for
// the statement alone.
constexpr const char* insert_executions =
    "INSERT OR FAIL INTO executions"
    "(number, tail, flow, revision, status, created_ms, ended_ms, epoch, head_sequence, head, "
    "chain) "
    "SELECT number, tail, flow, revision, status, created_ms, ended_ms, ?1, head_sequence, head, "
    "head_chain "
    "FROM beginnings";
constexpr const char* insert_chunks =
    "INSERT OR FAIL INTO journal(execution, first_sequence, chunk, chain) "
    "SELECT number, first_sequence, chunk, chain FROM chunks";
constexpr const char* update_execution =
    "UPDATE executions SET status = ?1, ended_ms = ?2 WHERE number = ?3 AND status <> ?1";
constexpr const char* select_last_chain =
    "SELECT chain FROM journal WHERE execution = ?1 ORDER BY number DESC LIMIT 1";
constexpr const char* select_chunks =
    "SELECT chunk FROM journal WHERE execution = ?1 ORDER BY number";

}  // namespace

JournalWriter::JournalWriter(SQLite::Database& database, std::int64_t epoch)
    : beginnings_(database, "beginnings"),
      chunks_(database, "chunks"),
      insert_executions_(database, insert_executions),
      insert_chunks_(database, insert_chunks),
      update_execution_(database, update_execution),
      select_last_chain_(database, select_last_chain),
      select_chunks_(database, select_chunks),
      holds_(database),
      entries_(database),
      artifacts_(database) {
    insert_executions_.bind(1, epoch);
}

void JournalWriter::sort_out(std::span<const Append> group) {
    beginnings_.rows.clear();
    chunks_.rows.clear();
    for (const auto& append : group) {
        if (!append.has_execution()) continue;
        if (!is_storable(append.execution))
            throw SQLite::Exception(
                "the id of an execution is not a UUIDv7: " + append.execution.to_string(),
                SQLITE_MISMATCH);
        const AppendTable::Row row{append.execution.number(), &append};
        if (append.begins) beginnings_.rows.push_back(row);
        const bool whole = append.begins && append.ended;
        if (!whole && !append.chunk.empty()) chunks_.rows.push_back(row);
    }
    // Ascending keys are appended to the tree's last page; the group comes in the order of its
    // events.
    const auto by_number = [](const AppendTable::Row& left, const AppendTable::Row& right) {
        return left.number < right.number;
    };
    if (!std::is_sorted(beginnings_.rows.begin(), beginnings_.rows.end(), by_number))
        std::sort(beginnings_.rows.begin(), beginnings_.rows.end(), by_number);
}

/// The chain of a running execution that its owner does not know. Rows of an older version have
/// none: then it is computed from the beginning.
std::optional<JournalChain> JournalWriter::stored_chain(const Uuid& execution) {
    select_last_chain_.bind(1, execution.number());
    std::optional<JournalChain> chain;
    bool any = false;
    if (select_last_chain_.executeStep()) {
        any = true;
        chain = chain_of(select_last_chain_.getColumn(0));
    }
    select_last_chain_.reset();
    if (!any || chain) return chain;
    select_chunks_.bind(1, execution.number());
    while (select_chunks_.executeStep()) {
        const auto chunk = select_chunks_.getColumn(0);
        chain = chain_.next(chain, execution,
                            {static_cast<const char*>(chunk.getBlob()),
                             static_cast<std::size_t>(chunk.getBytes())});
    }
    select_chunks_.reset();
    return chain;
}

void JournalWriter::link(std::span<Append> group) {
    for (std::size_t at = 0; at < group.size(); ++at) {
        Append& append = group[at];
        if (!append.has_execution()) continue;
        if (append.begins) {
            append.chain.reset();
        } else if (!append.chain) {
            append.chain = stored_chain(append.execution);
            // Its chunks of this group are not stored yet.
            for (const auto& earlier : group.first(at))
                if (earlier.execution == append.execution) append.chain = earlier.chain;
        }
        if (!append.chunk.empty())
            append.chain = chain_.next(append.chain, append.execution, append.chunk);
    }
}

void JournalWriter::write(std::span<Append> group) {
    // The chain is of the completed chunks.
    for (auto& append : group)
        if (append.has_execution() && !append.artifacts.empty()) artifacts_.write(append);
    link(group);
    sort_out(group);
    if (!beginnings_.rows.empty()) insert_executions_.run();
    if (!chunks_.rows.empty()) insert_chunks_.run();
    for (const auto& append : group) {
        if (append.begins || !append.has_execution()) continue;
        update_execution_.bind(1, static_cast<std::int64_t>(append.status));
        if (append.ended)
            update_execution_.bind(2, append.ended->time_since_epoch().count());
        else
            update_execution_.bind_null(2);
        update_execution_.bind(3, append.execution.number()).run();
    }
    holds_.write(group);
    for (const auto& append : group) entries_.write(append.entries);
}

}  // namespace sluice::store
