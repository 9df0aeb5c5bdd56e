#include "engine/run/entries.hpp"

#include <algorithm>
#include <utility>

namespace sluice {
namespace {

/// Opens the gate for those who wait for the same, whatever becomes of this.
struct Opening {
    std::shared_ptr<gate> done;
    ~Opening() { done->open(); }
};

// So many are looked at for one that may leave: those in use stand in the way.
constexpr int looked_at = 16;

}  // namespace

bool Entries::is_ready(const Slot& slot) const {
    return slot.known && counts_.contains(slot.key.entry_namespace);
}

Entries::SlotPointer Entries::find(const EntryKey& key) {
    const auto found = slots_.find(key);
    if (found == slots_.end() || !is_ready(*found->second) || !has_room()) return nullptr;
    order_.splice(order_.begin(), order_, found->second->place);
    return found->second;
}

Entries::SlotPointer Entries::slot_of(const EntryKey& key) {
    auto& slot = slots_[key];
    if (!slot) {
        slot = std::make_shared<Slot>();
        slot->key = key;
        order_.push_front(slot.get());
        slot->place = order_.begin();
        measure(*slot);
    }
    return slot;
}

task<Entries::SlotPointer> Entries::load(EntryKey key) {
    const auto slot = slot_of(key);
    for (;;) {
        if (!slot->known)
            co_await read(slot);
        else if (!counts_.contains(key.entry_namespace))
            co_await count(key.entry_namespace);
        else if (!has_room())
            co_await group_end_.wait();
        else
            break;
    }
    trim();
    co_return slot;
}

/// Those who want the same key at the same time share one read. Nothing changes a key that is being
/// read, for every change begins with knowing it.
task<void> Entries::read(SlotPointer slot) {
    if (slot->loading) {
        const auto done = slot->loading;
        co_await done->wait();
        co_return;
    }
    slot->loading = std::make_shared<gate>();
    const Opening opening{slot->loading};
    struct Release {
        Slot& slot;
        ~Release() { slot.loading.reset(); }
    };
    const Release release{*slot};
    auto found = co_await records_->entry(slot->key);
    slot->entry = std::move(found);
    slot->stored = slot->entry.has_value();
    slot->known = true;
    measure(*slot);
}

task<void> Entries::count(std::string entry_namespace) {
    auto& counting = counting_[entry_namespace];
    if (counting) {
        const auto done = counting;
        co_await done->wait();
        co_return;
    }
    counting = std::make_shared<gate>();
    struct Release {
        Entries& entries;
        const std::string& entry_namespace;
        Opening opening;
        ~Release() { entries.counting_.erase(entry_namespace); }
    };
    const Release release{*this, entry_namespace, {counting}};
    auto number = co_await records_->entry_count(entry_namespace);
    // What is not on disk yet. What is just on its way there may count twice, or not at all: the
    // limit bounds what the store takes, and need not be exact.
    const auto add = [&](const Slot& slot) {
        if (slot.key.entry_namespace != entry_namespace) return;
        if (slot.entry && !slot.stored) ++number;
        if (!slot.entry && slot.stored && number > 0) --number;
    };
    for (const auto& slot : changed_) add(*slot);
    for (const auto& [slot, stored] : in_flight_)
        if (!slot->listed) add(*slot);
    if (counts_.size() >= limits_.entries_in_memory) counts_.clear();
    counts_[entry_namespace] = number;
}

bool Entries::is_one_too_many(const Slot& slot, const EntryChange& change) const {
    if (!change.after || slot.entry) return false;
    const auto count = counts_.find(slot.key.entry_namespace);
    return count != counts_.end() && count->second >= limits_.entries;
}

void Entries::change(const SlotPointer& slot, EntryChange change) {
    const bool was = slot->entry.has_value();
    if (slot->listed) waiting_bytes_ -= slot->bytes;
    slot->entry = std::move(change.after);
    slot->change = ++changes_;
    if (const auto count = counts_.find(slot->key.entry_namespace); count != counts_.end()) {
        if (slot->entry && !was) ++count->second;
        if (!slot->entry && was && count->second > 0) --count->second;
    }
    measure(*slot);
    waiting_bytes_ += slot->bytes;
    if (!std::exchange(slot->listed, true)) changed_.push_back(slot);
}

task<void> Entries::written(SlotPointer slot) {
    const auto until = slot->change;
    while (on_disk_ < until) co_await group_end_.wait();
}

std::vector<EntryRecord> Entries::take() {
    std::vector<EntryRecord> records;
    records.reserve(changed_.size());
    for (auto& slot : changed_) {
        slot->listed = false;
        records.push_back({slot->key, slot->entry});
        const bool stored = slot->entry.has_value();
        in_flight_.push_back({std::move(slot), stored});
    }
    changed_.clear();
    in_flight_bytes_ = std::exchange(waiting_bytes_, 0);
    handed_over_ = changes_;
    return records;
}

void Entries::group_written() {
    for (const auto& [slot, stored] : in_flight_) slot->stored = stored;
    in_flight_.clear();
    in_flight_bytes_ = 0;
    on_disk_ = handed_over_;
    trim();
    group_end_.wake_all();
}

/// Nothing was written: the newest states are to be handed over again.
void Entries::group_failed() {
    for (auto& [slot, stored] : in_flight_) {
        if (std::exchange(slot->listed, true)) continue;
        waiting_bytes_ += slot->bytes;
        changed_.push_back(std::move(slot));
    }
    in_flight_.clear();
    in_flight_bytes_ = 0;
    handed_over_ = on_disk_;
}

void Entries::measure(Slot& slot) {
    constexpr std::size_t overhead = 256;  // of the slot and its places in map and list
    bytes_ -= slot.bytes;
    slot.bytes = overhead + 2 * (slot.key.entry_namespace.size() + slot.key.key.size()) +
                 (slot.entry ? slot.entry->json.size() : 0);
    bytes_ += slot.bytes;
}

/// Those that nobody holds and that are on disk leave, the longest unused first.
void Entries::trim() {
    const auto too_many = [this] {
        return slots_.size() > limits_.entries_in_memory || bytes_ > limits_.entry_bytes_in_memory;
    };
    for (int left = looked_at; too_many() && left > 0; --left) {
        Slot* const oldest = order_.back();
        const auto found = slots_.find(oldest->key);
        if (found->second.use_count() > 1) {
            order_.splice(order_.begin(), order_, oldest->place);
            continue;
        }
        bytes_ -= oldest->bytes;
        order_.pop_back();
        slots_.erase(found);
        ++left;  // one that has left costs nothing of the search
    }
}

}  // namespace sluice
