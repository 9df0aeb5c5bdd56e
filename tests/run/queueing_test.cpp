#include <gtest/gtest.h>

#include "engine/run/debounce.hpp"
#include "engine/run/turn_queue.hpp"

#include "tests/run/after_crash.hpp"

namespace sluice::testing {
namespace {

constexpr const char* held = "name: held\nnodes: [{id: a, type: test.hold, with: {name: a}}]\n";

std::string debounced(const std::string& settings = {}) {
    return "name: d\nnodes:\n  - {id: n, type: test.count, with: {name: ran}}\n"
           "output: \"${input.n}\"\nsettings: {debounce: {quiet: 10s, max_wait: 25s, key: "
           "\"${input.key}\"}" +
           settings + "}\n";
}

Value event(int number, const char* key = "a") {
    return Object{{"n", number}, {"key", key}};
}

Uuid numbered(std::uint8_t number) {
    Uuid id;
    id.bytes[7] = number;
    return id;
}

Start accepted_start(const std::shared_ptr<const Program>& program, Value input = Object{}) {
    Start start;
    start.program = program;
    start.input = std::move(input);
    start.trigger_json = R"({"type":"manual"})";
    start.may_queue = true;
    return start;
}

Simulation::Setup with_room(std::size_t live) {
    Simulation::Setup setup;
    setup.limits.live_executions = live;
    return setup;
}

TEST(TurnQueue, TheNextIsTheMostImportantUnlessAnotherHasWaitedLong) {
    TurnQueue queue;
    const WallTime now{std::chrono::hours(1)};
    EXPECT_TRUE(queue.add(numbered(1), now, 5));
    EXPECT_FALSE(queue.add(numbered(1), now, 9)) << "it waits already";
    EXPECT_TRUE(queue.add(numbered(2), now + 1s, 9));
    EXPECT_TRUE(queue.add(numbered(3), now - 10min, 0));
    EXPECT_EQ(queue.ahead_of(numbered(1)), 2u);
    EXPECT_TRUE(queue.remove(numbered(3)));
    EXPECT_FALSE(queue.remove(numbered(3)));
    EXPECT_EQ(queue.take(), numbered(2));
    EXPECT_EQ(queue.take(), numbered(1));
    EXPECT_EQ(queue.take(), std::nullopt);
}

TEST(Debounce, EachStartReplacesTheOneBeforeUntilTheLongestWait) {
    Debounce debounce;
    const DebounceRule rule{10s, 25s, {}};
    const Debounce::Group group{1, "a"};
    const WallTime now{std::chrono::hours(1)};
    auto turn = debounce.arrive(group, rule, numbered(1), now);
    EXPECT_EQ(turn.due, now + 10s);
    EXPECT_FALSE(turn.instead_of);
    turn = debounce.arrive(group, rule, numbered(2), now + 9s);
    EXPECT_EQ(turn.due, now + 19s);
    EXPECT_EQ(turn.instead_of, numbered(1));
    EXPECT_FALSE(debounce.holds(numbered(1)));
    turn = debounce.arrive(group, rule, numbered(3), now + 18s);
    EXPECT_EQ(turn.due, now + 25s) << "the first has waited long enough";
    EXPECT_FALSE(debounce.arrive({1, "b"}, rule, numbered(4), now).instead_of) << "another key";
    EXPECT_FALSE(debounce.leave(numbered(2)));
    EXPECT_TRUE(debounce.leave(numbered(3)));
    EXPECT_FALSE(debounce.arrive(group, rule, numbered(5), now + 26s).instead_of);
}

TEST(Queueing, BeyondTheLiveExecutionsAStartWaitsOnDiskAndTheNextOneTakesItsTurn) {
    Simulation simulation(with_room(2));
    auto& scheduler = simulation.engine.scheduler();
    const auto program = simulation.flow(held);
    std::vector<Uuid> ids;
    for (int count = 0; count < 5; ++count) {
        auto started = scheduler.start(accepted_start(program));
        ASSERT_TRUE(started) << started.error().message;
        ids.push_back((*started)->id);
    }
    simulation.advance(20s);
    EXPECT_EQ(simulation.nodes.runs["a"], 2);
    EXPECT_EQ(scheduler.live(), 2u) << "the others have left memory";
    EXPECT_EQ(scheduler.queued(), 3u);
    const auto wait = scheduler.wait_of(ids[4]);
    ASSERT_TRUE(wait);
    EXPECT_EQ(wait->ahead, 2u);
    for (const auto& id : {ids[2], ids[3], ids[4]})
        EXPECT_EQ(simulation.run(simulation.store.execution(id))->status, ExecutionStatus::queued);
    const auto refused = simulation.engine.start(program, {});
    ASSERT_FALSE(refused) << "whoever waits for its end is told at once";
    EXPECT_EQ(refused.error().code, "overloaded");

    simulation.engine.cancel(*scheduler.find(ids[0]), "enough");
    simulation.settle();
    EXPECT_EQ(simulation.nodes.runs["a"], 3);
    EXPECT_EQ(simulation.run(simulation.store.execution(ids[2]))->status, ExecutionStatus::running);
    simulation.nodes.door.open();
    simulation.settle();
    EXPECT_EQ(simulation.nodes.runs["a"], 5);
    EXPECT_EQ(scheduler.queued(), 0u);
    EXPECT_EQ(scheduler.live(), 0u);
    EXPECT_TRUE(simulation.run(simulation.store.holds({})).empty());
}

TEST(Queueing, TheQueueBeyondTheLiveExecutionsHasAnEnd) {
    auto setup = with_room(1);
    setup.limits.queued_executions = 1;
    Simulation simulation(std::move(setup));
    auto& scheduler = simulation.engine.scheduler();
    const auto program = simulation.flow(held);
    ASSERT_TRUE(scheduler.start(accepted_start(program)));
    ASSERT_TRUE(scheduler.start(accepted_start(program)));
    const auto refused = scheduler.start(accepted_start(program));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "overloaded");
}

TEST(Queueing, OneThatIsQueuedCanBeCancelled) {
    Simulation simulation(with_room(1));
    auto& scheduler = simulation.engine.scheduler();
    const auto program = simulation.flow(held);
    ASSERT_TRUE(scheduler.start(accepted_start(program)));
    const auto id = scheduler.start(accepted_start(program)).value()->id;
    simulation.advance(20s);
    simulation.engine.cancel(*simulation.run(simulation.engine.summon(id)));
    simulation.settle();
    EXPECT_EQ(simulation.run(simulation.store.execution(id))->status, ExecutionStatus::cancelled);
    EXPECT_EQ(scheduler.queued(), 0u);
    simulation.nodes.door.open();
    simulation.settle();
    EXPECT_EQ(simulation.nodes.runs["a"], 1);
}

TEST(Queueing, TheQueueSurvivesACrash) {
    Simulation before(with_room(1));
    const auto program = before.flow(held);
    for (int count = 0; count < 3; ++count)
        ASSERT_TRUE(before.engine.scheduler().start(accepted_start(program)));
    before.settle();
    auto setup = after(before, before.commits(), held, 1s);
    setup.limits.live_executions = 1;
    Simulation next(std::move(setup));
    next.run(load_and_recover(next.engine));
    next.settle();
    EXPECT_EQ(next.nodes.runs["a"], 1) << "one runs, two wait, as before";
    EXPECT_EQ(next.engine.scheduler().queued(), 2u);
    next.nodes.door.open();
    next.settle();
    EXPECT_EQ(next.nodes.runs["a"], 3);
    EXPECT_EQ(next.engine.scheduler().queued(), 0u);
}

TEST(Queueing, WhatIsDueWaitsForRoom) {
    Simulation simulation(with_room(2));
    auto& scheduler = simulation.engine.scheduler();
    const auto naps = simulation.flow(
        "name: nap\nnodes: [{id: nap, type: flow.delay, with: {duration: 1h}}, {id: a, type: "
        "test.hold, with: {name: a}}]\n");
    for (int count = 0; count < 6; ++count) {
        ASSERT_TRUE(scheduler.start(accepted_start(naps)));
        simulation.advance(10s);  // it leaves memory
    }
    simulation.advance(2h);
    EXPECT_LT(scheduler.live(), 6u) << "the others are not called back yet";
    simulation.nodes.door.open();
    simulation.settle();
    EXPECT_EQ(simulation.nodes.runs["a"], 6);
}

TEST(Queueing, OfStartsThatComeCloseTogetherTheLastOneRuns) {
    Simulation simulation;
    const auto program = simulation.flow(debounced());
    const auto one = simulation.start(program, event(1));
    simulation.advance(5s);
    EXPECT_EQ(one->status(), "queued");
    EXPECT_EQ(one->accepted, 1);
    const auto two = simulation.start(program, event(2));
    const auto other = simulation.start(program, event(7, "b"));
    simulation.advance(9s);
    EXPECT_EQ(one->status(), "cancelled");
    EXPECT_EQ(two->status(), "queued");
    EXPECT_EQ(simulation.nodes.runs["ran"], 0);
    simulation.advance(1s);
    EXPECT_EQ(two->status(), "succeeded");
    EXPECT_EQ(two->result(), "2");
    EXPECT_EQ(other->status(), "succeeded");
    EXPECT_EQ(simulation.nodes.runs["ran"], 2);
    EXPECT_TRUE(simulation.run(simulation.store.holds({})).empty());
}

TEST(Queueing, ADebouncedStartLeavesMemoryAndComesBackInTime) {
    Simulation simulation;
    const std::string text =
        "name: d\nnodes: [{id: n, type: test.count, with: {name: ran}}]\n"
        "settings: {debounce: {quiet: 1h}}\n";
    const auto program = simulation.flow(text);
    const auto first = simulation.engine.start(program, {}).value()->id;
    simulation.advance(30s);
    EXPECT_EQ(simulation.engine.scheduler().live(), 0u);
    const auto second = simulation.engine.start(program, {}).value()->id;
    simulation.advance(30s);
    EXPECT_EQ(simulation.run(simulation.store.execution(first))->status,
              ExecutionStatus::cancelled);
    simulation.advance(1h);
    EXPECT_EQ(simulation.run(simulation.store.execution(second))->status,
              ExecutionStatus::succeeded);
    EXPECT_EQ(simulation.nodes.runs["ran"], 1);
}

TEST(Queueing, AfterACrashOnlyTheLastDebouncedStartRuns) {
    const std::string source = debounced();
    Simulation before;
    const auto program = before.flow(source);
    (void)before.engine.start(program, event(1)).value();
    before.settle();
    const auto commits_of_first = before.commits();
    (void)before.engine.start(program, event(2)).value();
    before.settle();
    // The second start is on disk; the cancellation of the first is not.
    Simulation next(after(before, commits_of_first + 1, source, 1s));
    next.run(load_and_recover(next.engine));
    next.advance(30s);
    EXPECT_EQ(next.nodes.runs["ran"], 1);
    EXPECT_EQ(
        next.engine.scheduler().counters().ended[static_cast<int>(ExecutionStatus::cancelled)], 1u);
}

TEST(Queueing, AStartThatCannotBeWrittenReplacesNobody) {
    Simulation simulation;
    const auto program = simulation.flow(debounced());
    const auto one = simulation.start(program, event(1));
    simulation.settle();
    simulation.store.fail_commits(Error{"store_full", "no space", {}});
    const auto two = simulation.start(program, event(2));
    simulation.settle();
    EXPECT_TRUE(two->refusal);
    simulation.store.fail_commits(std::nullopt);
    simulation.advance(1min);
    EXPECT_EQ(one->status(), "succeeded");
    EXPECT_EQ(simulation.nodes.runs["ran"], 1);
}

TEST(Queueing, ADebouncedStartQueuesForAPlaceWhenItsTimeHasCome) {
    Simulation simulation;
    const auto program = simulation.flow(
        "name: d\nnodes: [{id: a, type: test.hold, with: {name: a}}]\n"
        "settings: {debounce: {quiet: 10s}, concurrency: {limit: 1}}\n");
    const auto one = simulation.start(program);
    simulation.advance(11s);
    EXPECT_EQ(one->status(), "running");
    const auto two = simulation.start(program);
    simulation.advance(11s);
    EXPECT_EQ(two->status(), "queued");
    EXPECT_EQ(two->execution->state.queued()->cause, QueueCause::concurrency);
    simulation.nodes.door.open();
    simulation.settle();
    EXPECT_EQ(two->status(), "succeeded");
    EXPECT_TRUE(simulation.run(simulation.store.holds({})).empty());
}

}  // namespace
}  // namespace sluice::testing
