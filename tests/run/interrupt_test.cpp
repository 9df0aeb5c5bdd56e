#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/run/after_crash.hpp"

namespace sluice::testing {
namespace {

using ::testing::Contains;

std::string flow(const char* on_interrupt) {
    return std::string(
               "name: act\nnodes:\n  act: {type: test.hold, with: {name: act}, "
               "on_interrupt: ") +
           on_interrupt +
           ", next: {error: sorry}}\n  sorry: {type: test.count, with: {name: sorry, code: "
           "\"${error.code}\"}}\n";
}

/// The process ends while the effect is acting; the next one finds this.
Simulation::Setup crashed_while_acting(const std::string& source) {
    Simulation before;
    before.finish(source);
    EXPECT_EQ(before.nodes.runs["act"], 1);
    return after(before, before.commits(), source, 1s);
}

Uuid only_one(Simulation& simulation) {
    return simulation.run(simulation.store.executions({})).at(0).id;
}

TEST(OnInterrupt, RetryActsAgain) {
    Simulation next(crashed_while_acting(flow("retry")));
    EXPECT_EQ(next.run(load_and_recover(next.engine)), 1u);
    EXPECT_EQ(next.nodes.runs["act"], 1);
}

TEST(OnInterrupt, FailTakesTheErrorEdge) {
    Simulation next(crashed_while_acting(flow("fail")));
    next.run(load_and_recover(next.engine));
    EXPECT_EQ(next.nodes.runs["act"], 0);
    EXPECT_EQ(next.nodes.runs["sorry"], 1);
    const auto events = next.events(only_one(next));
    const auto failed = std::find_if(events.begin(), events.end(), [](const Event& event) {
        return event.kind == EventKind::node_failed;
    });
    ASSERT_NE(failed, events.end());
    EXPECT_EQ(failed->data.at("code").as_string(), "interrupted");
}

TEST(OnInterrupt, HoldWaitsForSomebodyToDecide) {
    Simulation next(crashed_while_acting(flow("hold")));
    next.run(load_and_recover(next.engine));
    next.settle();
    const auto id = only_one(next);
    EXPECT_EQ(next.nodes.runs["act"], 0);
    const auto holds = next.run(next.store.holds({}));
    ASSERT_EQ(holds.size(), 1u);
    EXPECT_EQ(holds[0].kind, HoldKind::interrupt);
    next.advance(1h);
    EXPECT_EQ(next.engine.scheduler().live(), 0u) << "it waits without costing memory";
    const auto execution = next.run(next.engine.summon(id));
    next.engine.scheduler().resolve_interrupt(*execution, 0, OnInterrupt::retry).value();
    next.settle();
    EXPECT_EQ(next.nodes.runs["act"], 1);
    EXPECT_EQ(
        next.engine.scheduler().resolve_interrupt(*execution, 0, OnInterrupt::fail).error().code,
        "hold_not_found");
}

TEST(CrashLoop, EndsAfterFiveRecoveriesWithoutProgress) {
    const std::string source = flow("retry");
    auto setup = crashed_while_acting(source);
    for (int crash = 1; crash <= 5; ++crash) {
        const auto found = setup.history;
        Simulation next(std::move(setup));
        ASSERT_EQ(next.run(load_and_recover(next.engine)), 1u) << "crash " << crash;
        next.settle();
        EXPECT_EQ(next.nodes.runs["act"], 1);
        // What this process leaves is what it found and what it wrote.
        setup = after(next, next.commits(), source, 1s);
        setup.history.insert(setup.history.begin(), found.begin(), found.end());
    }
    Simulation last(std::move(setup));
    last.run(load_and_recover(last.engine));
    last.settle();
    EXPECT_EQ(last.nodes.runs["act"], 0) << "it does not act a sixth time";
    const auto records = last.run(last.store.executions({}));
    ASSERT_EQ(records.size(), 1u);
    const auto& record = records[0];
    EXPECT_EQ(record.status, ExecutionStatus::failed);
    EXPECT_EQ(last.events(record.id).back().data.at("code").as_string(), "crash_loop");
}

TEST(CrashLoop, ProgressBeginsTheCountAnew) {
    Graph graph;
    graph.nodes.push_back({});
    graph.nodes.back().id = "a";
    graph.entries = {0};
    const Topology topology(graph);
    ExecutionState state(topology, FlowSettings{});
    const auto apply = [&state](EventKind kind) {
        Event event;
        event.kind = kind;
        event.node = 0;
        state.apply(std::move(event));
    };
    apply(EventKind::execution_started);
    for (int count = 0; count < 3; ++count) apply(EventKind::execution_recovered);
    EXPECT_EQ(state.recoveries(), 3u);
    apply(EventKind::node_retrying);
    EXPECT_EQ(state.recoveries(), 0u);
}

}  // namespace
}  // namespace sluice::testing
