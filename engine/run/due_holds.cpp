#include "engine/run/due_holds.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace sluice {
namespace {

constexpr DueHold end_of_time{WallTime::max(), Uuid{}, std::numeric_limits<HoldNumber>::max()};

}  // namespace

void DueHolds::add(const DueHold& hold) {
    if (!window_end_ || *window_end_ < hold) {
        beyond_ = beyond_ ? std::min(*beyond_, hold.due) : hold.due;
        if (reading_) meanwhile_.push_back(hold);
        return;
    }
    entries_.insert(hold);
    if (entries_.size() > capacity_) shrink();
}

std::vector<DueHold> DueHolds::take_due(WallTime now, std::size_t most) {
    std::vector<DueHold> due;
    while (!entries_.empty() && due.size() < most && entries_.begin()->due <= now)
        due.push_back(entries_.extract(entries_.begin()).value());
    return due;
}

std::optional<WallTime> DueHolds::next() const {
    return entries_.empty() ? beyond_ : entries_.begin()->due;
}

void DueHolds::add_page(std::span<const DueHold> page, bool last) {
    entries_.insert(page.begin(), page.end());
    if (last) {
        window_end_ = end_of_time;
        beyond_.reset();
    } else if (!page.empty()) {
        window_end_ = page.back();
        beyond_ = page.back().due;
    }
    reading_ = false;
    for (const auto& hold : std::exchange(meanwhile_, {})) add(hold);
    if (entries_.size() > capacity_) shrink();
}

/// The later half goes: the store has it.
void DueHolds::shrink() {
    const auto keep = std::next(entries_.begin(), static_cast<std::ptrdiff_t>(capacity_ / 2));
    beyond_ = keep->due;
    window_end_ = *std::prev(keep);
    entries_.erase(keep, entries_.end());
}

}  // namespace sluice
