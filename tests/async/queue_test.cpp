#include "engine/async/queue.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "tests/async/loop.hpp"

namespace sluice::testing {
namespace {

task<void> take(queue<int>& from, std::vector<int>& into) {
    into.push_back(co_await from.pop());
}

TEST(Queue, KeepsOrder) {
    Loop loop;
    queue<int> numbers(3);
    std::vector<int> taken;
    for (int number : {1, 2, 3}) Probe(loop, numbers.push(number)), loop.settle();
    for (int round = 0; round < 3; ++round) Probe(loop, take(numbers, taken)), loop.settle();
    EXPECT_EQ(taken, (std::vector{1, 2, 3}));
}

TEST(Queue, FullQueueRefusesOrMakesThePusherWait) {
    Loop loop;
    queue<int> numbers(1);
    int first = 1;
    int second = 2;
    EXPECT_TRUE(numbers.try_push(first));
    EXPECT_FALSE(numbers.try_push(second));
    Probe pusher(loop, numbers.push(2));
    loop.settle();
    EXPECT_EQ(pusher.state(), "running");
    std::vector<int> taken;
    Probe taker(loop, take(numbers, taken));
    loop.settle();
    EXPECT_EQ(pusher.state(), "done");
    EXPECT_EQ(numbers.size(), 1U);
}

TEST(Queue, CancelledPopTakesNothing) {
    Loop loop;
    queue<int> numbers(1);
    std::vector<int> taken;
    Probe cancelled(loop, take(numbers, taken));
    loop.settle();
    cancelled.cancel();
    loop.settle();
    EXPECT_EQ(cancelled.state(), "cancelled");
    int number = 7;
    EXPECT_TRUE(numbers.try_push(number));
    loop.settle();
    EXPECT_EQ(numbers.size(), 1U);
    EXPECT_TRUE(taken.empty());
}

TEST(Queue, CancelledPushHasNotPushed) {
    Loop loop;
    queue<int> numbers(1);
    int first = 1;
    EXPECT_TRUE(numbers.try_push(first));
    Probe pusher(loop, numbers.push(2));
    loop.settle();
    pusher.cancel();
    loop.settle();
    EXPECT_EQ(pusher.state(), "cancelled");
    EXPECT_EQ(numbers.size(), 1U);
}

TEST(Queue, ItemGoesToAnotherWaiterWhenTheWokenOneIsCancelled) {
    Loop loop;
    queue<int> numbers(2);
    std::vector<int> taken;
    Probe first(loop, take(numbers, taken));
    Probe second(loop, take(numbers, taken));
    loop.settle();
    int number = 5;
    EXPECT_TRUE(numbers.try_push(number));  // wakes the first
    first.cancel();                         // before it runs
    loop.settle();
    EXPECT_EQ(taken, (std::vector{5}));
    second.cancel();  // whichever still waits must end before its signal does
    first.cancel();
    loop.settle();
}

}  // namespace
}  // namespace sluice::testing
