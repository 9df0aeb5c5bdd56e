#include "store/execution_reader.hpp"

#include <initializer_list>
#include <limits>
#include <span>
#include <string>

#include <SQLiteCpp/Column.h>

#include "store/execution_key.hpp"
#include "store/flow_row.hpp"

namespace sluice::store {
namespace {

constexpr std::string_view columns = "number, tail, flow, revision, status, created_ms, ended_ms";

// ?1 a flow, ?2 a status, ?3 a number (exclusive), ?4 the limit.

/// Every status by itself: the index yields each in the order of numbers, so that at most `limit`
/// rows of each are read and merged, however many executions there are. `when` is a condition
/// beside the status.
std::string merged(std::string_view index, std::string_view when,
                   std::span<const ExecutionStatus> statuses, std::string_view order) {
    const std::string tail = " ORDER BY number " + std::string(order) + " LIMIT ?4";
    std::string sql;
    for (const auto status : statuses) {
        if (!sql.empty()) sql += " UNION ALL ";
        sql.append("SELECT * FROM (SELECT ").append(columns).append(" FROM executions INDEXED BY ");
        sql.append(index).append(" WHERE ").append(when).append(" AND status = ");
        sql.append(std::to_string(static_cast<int>(status))).append(tail).append(")");
    }
    return "SELECT * FROM (" + sql + ")" + tail;
}

std::string listing(std::string_view source) {
    return "SELECT " + std::string(columns) + " FROM executions " + std::string(source) +
           " AND number < ?3 ORDER BY number DESC LIMIT ?4";
}

const std::string& listing_for(const ExecutionFilter& filter) {
    using enum ExecutionStatus;
    static const auto of_flow =
        merged("executions_by_flow", "flow = ?1 AND number < ?3",
               std::initializer_list<ExecutionStatus>{queued, running, waiting, paused, succeeded,
                                                      failed, cancelled, timed_out},
               "DESC");
    static const auto of_flow_and_status =
        listing("INDEXED BY executions_by_flow WHERE flow = ?1 AND status = ?2");
    // Nearly every execution succeeds: the newest of them are found without an index.
    static const auto succeeded_ones = listing("NOT INDEXED WHERE status = ?2");
    static const auto of_status =
        listing("INDEXED BY executions_by_status WHERE status <> 4 AND status = ?2");
    static const auto all = listing("WHERE true");
    if (filter.flow) return filter.status ? of_flow_and_status : of_flow;
    if (!filter.status) return all;
    return *filter.status == succeeded ? succeeded_ones : of_status;
}

ExecutionRecord execution_row(const SQLite::Statement& statement) {
    ExecutionRecord execution;
    execution.id = make_id(statement.getColumn(0).getInt64(), statement.getColumn(1).getBlob());
    execution.flow = statement.getColumn(2).getInt64();
    execution.revision = statement.getColumn(3).getInt64();
    execution.status = static_cast<ExecutionStatus>(statement.getColumn(4).getInt());
    execution.created = time_from(statement.getColumn(5).getInt64());
    if (const auto ended = statement.getColumn(6); !ended.isNull())
        execution.ended = time_from(ended.getInt64());
    return execution;
}

std::vector<ExecutionRecord> execution_rows(SQLite::Statement& statement) {
    std::vector<ExecutionRecord> executions;
    while (statement.executeStep()) executions.push_back(execution_row(statement));
    return executions;
}

std::int64_t bounded(std::size_t limit) {
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    return limit < static_cast<std::size_t>(most) ? static_cast<std::int64_t>(limit) : most;
}

}  // namespace

std::optional<ExecutionRecord> ExecutionReader::find(const Uuid& id) {
    const auto select = statements_.use(
        "SELECT number, tail, flow, revision, status, created_ms, ended_ms FROM executions WHERE "
        "number = ?");
    select->bind(1, id.number());
    if (!select->executeStep()) return std::nullopt;
    auto execution = execution_row(*select);
    if (execution.id != id) return std::nullopt;
    return execution;
}

std::vector<ExecutionRecord> ExecutionReader::list(const ExecutionFilter& filter) {
    const auto select = statements_.use(listing_for(filter));
    if (filter.flow) select->bind(1, *filter.flow);
    if (filter.status) select->bind(2, static_cast<int>(*filter.status));
    select->bind(3, filter.before.value_or(std::numeric_limits<std::int64_t>::max()));
    select->bind(4, bounded(filter.limit));
    return execution_rows(*select);
}

std::vector<StoredExecution> ExecutionReader::with_status(ExecutionStatus status,
                                                          std::int64_t after, std::size_t limit) {
    std::vector<StoredExecution> page;
    {
        const auto select = statements_.use(
            "SELECT number, tail, flow, revision, status, created_ms, ended_ms FROM executions "
            "INDEXED BY executions_by_status WHERE status <> 4 AND status = ?1 AND number > ?2 "
            "ORDER BY number LIMIT ?3");
        select->bind(1, static_cast<int>(status));
        select->bind(2, after);
        select->bind(3, bounded(limit));
        while (select->executeStep()) page.push_back({execution_row(*select), {}});
    }
    for (auto& stored : page) stored.journal = journal(stored.record.id);
    return page;
}

std::vector<StoredExecution> ExecutionReader::load(const std::vector<Uuid>& ids) {
    std::vector<StoredExecution> found;
    for (const auto& id : ids)
        if (auto record = find(id)) found.push_back({*record, journal(id)});
    return found;
}

std::vector<JournalChunk> ExecutionReader::journal(const Uuid& id) {
    // One statement, so that both halves see the same moment.
    const auto select = statements_.use(
        "SELECT head_sequence, head, chain FROM executions WHERE number = ?1 AND tail = ?2 AND "
        "head IS "
        "NOT NULL "
        "UNION ALL SELECT first_sequence, chunk, chain FROM ("
        "SELECT j.first_sequence, j.chunk, j.chain FROM executions e JOIN journal j ON j.execution "
        "= "
        "e.number "
        "WHERE e.number = ?1 AND e.tail = ?2 ORDER BY j.number)");
    if (!is_storable(id)) return {};
    select->bind(1, id.number());
    select->bind(2, tail_of(id).data(), static_cast<int>(tail_bytes));
    std::vector<JournalChunk> chunks;
    while (select->executeStep()) {
        const auto chunk = select->getColumn(1);
        const auto* const bytes = static_cast<const char*>(chunk.getBlob());
        chunks.push_back({static_cast<std::uint64_t>(select->getColumn(0).getInt64()),
                          std::string(bytes, static_cast<std::size_t>(chunk.getBytes())),
                          chain_of(select->getColumn(2))});
    }
    return chunks;
}

std::int64_t ExecutionReader::last_number() {
    const auto select = statements_.use("SELECT coalesce(max(number), 0) FROM executions");
    select->executeStep();
    return select->getColumn(0).getInt64();
}

}  // namespace sluice::store
