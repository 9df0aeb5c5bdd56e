#include "store/prune_writer.hpp"

#include <algorithm>
#include <string>

#include <SQLiteCpp/Statement.h>

#include "store/connection.hpp"
#include "store/flow_row.hpp"

namespace sluice::store {
namespace {

constexpr int keys_a_step = 500;
constexpr std::int64_t pages_a_step = 256;
// Free pages that stay for new executions: a file that shrinks and grows all day gains nothing.
constexpr std::int64_t least_free_pages = 256;
constexpr std::int64_t free_share = 20;  // one page in so many

}  // namespace

void PruneWriter::vacuum(std::int64_t pages) {
    // 0 would mean all of them.
    if (pages > 0) database_.exec("PRAGMA incremental_vacuum(" + std::to_string(pages) + ")");
}

PruneReport PruneWriter::prune(const PruneRequest& request, const PruneSelection& selection) {
    PruneReport report;
    report.due = selection.due;
    report.next = selection.next;
    report.executions = selection.executions.size();
    remove_executions(selection.executions);
    if (!report.executions && report.next && report.next->stage == prune_keys)
        remove_keys(request, report);
    else if (!report.executions && report.next && report.next->stage == prune_space)
        release_space(report);
    return report;
}

void PruneWriter::remove_executions(const std::vector<std::int64_t>& numbers) {
    if (numbers.empty()) return;
    SQLite::Statement chunks(database_, "DELETE FROM journal WHERE execution = ?");
    SQLite::Statement holds(database_, "DELETE FROM holds WHERE execution = ?");
    SQLite::Statement execution(database_,
                                "DELETE FROM executions WHERE number = ? AND status >= 4");
    for (const auto number : numbers) {
        artifacts_.forget(number);
        for (auto* const statement : {&chunks, &holds, &execution}) {
            statement->bind(1, number);
            statement->exec();
            statement->reset();
        }
    }
}

void PruneWriter::remove_keys(const PruneRequest& request, PruneReport& report) {
    const std::int64_t now = request.now.time_since_epoch().count();
    for (const auto* sql :
         {"DELETE FROM starts WHERE (flow, key) IN (SELECT flow, key FROM starts WHERE until_ms "
          "<= ?1 ORDER BY until_ms LIMIT ?2)",
          "DELETE FROM signals WHERE number IN (SELECT number FROM signals WHERE until_ms <= ?1 "
          "LIMIT ?2)"}) {
        SQLite::Statement statement(database_, sql);
        statement.bind(1, now);
        statement.bind(2, keys_a_step);
        report.keys += static_cast<std::size_t>(statement.exec());
    }
    SQLite::Statement over(database_,
                           "DELETE FROM entries WHERE number IN (SELECT number FROM entries WHERE "
                           "expires_ms <= ?1 ORDER BY expires_ms LIMIT ?2)");
    over.bind(1, now);
    over.bind(2, keys_a_step);
    report.entries = static_cast<std::size_t>(over.exec());
    if (report.keys + report.entries > 0) return;  // there may be more
    for (const auto* sql : {"SELECT min(until_ms) FROM starts", "SELECT min(until_ms) FROM signals",
                            "SELECT min(expires_ms) FROM entries WHERE expires_ms IS NOT NULL"}) {
        const auto until = database_.execAndGet(sql);
        if (until.isNull()) continue;
        const auto due = time_from(until.getInt64());
        report.due = report.due ? std::min(*report.due, due) : due;
    }
    report.next = PruneCursor{prune_space, 0, 0, 0, 0};
}

void PruneWriter::release_space(PruneReport& report) {
    const auto number = [&](const char* sql) { return database_.execAndGet(sql).getInt64(); };
    const auto pages = number("PRAGMA page_count");
    const auto keep = std::max(least_free_pages, pages / free_share);
    const auto spare = std::min(number("PRAGMA freelist_count") - keep, pages_a_step);
    if (spare <= 0) {
        report.next.reset();
        return;
    }
    vacuum(spare);
    const auto freed = pages - number("PRAGMA page_count");
    report.freed_bytes = static_cast<std::uint64_t>(freed) * page_bytes;
    if (freed <= 0) report.next.reset();  // a file that was made without room for moving pages
}

}  // namespace sluice::store
