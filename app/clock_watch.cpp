#include "app/clock_watch.hpp"

#include <array>
#include <cerrno>
#include <limits>

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <spdlog/spdlog.h>
#include <sys/timerfd.h>
#include <unistd.h>

namespace sluice::app {
namespace {

/// Never due; but read(2) fails with ECANCELED once the clock was set. False where that cannot be.
bool arm(int timer) {
    itimerspec never{};
    never.it_value.tv_sec = std::numeric_limits<std::int32_t>::max();
    return ::timerfd_settime(timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, nullptr) ==
           0;
}

}  // namespace

task<void> watch_clock(std::function<void()> jumped) {
    using Descriptor = asio::posix::basic_stream_descriptor<Executor>;
    const int timer = ::timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
    if (timer < 0) co_return;
    Descriptor descriptor(co_await asio::this_coro::executor, timer);
    for (;;) {
        if (!arm(timer) && errno != ECANCELED) co_return;
        co_await descriptor.async_wait(Descriptor::wait_read, use_task);
        std::array<std::byte, sizeof(std::uint64_t)> expirations{};
        if (::read(timer, expirations.data(), expirations.size()) < 0 && errno != ECANCELED)
            continue;
        spdlog::warn("the system's clock was set: what is due is looked at anew");
        jumped();
    }
}

}  // namespace sluice::app
