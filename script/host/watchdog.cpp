#include "script/host/watchdog.hpp"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <ctime>

#include <jsapi.h>
#include <jsfriendapi.h>
#include <poll.h>
#include <sys/time.h>
#include <unistd.h>

#include "script/host/sandbox.hpp"
#include "script/protocol.hpp"

namespace sluice::script {
namespace {

constexpr std::int64_t tick_us = 10'000;
constexpr std::int64_t grace_us = 500'000;  // from the first request to stop to the end

std::int64_t now_us(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return std::int64_t{time.tv_sec} * 1'000'000 + time.tv_nsec / 1'000;
}

// Read and written by the signal handler, which runs on the same thread as everything else.
JSContext* context_ = nullptr;
int channel_ = -1;
std::int64_t wall_end_ = 0;
std::int64_t processor_begin_ = 0;
std::int64_t processor_end_ = 0;
std::atomic<bool> late_{false};
std::atomic<bool> computed_{false};
std::int64_t late_since_ = 0;

bool pool_has_gone() {
    pollfd channel{channel_, POLLRDHUP, 0};
    return poll(&channel, 1, 0) > 0 && (channel.revents & (POLLHUP | POLLRDHUP | POLLERR)) != 0;
}

void tick(int) {
    const int saved = errno;
    const std::int64_t now = now_us(CLOCK_MONOTONIC);
    const bool computed = now_us(CLOCK_PROCESS_CPUTIME_ID) >= processor_end_;
    if (pool_has_gone()) _exit(static_cast<int>(HostExit::closed));
    if (late_) {
        if (now - late_since_ > grace_us) _exit(static_cast<int>(HostExit::hung));
    } else if (computed || now >= wall_end_) {
        late_since_ = now;
        computed_ = computed;
        late_ = true;
    }
    // Asked again at every tick: one that comes while no code runs is forgotten.
    // (The other request, which can wait, does not reach regular expressions.)
    if (late_) JS_RequestInterruptCallback(context_);
    errno = saved;
}

bool on_interrupt(JSContext* context) {
    if (!late_) return true;
    js::StopDrainingJobQueue(context);
    return false;
}

void set_timer(std::int64_t first_us) {
    itimerval timer{};
    timer.it_value.tv_usec = first_us;
    timer.it_interval.tv_usec = first_us;
    setitimer(ITIMER_REAL, &timer, nullptr);
}

}  // namespace

bool Watchdog::install(JSContext* context, int channel) {
    context_ = context;
    channel_ = channel;
    struct sigaction action{};
    action.sa_handler = tick;
    action.sa_flags = SA_RESTART;
    sigset_t alarm;
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    return JS_AddInterruptCallback(context, on_interrupt) &&
           sigaction(SIGALRM, &action, nullptr) == 0 &&
           sigprocmask(SIG_UNBLOCK, &alarm, nullptr) == 0;
}

void Watchdog::arm(const Budget& budget) {
    late_ = false;
    computed_ = false;
    processor_begin_ = now_us(CLOCK_PROCESS_CPUTIME_ID);
    processor_end_ = processor_begin_ + budget.processor_ms * 1'000;
    wall_end_ = now_us(CLOCK_MONOTONIC) + budget.wall_ms * 1'000;
    // Whole seconds, rounded up, and room for the request to stop.
    (void)limit_processor_seconds(static_cast<unsigned long>(processor_end_ / 1'000'000 + 3));
    set_timer(tick_us);
}

void Watchdog::disarm() {
    set_timer(0);
}

void Watchdog::pause() {
    set_timer(0);
}

void Watchdog::resume() {
    set_timer(tick_us);
}

void Watchdog::expire() {
    late_since_ = now_us(CLOCK_MONOTONIC);
    late_ = true;
}

bool Watchdog::late() {
    return late_;
}

bool Watchdog::computed_too_long() {
    return computed_;
}

int Watchdog::milliseconds_left() {
    const std::int64_t left = wall_end_ - now_us(CLOCK_MONOTONIC);
    return left <= 0 ? 0 : static_cast<int>(left / 1'000 + 1);
}

std::int64_t Watchdog::processor_us() {
    return now_us(CLOCK_PROCESS_CPUTIME_ID) - processor_begin_;
}

}  // namespace sluice::script
