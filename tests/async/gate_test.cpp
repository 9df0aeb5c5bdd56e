#include "engine/async/gate.hpp"

#include <memory>

#include <gtest/gtest.h>

#include "tests/async/loop.hpp"

namespace sluice::testing {
namespace {

TEST(Gate, OpenGateLetsThroughAtOnce) {
    Loop loop;
    gate door(true);
    Probe waiter(loop, door.wait());
    loop.settle();
    EXPECT_EQ(waiter.state(), "done");
}

TEST(Gate, OpeningWakesEveryWaiterInALaterTurn) {
    Loop loop;
    gate door;
    Probe first(loop, door.wait());
    Probe second(loop, door.wait());
    loop.settle();
    EXPECT_EQ(first.state(), "running");
    door.open();
    EXPECT_EQ(first.state(), "running");  // never inside open()
    loop.settle();
    EXPECT_EQ(first.state(), "done");
    EXPECT_EQ(second.state(), "done");
}

TEST(Gate, WaiterWaitsOnWhenTheGateClosedAgainBeforeItRan) {
    Loop loop;
    gate door;
    Probe waiter(loop, door.wait());
    loop.settle();
    door.open();
    door.close();
    loop.settle();
    EXPECT_EQ(waiter.state(), "running");
    door.open();
    loop.settle();
    EXPECT_EQ(waiter.state(), "done");
}

TEST(Gate, CancelledBeforeItsFirstAwait) {
    Loop loop;
    gate door;
    Probe waiter(loop, door.wait());
    waiter.cancel();
    loop.settle();
    EXPECT_EQ(waiter.state(), "cancelled");
}

TEST(Gate, CancelledWhileWaitingLeavesTheOthers) {
    Loop loop;
    gate door;
    Probe first(loop, door.wait());
    Probe second(loop, door.wait());
    loop.settle();
    first.cancel();
    first.cancel();  // a second cancellation finds nothing to do
    loop.settle();
    EXPECT_EQ(first.state(), "cancelled");
    EXPECT_EQ(second.state(), "running");
    door.open();
    loop.settle();
    EXPECT_EQ(second.state(), "done");
}

TEST(Gate, CancelledAfterItEndedChangesNothing) {
    Loop loop;
    gate door;
    Probe waiter(loop, door.wait());
    loop.settle();
    door.open();
    loop.settle();
    waiter.cancel();
    loop.settle();
    EXPECT_EQ(waiter.state(), "done");
    EXPECT_EQ(waiter.ends(), 1);
}

TEST(Gate, DestructionWakesWaitersAsCancelled) {
    Loop loop;
    wait_list* list = new wait_list;
    auto owner = std::unique_ptr<wait_list>(list);
    Probe waiter(loop, list->wait());
    loop.settle();
    owner.reset();
    loop.settle();
    EXPECT_EQ(waiter.state(), "cancelled");
}

TEST(Gate, LoopMayBeDestroyedWhileSomebodyWaits) {
    gate door;
    {
        Loop loop;
        Probe waiter(loop, door.wait());
        loop.settle();
        EXPECT_EQ(waiter.state(), "running");
        door.open();  // posted, never run: the handler goes with the loop
    }
    SUCCEED();
}

}  // namespace
}  // namespace sluice::testing
