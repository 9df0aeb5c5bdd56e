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
    "(number, tail, flow, revision, status, created_ms, ended_ms, epoch, head_sequence, head) "
    "SELECT number, tail, flow, revision, status, created_ms, ended_ms, ?1, head_sequence, head "
    "FROM beginnings";
constexpr const char* insert_chunks =
    "INSERT OR FAIL INTO journal(execution, first_sequence, chunk) "
    "SELECT number, first_sequence, chunk FROM chunks";
constexpr const char* update_execution =
    "UPDATE executions SET status = ?1, ended_ms = ?2 WHERE number = ?3 AND status <> ?1";

}  // namespace

JournalWriter::JournalWriter(const SQLite::Database& database, std::int64_t epoch)
    : beginnings_(database, "beginnings"),
      chunks_(database, "chunks"),
      insert_executions_(database, insert_executions),
      insert_chunks_(database, insert_chunks),
      update_execution_(database, update_execution),
      holds_(database) {
    insert_executions_.bind(1, epoch);
}

void JournalWriter::sort_out(std::span<const Append> group) {
    beginnings_.rows.clear();
    chunks_.rows.clear();
    for (const auto& append : group) {
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

void JournalWriter::write(std::span<const Append> group) {
    sort_out(group);
    if (!beginnings_.rows.empty()) insert_executions_.run();
    if (!chunks_.rows.empty()) insert_chunks_.run();
    for (const auto& append : group) {
        if (append.begins) continue;
        update_execution_.bind(1, static_cast<std::int64_t>(append.status));
        if (append.ended)
            update_execution_.bind(2, append.ended->time_since_epoch().count());
        else
            update_execution_.bind_null(2);
        update_execution_.bind(3, append.execution.number()).run();
    }
    holds_.write(group);
}

}  // namespace sluice::store
