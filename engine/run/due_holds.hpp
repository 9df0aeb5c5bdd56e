#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "engine/run/records.hpp"

namespace sluice {

/// When the holds of executions that are not in memory are due: the near future here, the rest in
/// the store. A state machine without I/O; `Loader` performs what it asks for.
///
/// All holds up to the window's end stand here. What is added beyond it is only noted: it comes
/// with a later page. A hold that was resolved meanwhile may still stand here; who is woken looks.
class DueHolds {
  public:
    /// Holds at most `capacity` entries; the window shrinks when there are more.
    explicit DueHolds(std::size_t capacity) : capacity_(capacity) {}

    /// An execution leaves memory with this hold, which is in the store.
    void add(const DueHold& hold);

    /// Removes and returns at most `most` of what is due at `now`, in order.
    [[nodiscard]] std::vector<DueHold> take_due(WallTime now, std::size_t most);

    /// When to look again: the first entry's time, or when the store's next may be due. nullopt:
    /// nothing waits anywhere.
    [[nodiscard]] std::optional<WallTime> next() const;

    /// Everything here is used up and the store has more: ask it for what follows `window_end`.
    [[nodiscard]] bool wants_page() const { return entries_.empty() && beyond_.has_value(); }
    /// The store is being asked: what is added from here on may be missing in its answer.
    void page_is_read() {
        reading_ = true;
        meanwhile_.clear();
    }
    [[nodiscard]] const std::optional<DueHold>& window_end() const { return window_end_; }
    /// The store's answer, in order; `last` when there is nothing after it.
    void add_page(std::span<const DueHold> page, bool last);

    [[nodiscard]] std::size_t size() const { return entries_.size(); }

  private:
    void shrink();

    std::size_t capacity_;
    std::set<DueHold> entries_;
    /// Everything up to here is in `entries_`; nullopt: nothing is, before the first page.
    std::optional<DueHold> window_end_;
    /// The earliest hold that may be beyond the window; nullopt: there is none.
    std::optional<WallTime> beyond_ = WallTime{};
    bool reading_ = false;
    std::vector<DueHold> meanwhile_;  // added beyond the window since the store was asked
};

}  // namespace sluice
