#include "store/entry_reader.hpp"

#include <algorithm>

#include "store/flow_row.hpp"

namespace sluice::store {
namespace {

/// Of the columns value, version, created_ms, updated_ms, expires_ms from `first` on.
Entry entry_row(SQLite::Statement& select, int first) {
    Entry entry;
    entry.json = select.getColumn(first).getString();
    entry.version = select.getColumn(first + 1).getInt64();
    entry.created = time_from(select.getColumn(first + 2).getInt64());
    entry.updated = time_from(select.getColumn(first + 3).getInt64());
    if (const auto expires = select.getColumn(first + 4); !expires.isNull())
        entry.expires = time_from(expires.getInt64());
    return entry;
}

}  // namespace

std::optional<Entry> EntryReader::find(const EntryKey& key) {
    const auto select = statements_.use(
        "SELECT value, version, created_ms, updated_ms, expires_ms FROM entries "
        "WHERE namespace = ?1 AND key = ?2");
    select->bind(1, key.entry_namespace);
    select->bind(2, key.key);
    if (!select->executeStep()) return std::nullopt;
    return entry_row(*select, 0);
}

std::vector<EntryRecord> EntryReader::list(const EntryFilter& filter) {
    // Keys are compared as bytes: those with the prefix stand together, from the prefix on.
    const bool goes_on = filter.after && *filter.after >= filter.prefix;
    const auto select = statements_.use(
        goes_on ? "SELECT key, value, version, created_ms, updated_ms, expires_ms FROM entries "
                  "WHERE namespace = ?1 AND key > ?2 ORDER BY key"
                : "SELECT key, value, version, created_ms, updated_ms, expires_ms FROM entries "
                  "WHERE namespace = ?1 AND key >= ?2 ORDER BY key");
    select->bind(1, filter.entry_namespace);
    select->bind(2, goes_on ? *filter.after : filter.prefix);
    std::vector<EntryRecord> page;
    while (page.size() < filter.limit && select->executeStep()) {
        auto key = select->getColumn(0).getString();
        if (!key.starts_with(filter.prefix)) break;
        auto entry = entry_row(*select, 1);
        if (!entry.is_over(filter.now))
            page.push_back({{filter.entry_namespace, std::move(key)}, std::move(entry)});
    }
    return page;
}

std::size_t EntryReader::count(const std::string& entry_namespace) {
    const auto select = statements_.use("SELECT count(*) FROM entries WHERE namespace = ?1");
    select->bind(1, entry_namespace);
    select->executeStep();
    return static_cast<std::size_t>(select->getColumn(0).getInt64());
}

}  // namespace sluice::store
