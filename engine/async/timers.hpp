#pragma once

#include <optional>

#include "engine/async/task.hpp"
#include "engine/async/timer_queue.hpp"

namespace sluice {

/// Drives a `timer_queue` by the loop's own timer: one armed timer for the earliest due time, none
/// when the queue is empty, so an idle process never wakes up. Destroy it before the queue.
class loop_timers {
  public:
    loop_timers(asio::io_context& loop, const Clock& clock, timer_queue& timers);
    loop_timers(const loop_timers&) = delete;
    loop_timers& operator=(const loop_timers&) = delete;
    ~loop_timers();

  private:
    void arm(SteadyTime due);
    void disarm();
    void fired();

    const Clock& clock_;
    timer_queue& timers_;
    asio::basic_waitable_timer<std::chrono::steady_clock,
                               asio::wait_traits<std::chrono::steady_clock>, Executor>
        timer_;
    std::optional<SteadyTime> armed_;
};

/// Suspends until `due`. Throws `operation_aborted` when cancelled. `timers` outlives the wait.
task<void> sleep_until(timer_queue& timers, SteadyTime due);

}  // namespace sluice
