#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/async/gate.hpp"
#include "engine/async/wait_list.hpp"
#include "engine/model/entry.hpp"
#include "engine/model/limits.hpp"
#include "engine/run/records.hpp"

namespace sluice {

/// The entries that are in memory: the loop is the one place where their changes are put in order.
///
/// Of a key that was changed, what stands here is the newest, and it stays until it is on disk; of
/// others, what was read from the store, kept within bounds. What has changed goes to the disk as
/// it stands when a group is handed over (`take`), in the group that holds every journalled result
/// up to then: a group that could not be written is tried again with whatever is newest by then.
/// Loop thread only.
class Entries {
  public:
    /// A key in memory. Whoever holds it keeps it there.
    struct Slot {
        EntryKey key;
        std::optional<Entry> entry;  ///< the newest; none: there is no such entry

      private:
        friend class Entries;
        bool known = false;        // `entry` counts
        bool stored = false;       // there is a row of it in the store
        bool listed = false;       // changed since the last hand-over
        std::uint64_t change = 0;  // number of its newest change in this process
        std::size_t bytes = 0;     // it takes of `bytes_`
        std::shared_ptr<gate> loading;
        std::list<Slot*>::iterator place;  // in `order_`
    };
    using SlotPointer = std::shared_ptr<Slot>;

    /// `records` is where entries are read from.
    Entries(Records* records, const Limits& limits) : records_(records), limits_(limits) {}

    /// The key, when all that a change of it needs is in memory and there is room for one;
    /// otherwise nullptr: see `load`.
    [[nodiscard]] SlotPointer find(const EntryKey& key);
    /// Brings it into memory, and waits for room. Throws `ErrorException` when the store cannot be
    /// read.
    task<SlotPointer> load(EntryKey key);

    /// The entry as nodes see it: null when it is over.
    [[nodiscard]] static const Entry* current(const Slot& slot, WallTime now) {
        return slot.entry && !slot.entry->is_over(now) ? &*slot.entry : nullptr;
    }
    /// Whether the change would add an entry to a namespace that has as many as allowed.
    [[nodiscard]] bool is_one_too_many(const Slot& slot, const EntryChange& change) const;
    /// The new state. It is written with the next group: the caller records what it came of in the
    /// same turn, and marks that as to be committed.
    void change(const SlotPointer& slot, EntryChange change);

    [[nodiscard]] bool is_on_disk(const Slot& slot) const { return slot.change <= on_disk_; }
    /// Waits until the slot, as it is now, is on disk.
    task<void> written(SlotPointer slot);

    // The committer's side.
    [[nodiscard]] bool has_changes() const { return !changed_.empty(); }
    /// All that has changed since the last call, each key once. It must be on disk before anything
    /// later is.
    [[nodiscard]] std::vector<EntryRecord> take();
    /// What became of the group that was taken last.
    void group_written();
    void group_failed();

    /// The store has deleted some that were over: the numbers of entries are asked anew.
    void recount() { counts_.clear(); }
    /// In memory, on disk or not.
    [[nodiscard]] std::size_t in_memory() const { return slots_.size(); }

  private:
    [[nodiscard]] bool is_ready(const Slot& slot) const;
    [[nodiscard]] bool has_room() const {
        return waiting_bytes_ + in_flight_bytes_ < limits_.entry_bytes_waiting;
    }
    SlotPointer slot_of(const EntryKey& key);
    task<void> read(SlotPointer slot);
    task<void> count(std::string entry_namespace);
    void measure(Slot& slot);
    void trim();

    struct InFlight {
        SlotPointer slot;
        bool stored = false;  // once it is written
    };

    Records* records_;
    const Limits& limits_;
    std::map<EntryKey, SlotPointer> slots_;
    std::list<Slot*> order_;                     // of `slots_`, by use, the latest first
    std::size_t bytes_ = 0;                      // of `slots_`
    std::map<std::string, std::size_t> counts_;  // of entries, by namespace
    std::map<std::string, std::shared_ptr<gate>> counting_;
    std::vector<SlotPointer> changed_;
    std::vector<InFlight> in_flight_;
    std::size_t waiting_bytes_ = 0;    // of `changed_`
    std::size_t in_flight_bytes_ = 0;  // of `in_flight_`
    std::uint64_t changes_ = 0;        // so far
    std::uint64_t handed_over_ = 0;    // of these
    std::uint64_t on_disk_ = 0;        // of these
    wait_list group_end_;
};

}  // namespace sluice
