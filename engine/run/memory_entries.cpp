// The entries that the store in memory keeps.
#include <utility>

#include "engine/run/memory_store.hpp"

namespace sluice {

void MemoryStore::keep_entries(const std::vector<EntryRecord>& records) {
    for (const auto& [key, entry] : records) {
        if (entry)
            entries_.insert_or_assign(key, *entry);
        else
            entries_.erase(key);
    }
}

void MemoryStore::prune_entries(WallTime now, PruneReport& report) {
    report.entries =
        std::erase_if(entries_, [now](const auto& kept) { return kept.second.is_over(now); });
    for (const auto& [key, entry] : entries_)
        if (entry.expires && (!report.due || *entry.expires < *report.due))
            report.due = entry.expires;
}

task<std::optional<Entry>> MemoryStore::entry(EntryKey key) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) co_return std::nullopt;
    co_return found->second;
}

task<std::vector<EntryRecord>> MemoryStore::entries(EntryFilter filter) {
    std::vector<EntryRecord> page;
    auto entry = entries_.lower_bound({filter.entry_namespace, filter.prefix});
    for (; entry != entries_.end() && page.size() < filter.limit; ++entry) {
        const auto& [key, kept] = *entry;
        if (key.entry_namespace != filter.entry_namespace || !key.key.starts_with(filter.prefix))
            break;
        if (filter.after && key.key <= *filter.after) continue;
        if (!kept.is_over(filter.now)) page.push_back({key, kept});
    }
    co_return page;
}

task<std::size_t> MemoryStore::entry_count(std::string entry_namespace) {
    std::size_t count = 0;
    for (const auto& [key, entry] : entries_) count += key.entry_namespace == entry_namespace;
    co_return count;
}

}  // namespace sluice
