#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "engine/async/clock.hpp"

namespace sluice {

/// Every wait for a time, in one ordered queue: pure state, without a loop or a clock.
/// `loop_timers` drives it in production; simulations drive it by hand.
class timer_queue {
  public:
    using Callback = std::function<void()>;
    /// Names one timer; valid until it fired or was cancelled. Timers with the same due time fire
    /// in the order in which they were added.
    using Handle = std::pair<SteadyTime, std::uint64_t>;

    /// Calls `callback` once, at `due` or as soon after as the driver manages, on the loop thread.
    Handle add(SteadyTime due, Callback callback) {
        const Handle handle{due, next_number_++};
        const bool earliest = timers_.empty() || handle < timers_.begin()->first;
        timers_.emplace(handle, std::move(callback));
        if (earliest && on_earlier_) on_earlier_(due);
        return handle;
    }

    /// False when it has fired already, or was cancelled.
    bool cancel(const Handle& handle) {
        const bool found = timers_.erase(handle) != 0;
        if (found && timers_.empty() && on_empty_) on_empty_();
        return found;
    }

    [[nodiscard]] std::optional<SteadyTime> next_due() const {
        if (timers_.empty()) return std::nullopt;
        return timers_.begin()->first.first;
    }
    [[nodiscard]] std::size_t size() const { return timers_.size(); }

    /// Fires what is due at `now`, in order; timers added meanwhile wait for the next call.
    void fire_due(SteadyTime now) {
        const std::uint64_t added_later = next_number_;
        while (!timers_.empty()) {
            const auto first = timers_.begin();
            if (first->first.first > now || first->first.second >= added_later) return;
            const Callback callback = std::move(first->second);
            timers_.erase(first);
            callback();
        }
    }

    /// The driver's hooks: a new timer is due before all others; the last one was cancelled.
    void drive(std::function<void(SteadyTime)> on_earlier, std::function<void()> on_empty) {
        on_earlier_ = std::move(on_earlier);
        on_empty_ = std::move(on_empty);
    }

  private:
    std::map<Handle, Callback> timers_;
    std::uint64_t next_number_ = 0;
    std::function<void(SteadyTime)> on_earlier_;
    std::function<void()> on_empty_;
};

}  // namespace sluice
