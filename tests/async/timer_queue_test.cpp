#include "engine/async/timer_queue.hpp"

#include <string>

#include <gtest/gtest.h>

#include "engine/async/timers.hpp"

#include "tests/async/loop.hpp"

namespace sluice::testing {
namespace {

using std::chrono::milliseconds;

SteadyTime at(int moment) {
    return SteadyTime{} + milliseconds(moment);
}

TEST(TimerQueue, FiresInOrderOfDueTimeThenOfArrival) {
    timer_queue timers;
    std::string log;
    timers.add(at(20), [&] { log += "c"; });
    timers.add(at(10), [&] { log += "a"; });
    timers.add(at(10), [&] { log += "b"; });
    EXPECT_EQ(timers.next_due(), at(10));
    timers.fire_due(at(15));
    EXPECT_EQ(log, "ab");
    timers.fire_due(at(20));
    EXPECT_EQ(log, "abc");
    EXPECT_EQ(timers.next_due(), std::nullopt);
}

TEST(TimerQueue, CancelledTimerNeverFires) {
    timer_queue timers;
    bool fired = false;
    const auto handle = timers.add(at(1), [&] { fired = true; });
    EXPECT_TRUE(timers.cancel(handle));
    EXPECT_FALSE(timers.cancel(handle));
    timers.fire_due(at(5));
    EXPECT_FALSE(fired);
}

TEST(TimerQueue, TimerAddedByACallbackWaitsForTheNextRound) {
    timer_queue timers;
    int rounds = 0;
    std::function<void()> again = [&] {
        ++rounds;
        timers.add(at(0), again);
    };
    timers.add(at(0), again);
    timers.fire_due(at(10));
    EXPECT_EQ(rounds, 1);
}

TEST(TimerQueue, CallbackMayCancelTheNext) {
    timer_queue timers;
    bool fired = false;
    timer_queue::Handle second;
    timers.add(at(1), [&] { timers.cancel(second); });
    second = timers.add(at(2), [&] { fired = true; });
    timers.fire_due(at(5));
    EXPECT_FALSE(fired);
}

TEST(TimerQueue, TellsTheDriverOnlyOfEarlierTimes) {
    timer_queue timers;
    std::vector<SteadyTime> armed;
    timers.drive([&](SteadyTime due) { armed.push_back(due); }, nullptr);
    timers.add(at(20), [] {});
    timers.add(at(30), [] {});
    timers.add(at(10), [] {});
    EXPECT_EQ(armed, (std::vector{at(20), at(10)}));
}

TEST(Sleep, EndsWhenItsTimeHasCome) {
    Loop loop;
    timer_queue timers;
    Probe sleeper(loop, sleep_until(timers, at(10)));
    loop.settle();
    EXPECT_EQ(timers.size(), 1U);
    timers.fire_due(at(10));
    loop.settle();
    EXPECT_EQ(sleeper.state(), "done");
}

TEST(Sleep, CancelledSleepLeavesNoTimer) {
    Loop loop;
    timer_queue timers;
    Probe sleeper(loop, sleep_until(timers, at(10)));
    loop.settle();
    sleeper.cancel();
    loop.settle();
    EXPECT_EQ(sleeper.state(), "cancelled");
    EXPECT_EQ(timers.size(), 0U);
}

TEST(LoopTimers, FireOnTheRealLoop) {
    asio::io_context loop(1);
    SystemClock clock;
    timer_queue timers;
    const loop_timers driver(loop, clock, timers);
    std::string log;
    timers.add(clock.steady() + milliseconds(10), [&] { log += "b"; });
    timers.add(clock.steady() + milliseconds(1), [&] { log += "a"; });
    loop.run();  // ends by itself: nothing is armed once the queue is empty
    EXPECT_EQ(log, "ab");
}

TEST(LoopTimers, LoopEndsAtOnceWhenTheLastTimerIsCancelled) {
    asio::io_context loop(1);
    SystemClock clock;
    timer_queue timers;
    const loop_timers driver(loop, clock, timers);
    const auto handle = timers.add(clock.steady() + std::chrono::hours(1), [] {});
    asio::post(loop, [&] { timers.cancel(handle); });
    loop.run();
    EXPECT_EQ(timers.size(), 0U);
}

TEST(LoopTimers, EarlierTimerAddedLaterFiresFirst) {
    asio::io_context loop(1);
    SystemClock clock;
    timer_queue timers;
    const loop_timers driver(loop, clock, timers);
    std::string log;
    const auto late = timers.add(clock.steady() + std::chrono::hours(1), [&] { log += "late"; });
    timers.add(clock.steady() + milliseconds(1), [&] {
        log += "early";
        timers.cancel(late);
    });
    loop.run();
    EXPECT_EQ(log, "early");
}

}  // namespace
}  // namespace sluice::testing
