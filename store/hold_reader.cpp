#include "store/hold_reader.hpp"

#include <limits>

#include <SQLiteCpp/Column.h>

#include "store/execution_key.hpp"
#include "store/flow_row.hpp"

namespace sluice::store {
namespace {

constexpr std::string_view select_holds =
    "SELECT h.execution, e.tail, h.run, h.kind, h.flow, h.node, h.since_ms, h.due_ms, h.name, "
    "h.key, h.details FROM holds h JOIN executions e ON e.number = h.execution ";

HoldRecord hold_row(const SQLite::Statement& statement) {
    HoldRecord hold;
    hold.execution = make_id(statement.getColumn(0).getInt64(), statement.getColumn(1).getBlob());
    hold.run = statement.getColumn(2).getInt64();
    hold.kind = static_cast<HoldKind>(statement.getColumn(3).getInt());
    hold.flow = statement.getColumn(4).getInt64();
    hold.node = statement.getColumn(5).getString();
    hold.since = time_from(statement.getColumn(6).getInt64());
    if (const auto due = statement.getColumn(7); !due.isNull())
        hold.due = time_from(due.getInt64());
    hold.name = statement.getColumn(8).getString();
    hold.key = statement.getColumn(9).getString();
    hold.details = statement.getColumn(10).getString();
    return hold;
}

std::vector<HoldRecord> hold_rows(SQLite::Statement& statement) {
    std::vector<HoldRecord> holds;
    while (statement.executeStep()) holds.push_back(hold_row(statement));
    return holds;
}

/// ?1 a kind, ?2 an execution, ?3 a flow; ?4 and ?5 what the page before ended with; ?6 the limit.
std::string listing_for(const HoldFilter& filter) {
    std::string sql(select_holds);
    // The rare kinds have an index of their own; it serves only when the query repeats its
    // condition.
    const bool rare = filter.kind && *filter.kind > HoldKind::retry;
    sql += "WHERE (h.execution, h.run) > (?4, ?5)";
    if (filter.kind) sql += rare ? " AND h.kind > 1 AND h.kind = ?1" : " AND h.kind = ?1";
    if (!filter.kind) sql += " AND h.kind <> 8";  // a place is no hold
    if (filter.execution) sql += " AND h.execution = ?2";
    if (filter.flow) sql += " AND h.flow = ?3";
    return sql + " ORDER BY h.execution, h.run LIMIT ?6";
}

}  // namespace

std::vector<HoldRecord> HoldReader::list(const HoldFilter& filter) {
    const auto select = statements_.use(listing_for(filter));
    if (filter.kind) select->bind(1, static_cast<int>(*filter.kind));
    if (filter.execution) select->bind(2, filter.execution->number());
    if (filter.flow) select->bind(3, *filter.flow);
    select->bind(4, filter.after ? filter.after->first : std::int64_t{0});
    select->bind(5, filter.after ? filter.after->second : std::numeric_limits<std::int64_t>::min());
    select->bind(6, static_cast<std::int64_t>(filter.limit));
    return hold_rows(*select);
}

std::vector<DueHold> HoldReader::due(const std::optional<DueHold>& after, std::size_t limit) {
    const auto select = statements_.use(
        "SELECT h.due_ms, h.execution, e.tail, h.run FROM holds h INDEXED BY holds_by_due "
        "JOIN executions e ON e.number = h.execution "
        "WHERE h.due_ms IS NOT NULL AND (h.due_ms, h.execution, h.run) > (?1, ?2, ?3) "
        "ORDER BY h.due_ms, h.execution, h.run LIMIT ?4");
    select->bind(1, after ? std::int64_t{after->due.time_since_epoch().count()}
                          : std::numeric_limits<std::int64_t>::min());
    select->bind(2, after ? after->execution.number() : std::int64_t{0});
    select->bind(3, after ? after->run : std::int64_t{0});
    select->bind(4, static_cast<std::int64_t>(limit));
    std::vector<DueHold> holds;
    while (select->executeStep())
        holds.push_back({time_from(select->getColumn(0).getInt64()),
                         make_id(select->getColumn(1).getInt64(), select->getColumn(2).getBlob()),
                         select->getColumn(3).getInt64()});
    return holds;
}

std::vector<HoldRecord> HoldReader::waiting_for(const std::string& name, const std::string& key,
                                                std::size_t limit) {
    static const auto sql = std::string(select_holds) +
                            "WHERE h.name = ?1 AND h.key = ?2 ORDER BY h.execution, h.run LIMIT ?3";
    const auto select = statements_.use(sql);
    select->bind(1, name);
    select->bind(2, key);
    select->bind(3, static_cast<std::int64_t>(limit));
    return hold_rows(*select);
}

std::vector<KeptSignal> HoldReader::signals() {
    const auto select = statements_.use(
        "SELECT number, name, key, payload, arrived_ms, until_ms FROM signals ORDER BY number");
    std::vector<KeptSignal> signals;
    while (select->executeStep())
        signals.push_back({select->getColumn(0).getInt64(), select->getColumn(1).getString(),
                           select->getColumn(2).getString(), select->getColumn(3).getString(),
                           time_from(select->getColumn(4).getInt64()),
                           time_from(select->getColumn(5).getInt64())});
    return signals;
}

std::optional<Uuid> HoldReader::started_with(std::int64_t flow, const std::string& key,
                                             WallTime now) {
    const auto select = statements_.use(
        "SELECT e.number, e.tail FROM starts s JOIN executions e ON e.number = s.execution "
        "WHERE s.flow = ?1 AND s.key = ?2 AND s.until_ms > ?3");
    select->bind(1, flow);
    select->bind(2, key);
    select->bind(3, std::int64_t{now.time_since_epoch().count()});
    if (!select->executeStep()) return std::nullopt;
    return make_id(select->getColumn(0).getInt64(), select->getColumn(1).getBlob());
}

}  // namespace sluice::store
