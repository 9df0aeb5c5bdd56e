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

}  // namespace
}  // namespace sluice::testing
