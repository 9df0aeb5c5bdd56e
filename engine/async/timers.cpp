#include "engine/async/timers.hpp"

#include "engine/async/gate.hpp"

namespace sluice {

loop_timers::loop_timers(asio::io_context& loop, const Clock& clock, timer_queue& timers)
    : clock_(clock), timers_(timers), timer_(loop.get_executor()) {
    timers_.drive([this](SteadyTime due) { arm(due); }, [this] { disarm(); });
    if (const auto due = timers_.next_due()) arm(*due);
}

loop_timers::~loop_timers() {
    timers_.drive(nullptr, nullptr);
}

void loop_timers::arm(SteadyTime due) {
    if (armed_ && *armed_ <= due) return;  // it wakes up earlier and looks again
    armed_ = due;
    timer_.expires_at(due);  // cancels the wait for a later time
    timer_.async_wait([this](error_code error) {
        if (!error) fired();
    });
}

/// A loop with nothing else to do may end.
void loop_timers::disarm() {
    armed_.reset();
    timer_.cancel();
}

void loop_timers::fired() {
    armed_.reset();
    timers_.fire_due(clock_.steady());
    if (const auto due = timers_.next_due()) arm(*due);
}

task<void> sleep_until(timer_queue& timers, SteadyTime due) {
    gate over;
    struct Timer {
        timer_queue& timers;
        timer_queue::Handle handle;
        ~Timer() { timers.cancel(handle); }
    };
    const Timer timer{timers, timers.add(due, [&over] { over.open(); })};
    co_await over.wait();
}

}  // namespace sluice
