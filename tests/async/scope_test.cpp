#include "engine/async/scope.hpp"

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "tests/async/loop.hpp"

namespace sluice::testing {
namespace {

task<void> note(std::string& log, std::string word) {
    log += word;
    co_return;
}

task<void> fail(std::string reason) {
    throw std::runtime_error(reason);
    co_return;
}

task<void> wait_noting(gate& door, std::string& log, std::string word) {
    try {
        co_await door.wait();
        log += word;
    } catch (const system_error&) {
        log += "!" + word;
        throw;
    }
}

TEST(Scope, JoinOfAnEmptyScopeReturnsAtOnce) {
    Loop loop;
    scope children(loop.executor());
    Probe join(loop, children.join());
    loop.settle();
    EXPECT_EQ(join.state(), "done");
}

TEST(Scope, JoinWaitsForEveryChild) {
    Loop loop;
    std::string log;
    gate door;
    scope children(loop.executor());
    children.spawn(note(log, "a"));
    children.spawn(wait_noting(door, log, "b"));
    Probe join(loop, children.join());
    loop.settle();
    EXPECT_EQ(log, "a");
    EXPECT_EQ(join.state(), "running");
    door.open();
    loop.settle();
    EXPECT_EQ(log, "ab");
    EXPECT_EQ(join.state(), "done");
}

TEST(Scope, CancelAllReachesEveryChildAndJoinSucceeds) {
    Loop loop;
    std::string log;
    gate door;
    scope children(loop.executor());
    children.spawn(wait_noting(door, log, "a"));
    children.spawn(wait_noting(door, log, "b"));
    loop.settle();
    children.cancel_all();
    Probe join(loop, children.join());
    loop.settle();
    EXPECT_EQ(log, "!a!b");
    EXPECT_EQ(join.state(), "done");
}

TEST(Scope, ChildCancelledBeforeItBeganNeverRuns) {
    Loop loop;
    std::string log;
    gate door;
    scope children(loop.executor());
    const auto child = children.spawn(wait_noting(door, log, "a"));
    children.cancel(child);
    loop.settle();
    EXPECT_EQ(children.size(), 0U);
    EXPECT_TRUE(log.empty() || log == "!a") << log;
}

task<void> spawn_and_see(scope& children, std::string& log) {
    const auto child = children.spawn(note(log, "child "));
    log += "spawned ";
    children.cancel(child);  // the handle is good: the child has not run
    co_return;
}

TEST(Scope, ChildSpawnedOnTheLoopBeginsInALaterTurn) {
    Loop loop;
    std::string log;
    scope children(loop.executor());
    Probe spawner(loop, spawn_and_see(children, log));
    loop.settle();
    EXPECT_EQ(spawner.state(), "done");
    EXPECT_EQ(log, "spawned ");
    EXPECT_EQ(children.size(), 0U);
}

TEST(Scope, ChildThatEndsBeforeACancellationFromOutsideArrivesIsNotTouched) {
    Loop loop;
    std::string log;
    scope children(loop.executor());
    const auto child = children.spawn(note(log, "a"));
    loop.context.poll_one();  // the child's last turn is queued
    children.cancel(child);   // and the emission behind it
    children.cancel(child);
    loop.settle();
    EXPECT_EQ(children.size(), 0U);
}

TEST(Scope, CancelOneLeavesTheOthers) {
    Loop loop;
    std::string log;
    gate door;
    scope children(loop.executor());
    const auto first = children.spawn(wait_noting(door, log, "a"));
    children.spawn(wait_noting(door, log, "b"));
    loop.settle();
    children.cancel(first);
    loop.settle();
    EXPECT_EQ(log, "!a");
    EXPECT_EQ(children.size(), 1U);
    door.open();
    loop.settle();
    EXPECT_EQ(log, "!ab");
}

TEST(Scope, FailureOfAChildReachesJoinAndSparesSiblings) {
    Loop loop;
    std::string log;
    scope children(loop.executor());
    children.spawn(fail("broken"));
    children.spawn(note(log, "a"));
    Probe join(loop, children.join());
    loop.settle();
    EXPECT_EQ(log, "a");
    EXPECT_EQ(join.state(), "failed: broken");
}

TEST(Scope, CancellingJoinCancelsNoChild) {
    Loop loop;
    std::string log;
    gate door;
    scope children(loop.executor());
    children.spawn(wait_noting(door, log, "a"));
    Probe join(loop, children.join());
    loop.settle();
    join.cancel();
    loop.settle();
    EXPECT_EQ(join.state(), "cancelled");
    EXPECT_EQ(children.size(), 1U);
    door.open();
    loop.settle();
    EXPECT_EQ(log, "a");
}

TEST(ScopeDeathTest, DestroyedWithChildrenAborts) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_DEATH(
        {
            Loop loop;
            gate door;
            std::string log;
            scope children(loop.executor());
            children.spawn(wait_noting(door, log, "a"));
        },
        "");
}

}  // namespace
}  // namespace sluice::testing
