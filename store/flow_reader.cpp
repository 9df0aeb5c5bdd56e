#include "store/flow_reader.hpp"

#include <limits>
#include <string>

#include <SQLiteCpp/Column.h>

#include "store/flow_row.hpp"

namespace sluice::store {
namespace {

RevisionRecord revision_row(const SQLite::Statement& statement) {
    RevisionRecord revision;
    revision.number = statement.getColumn(0).getInt64();
    revision.flow = statement.getColumn(1).getInt64();
    revision.version = statement.getColumn(2).getUInt();
    revision.dialect = statement.getColumn(3).getString();
    revision.media_type = statement.getColumn(4).getString();
    revision.source = statement.getColumn(5).getString();
    revision.created = time_from(statement.getColumn(6).getInt64());
    return revision;
}

}  // namespace

std::vector<FlowRecord> FlowReader::all() {
    static const auto sql = std::string("SELECT ") + flow_columns + " FROM flows ORDER BY number";
    const auto select = statements_.use(sql);
    std::vector<FlowRecord> flows;
    while (select->executeStep()) flows.push_back(flow_row(*select));
    return flows;
}

std::optional<RevisionRecord> FlowReader::revision(std::int64_t number) {
    const auto select = statements_.use(
        "SELECT number, flow, version, dialect, media_type, source, created_ms FROM revisions "
        "WHERE number = ?");
    select->bind(1, number);
    if (!select->executeStep()) return std::nullopt;
    return revision_row(*select);
}

std::vector<RevisionRecord> FlowReader::revisions(std::int64_t flow,
                                                  std::optional<std::uint32_t> before,
                                                  std::size_t limit) {
    const auto select = statements_.use(
        "SELECT number, flow, version, dialect, media_type, source, created_ms FROM revisions "
        "WHERE flow = ? AND version < ? ORDER BY version DESC LIMIT ?");
    select->bind(1, flow);
    select->bind(2, before ? std::int64_t{*before} : std::numeric_limits<std::int64_t>::max());
    select->bind(3, static_cast<std::int64_t>(limit));
    std::vector<RevisionRecord> revisions;
    while (select->executeStep()) revisions.push_back(revision_row(*select));
    return revisions;
}

}  // namespace sluice::store
