#include <gtest/gtest.h>

#include "engine/run/admission.hpp"
#include "engine/run/rate_limit.hpp"

#include "tests/run/after_crash.hpp"

namespace sluice::testing {
namespace {

std::string limited(const char* when_full, int limit = 1) {
    return "name: l\nnodes:\n  - {id: a, type: test.hold, with: {name: a}}\nsettings: "
           "{concurrency: "
           "{limit: " +
           std::to_string(limit) + ", key: \"${input.key}\", when_full: " + when_full + "}}\n";
}

Uuid numbered(std::uint8_t number) {
    Uuid id;
    id.bytes[7] = number;
    return id;
}

TEST(Admission, TurnsFollowPriorityAndAge) {
    Admission admission;
    const Admission::Group group{1, "k"};
    EXPECT_TRUE(admission.has_room(group, 1));
    admission.occupy(group, 1, numbered(1));
    EXPECT_FALSE(admission.has_room(group, 1));
    EXPECT_TRUE(admission.has_room({1, "other"}, 1));
    const WallTime now{std::chrono::hours(1)};
    admission.wait(group, 1, numbered(2), now, 5);
    admission.wait(group, 1, numbered(3), now + 1s, 9);
    admission.wait(group, 1, numbered(4), now - 10min, 0);
    ASSERT_TRUE(admission.wait_of(numbered(2)));
    EXPECT_EQ(admission.wait_of(numbered(2))->ahead, 2u);
    EXPECT_EQ(admission.wait_of(numbered(2))->held_by, std::vector{numbered(1)});
    EXPECT_FALSE(admission.wait_of(numbered(1))) << "it runs";
    EXPECT_EQ(admission.leave(numbered(1)), std::vector{numbered(4)}) << "it has waited long";
    EXPECT_EQ(admission.leave(numbered(4)), std::vector{numbered(3)}) << "it is more important";
    EXPECT_TRUE(admission.leave(numbered(2)).empty()) << "one that waited goes away";
    EXPECT_TRUE(admission.leave(numbered(3)).empty());
    EXPECT_TRUE(admission.has_room(group, 1));
    EXPECT_EQ(admission.waiting(), 0u);
}

TEST(RateLimit, LetsABurstThroughAndThenOneAtATime) {
    RateLimit limit;
    const RateRule rule{10, 1s};
    SteadyTime now{1h};
    for (int count = 0; count < 10; ++count) EXPECT_FALSE(limit.refuse(rule, now)) << count;
    const auto wait = limit.refuse(rule, now);
    ASSERT_TRUE(wait);
    EXPECT_EQ(*wait, 100ms);
    EXPECT_FALSE(limit.refuse(rule, now + 100ms));
    EXPECT_TRUE(limit.refuse(rule, now + 100ms));
    EXPECT_FALSE(limit.refuse(rule, now + 10s));
}

TEST(Concurrency, FurtherOnesWaitForTheirTurnByKey) {
    Simulation simulation;
    const auto program = simulation.flow(limited("queue"));
    const auto first = simulation.start(program, Object{{"key", "a"}});
    const auto second = simulation.start(program, Object{{"key", "a"}});
    const auto other = simulation.start(program, Object{{"key", "b"}});
    simulation.settle();
    EXPECT_EQ(first->status(), "running");
    EXPECT_EQ(second->status(), "queued");
    EXPECT_EQ(second->accepted, 1) << "it is on disk, and waits there";
    EXPECT_EQ(other->status(), "running");
    EXPECT_TRUE(simulation.engine.cancel(*first->execution));
    simulation.settle();
    EXPECT_EQ(second->status(), "running");
    EXPECT_EQ(simulation.nodes.runs["a"], 3);
}

TEST(Concurrency, OneWhoWaitsLeavesMemoryAndIsCalledBack) {
    Simulation simulation;
    const auto program = simulation.flow(limited("queue"));
    const auto first = simulation.start(program, Object{{"key", "a"}});
    const auto id = simulation.engine.start(program, Object{{"key", "a"}}).value()->id;
    simulation.advance(20s);
    EXPECT_EQ(simulation.engine.scheduler().live(), 1u);
    EXPECT_EQ(simulation.run(simulation.store.holds({})).at(0).kind, HoldKind::slot);
    simulation.engine.cancel(*first->execution);
    simulation.settle();
    EXPECT_EQ(simulation.nodes.runs["a"], 2);
    EXPECT_EQ(simulation.run(simulation.store.execution(id))->status, ExecutionStatus::running);
}

TEST(Concurrency, PlacesAndTurnsSurviveACrash) {
    const std::string source = limited("queue");
    Simulation before;
    const auto program = before.flow(source);
    for (int count = 0; count < 3; ++count)
        (void)before.engine.start(program, Object{{"key", "a"}}).value();
    before.settle();
    EXPECT_EQ(before.nodes.runs["a"], 1);
    Simulation next(after(before, before.commits(), source, 1s));
    next.run(load_and_recover(next.engine));
    next.settle();
    EXPECT_EQ(next.nodes.runs["a"], 1) << "one runs, two wait, as before";
    next.nodes.door.open();
    next.settle();
    EXPECT_EQ(next.nodes.runs["a"], 3);
    EXPECT_EQ(next.engine.scheduler().counters().ended[4], 3u);
    EXPECT_TRUE(next.run(next.store.holds({.kind = HoldKind::place})).empty());
}

TEST(Concurrency, RejectSkipAndCancelRunning) {
    Simulation simulation;
    const auto reject = simulation.flow(limited("reject"));
    (void)simulation.engine.start(reject, Object{{"key", "a"}}).value();
    const auto refused = simulation.engine.start(reject, Object{{"key", "a"}}).error();
    EXPECT_EQ(refused.code, "concurrency_limit");
    const auto skip = simulation.flow("name: s\n" + limited("skip").substr(8));
    (void)simulation.engine.start(skip, Object{{"key", "a"}}).value();
    EXPECT_EQ(simulation.engine.start(skip, Object{{"key", "a"}}).error().code,
              "execution_skipped");
    const auto replace = simulation.flow("name: r\n" + limited("cancel_running").substr(8));
    const auto old = simulation.start(replace, Object{{"key", "a"}});
    simulation.settle();
    const auto fresh = simulation.start(replace, Object{{"key", "a"}});
    simulation.settle();
    EXPECT_EQ(old->status(), "cancelled");
    EXPECT_EQ(fresh->status(), "running");
}

}  // namespace
}  // namespace sluice::testing
