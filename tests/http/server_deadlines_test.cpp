#include <chrono>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/server/deadlines.hpp"

namespace sluice::http {
namespace {

using namespace std::chrono_literals;

struct FakeClock final : Clock {
    SteadyTime now{};
    [[nodiscard]] WallTime wall() const override { return {}; }
    [[nodiscard]] SteadyTime steady() const override { return now; }
};

struct Connection final : Deadlines::Entry {
    std::vector<Wait> expirations;
    void expired(Wait wait) override { expirations.push_back(wait); }
};

struct ConnectionDeadlines : ::testing::Test {
    FakeClock clock;
    timer_queue timers;
    Deadlines deadlines{timers, clock, {0ms, 100ms, 200ms, 1000ms, 300ms, 50ms}};
    Connection one;
    Connection two;

    // Time passes; returns how often a timer fired.
    int pass(std::chrono::milliseconds length) {
        const SteadyTime end = clock.now + length;
        int wake_ups = 0;
        while (timers.next_due() && *timers.next_due() <= end) {
            clock.now = std::max(clock.now, *timers.next_due());
            timers.fire_due(clock.now);
            ++wake_ups;
        }
        clock.now = end;
        return wake_ups;
    }
};

TEST_F(ConnectionDeadlines, end_each_wait_after_its_own_time) {
    deadlines.set(one, Wait::idle, clock.now);
    deadlines.set(two, Wait::head, clock.now);
    pass(99ms);
    EXPECT_TRUE(two.expirations.empty());
    pass(30ms);
    EXPECT_THAT(two.expirations, ::testing::ElementsAre(Wait::head));
    EXPECT_EQ(two.wait(), Wait::none);
    EXPECT_TRUE(one.expirations.empty());
    pass(1000ms);
    EXPECT_THAT(one.expirations, ::testing::ElementsAre(Wait::idle));
    EXPECT_EQ(timers.size(), 0u) << "nothing waits, nothing wakes";
}

TEST_F(ConnectionDeadlines, cost_no_timer_for_a_busy_connection) {
    int wake_ups = 0;
    for (int request = 0; request < 10'000; ++request) {
        deadlines.set(one, Wait::idle, clock.now);
        deadlines.set(two, Wait::idle, clock.now);
        EXPECT_EQ(timers.size(), 1u);
        wake_ups += pass(1ms);
    }
    EXPECT_TRUE(one.expirations.empty());
    EXPECT_LE(wake_ups, 15);
    deadlines.clear(one);
    deadlines.clear(two);
    deadlines.disarm();
    EXPECT_EQ(timers.size(), 0u);
}

TEST_F(ConnectionDeadlines, end_waits_in_order_though_they_are_taken_out_and_put_back) {
    deadlines.set(one, Wait::body, clock.now);
    pass(50ms);
    deadlines.set(two, Wait::body, clock.now);
    pass(50ms);
    deadlines.set(one, Wait::body, clock.now);
    pass(120ms);
    deadlines.clear(two);
    pass(30ms);
    EXPECT_TRUE(one.expirations.empty());
    pass(100ms);
    EXPECT_EQ(one.expirations.size(), 1u);
    EXPECT_TRUE(two.expirations.empty());
}

}  // namespace
}  // namespace sluice::http
