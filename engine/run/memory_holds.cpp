// The indexes over the journal that the store in memory keeps: holds, early signals, keys of
// starts.
#include <algorithm>
#include <utility>

#include "engine/run/memory_store.hpp"

namespace sluice {

void MemoryStore::index(const Append& append) {
    const auto number = append.execution.number();
    for (const HoldNumber run : append.holds_closed) holds_.erase({number, run});
    for (const auto& hold : append.holds_opened) holds_.insert_or_assign({number, hold.run}, hold);
    for (const auto signal : append.signals_taken)
        std::erase_if(signals_, [signal](const auto& kept) { return kept.number == signal; });
    if (append.begins && !append.start_key.empty())
        starts_.insert_or_assign({append.flow, append.start_key},
                                 KnownStart{append.execution, append.start_key_until});
}

task<std::vector<HoldRecord>> MemoryStore::holds(HoldFilter filter) {
    std::vector<HoldRecord> page;
    for (const auto& [key, hold] : holds_) {
        if (page.size() == filter.limit) break;
        if (filter.after && key <= *filter.after) continue;
        if (filter.kind ? hold.kind != *filter.kind : hold.kind == HoldKind::place) continue;
        if (filter.execution && hold.execution != *filter.execution) continue;
        if (filter.flow && hold.flow != *filter.flow) continue;
        page.push_back(hold);
    }
    co_return page;
}

task<std::vector<DueHold>> MemoryStore::due_holds(std::optional<DueHold> after, std::size_t limit) {
    std::vector<DueHold> due;
    for (const auto& [key, hold] : holds_) {
        if (!hold.due) continue;
        const DueHold entry{*hold.due, hold.execution, hold.run};
        if (!after || *after < entry) due.push_back(entry);
    }
    std::sort(due.begin(), due.end());
    if (due.size() > limit) due.resize(limit);
    co_return due;
}

task<std::vector<HoldRecord>> MemoryStore::signal_holds(std::string name, std::string key,
                                                        std::size_t limit) {
    std::vector<HoldRecord> waiting;
    for (const auto& [number, hold] : holds_)
        if (hold.kind == HoldKind::signal && hold.name == name && hold.key == key &&
            waiting.size() < limit)
            waiting.push_back(hold);
    co_return waiting;
}

task<result<KeptSignal>> MemoryStore::keep_signal(KeptSignal signal) {
    signal.number = ++last_signal_;
    signals_.push_back(signal);
    co_return signal;
}

task<std::vector<KeptSignal>> MemoryStore::kept_signals() {
    co_return signals_;
}

task<result<void>> MemoryStore::forget_signals(WallTime until) {
    std::erase_if(signals_, [until](const KeptSignal& signal) { return signal.until <= until; });
    co_return result<void>();
}

task<std::optional<Uuid>> MemoryStore::started_with(std::int64_t flow, std::string key,
                                                    WallTime now) {
    const auto found = starts_.find({flow, key});
    if (found == starts_.end() || found->second.until <= now) co_return std::nullopt;
    co_return found->second.execution;
}

}  // namespace sluice
