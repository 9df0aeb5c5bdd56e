#include "engine/async/deadline.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "engine/async/gate.hpp"

#include "tests/async/loop.hpp"

namespace sluice::testing {
namespace {

SteadyTime at(int moment) {
    return SteadyTime{} + std::chrono::milliseconds(moment);
}

task<int> seven_after(gate& door) {
    co_await door.wait();
    co_return 7;
}

task<void> store(int& into, timer_queue& timers, gate& door) {
    into = co_await with_deadline(timers, at(10), seven_after(door));
}

task<void> stubborn(gate& door, bool& finished) {
    try {
        co_await door.wait();
    } catch (const system_error&) {
        finished = true;  // and returns normally
    }
}

task<void> fail() {
    throw std::runtime_error("broken");
    co_return;
}

TEST(Deadline, ResultOfWorkInTime) {
    Loop loop;
    timer_queue timers;
    gate door;
    int seven = 0;
    Probe work(loop, store(seven, timers, door));
    loop.settle();
    door.open();
    loop.settle();
    EXPECT_EQ(work.state(), "done");
    EXPECT_EQ(seven, 7);
    EXPECT_EQ(timers.size(), 0U);
}

TEST(Deadline, LateWorkIsCancelledAndTimesOut) {
    Loop loop;
    timer_queue timers;
    gate door;
    int seven = 0;
    Probe work(loop, store(seven, timers, door));
    loop.settle();
    timers.fire_due(at(10));
    loop.settle();
    EXPECT_EQ(work.state(), "timed_out");
    EXPECT_EQ(seven, 0);
}

TEST(Deadline, CallersCancellationReachesTheWork) {
    Loop loop;
    timer_queue timers;
    gate door;
    int seven = 0;
    Probe work(loop, store(seven, timers, door));
    loop.settle();
    work.cancel();
    loop.settle();
    EXPECT_EQ(work.state(), "cancelled");
    EXPECT_EQ(timers.size(), 0U);
}

TEST(Deadline, WorkThatFinishesInSpiteOfItHasFinished) {
    Loop loop;
    timer_queue timers;
    gate door;
    bool finished = false;
    Probe work(loop, with_deadline(timers, at(10), stubborn(door, finished)));
    loop.settle();
    timers.fire_due(at(10));
    loop.settle();
    EXPECT_TRUE(finished);
    EXPECT_EQ(work.state(), "done");
}

TEST(Deadline, FailureOfTheWorkIsItsOwn) {
    Loop loop;
    timer_queue timers;
    Probe work(loop, with_deadline(timers, at(10), fail()));
    loop.settle();
    EXPECT_EQ(work.state(), "failed: broken");
}

TEST(Deadline, CancelledBeforeItBegan) {
    Loop loop;
    timer_queue timers;
    gate door;
    int seven = 0;
    Probe work(loop, store(seven, timers, door));
    work.cancel();
    loop.settle();
    EXPECT_EQ(work.state(), "cancelled");
    EXPECT_EQ(timers.size(), 0U);
}

}  // namespace
}  // namespace sluice::testing
