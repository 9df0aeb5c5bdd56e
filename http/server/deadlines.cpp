#include "http/server/deadlines.hpp"

#include <algorithm>

namespace sluice::http {

namespace {

// Connections that run out within this of each other share a wake-up.
constexpr std::chrono::milliseconds slack{20};

}  // namespace

Deadlines::Deadlines(timer_queue& timers, const Clock& clock, const Timeouts& timeouts)
    : timers_(timers), clock_(clock), timeouts_(timeouts) {
    // A wait of no length would be due again within the sweep that ended it.
    for (auto& timeout : timeouts_) timeout = std::max(timeout, std::chrono::milliseconds(1));
}

void Deadlines::link(Entry& entry, Wait wait, SteadyTime due) {
    List& list = lists_[static_cast<std::size_t>(wait)];
    entry.wait_ = wait;
    entry.due_ = due;
    entry.previous_ = list.last;
    entry.next_ = nullptr;
    (list.last == nullptr ? list.first : list.last->next_) = &entry;
    list.last = &entry;
    if (!armed_ || due < armed_->first) arm(due);
}

void Deadlines::unlink(Entry& entry) {
    if (entry.wait_ == Wait::none) return;
    List& list = lists_[static_cast<std::size_t>(entry.wait_)];
    (entry.previous_ == nullptr ? list.first : entry.previous_->next_) = entry.next_;
    (entry.next_ == nullptr ? list.last : entry.next_->previous_) = entry.previous_;
    entry.wait_ = Wait::none;
}

void Deadlines::arm(SteadyTime due) {
    disarm();
    armed_ = timers_.add(due, [this] {
        armed_.reset();
        sweep();
    });
}

void Deadlines::disarm() {
    if (armed_) timers_.cancel(*armed_);
    armed_.reset();
}

void Deadlines::sweep() {
    const SteadyTime now = clock_.steady();
    for (List& list : lists_) {
        while (list.first != nullptr && list.first->due_ <= now) {
            Entry& entry = *list.first;
            const Wait wait = entry.wait_;
            unlink(entry);
            entry.expired(wait);  // may set it again, later than now
        }
    }
    std::optional<SteadyTime> next;
    for (const List& list : lists_)
        if (list.first != nullptr && (!next || list.first->due_ < *next)) next = list.first->due_;
    if (next && (!armed_ || *next < armed_->first)) arm(std::max(*next, now + slack));
}

}  // namespace sluice::http
