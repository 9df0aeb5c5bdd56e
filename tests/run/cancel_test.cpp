#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/run/simulation.hpp"

namespace sluice::testing {
namespace {

using ::testing::Contains;

constexpr const char* url = "http://svc/a";
constexpr const char* call = R"(
name: call
nodes:
  - {id: call, type: http.request, with: {url: "http://svc/a"}, retry: {attempts: 3, delay: 1m}}
  - {id: after, type: test.count, with: {name: after}}
)";

/// It ended as cancelled, once, with nothing left behind.
void expect_cancelled(Simulation& simulation, const Watched& run) {
    EXPECT_EQ(run.status(), "cancelled");
    EXPECT_EQ(run.error_code(), "cancelled");
    EXPECT_EQ(run.ended, 1);
    EXPECT_EQ(simulation.timers.size(), 0u);
    EXPECT_EQ(simulation.engine.scheduler().live(), 0u);
    EXPECT_EQ(simulation.http.running, 0);
    EXPECT_EQ(simulation.nodes.runs.count("after"), 0u);
    const auto words = simulation.words(run);
    EXPECT_EQ(std::count(words.begin(), words.end(), "execution.ended"), 1);
    EXPECT_EQ(words.back(), "execution.ended");
    EXPECT_THAT(words, Contains("execution.cancel_requested"));
}

TEST(Cancel, EndsARunningEffect) {
    Simulation simulation;
    simulation.http.hold(url);
    const auto run = simulation.finish(call);
    ASSERT_EQ(simulation.http.running, 1);
    EXPECT_TRUE(simulation.engine.cancel(*run->execution, "no longer wanted"));
    simulation.settle();
    EXPECT_EQ(simulation.http.cancelled, 1);
    expect_cancelled(simulation, *run);
    EXPECT_EQ(run->execution->state.error().as_object().at("message").as_string(),
              "no longer wanted");
    EXPECT_THAT(simulation.words(*run), Contains("node.cancelled call"));
}

TEST(Cancel, EndsADelay) {
    Simulation simulation;
    const auto run =
        simulation.finish("name: nap\nnodes: [{id: nap, type: flow.delay, with: {duration: 1d}}]");
    EXPECT_EQ(run->status(), "waiting");
    EXPECT_TRUE(simulation.engine.cancel(*run->execution));
    simulation.settle();
    expect_cancelled(simulation, *run);
}

TEST(Cancel, EndsTheWaitForARetry) {
    Simulation simulation;
    simulation.http.reply(url, 503);
    const auto run = simulation.finish(call);
    EXPECT_EQ(run->status(), "waiting");
    EXPECT_TRUE(simulation.engine.cancel(*run->execution));
    simulation.settle();
    expect_cancelled(simulation, *run);
    EXPECT_EQ(simulation.http.calls(url), 1u);
}

TEST(Cancel, BeforeTheCommitMeansThatTheEffectNeverBegins) {
    Simulation simulation;
    simulation.store.hold_commits(true);
    const auto run = simulation.finish(call);
    EXPECT_TRUE(simulation.engine.cancel(*run->execution));
    simulation.store.hold_commits(false);
    simulation.settle();
    EXPECT_EQ(simulation.http.calls(url), 0u);
    EXPECT_EQ(run->accepted, 1);
    expect_cancelled(simulation, *run);
}

TEST(Cancel, InTheTurnOfTheCommitLosesNothing) {
    // Whatever the loop does first, the execution ends and the effect with it.
    for (std::size_t turns = 0; turns < 8; ++turns) {
        Simulation simulation;
        simulation.http.hold(url);
        const auto run = simulation.start(call);
        for (std::size_t turn = 0; turn < turns; ++turn) simulation.turn();
        EXPECT_TRUE(simulation.engine.cancel(*run->execution)) << turns;
        simulation.settle();
        expect_cancelled(simulation, *run);
    }
}

TEST(Cancel, BeforeAnEffectThatWasStartedOutsideTheLoopHasBegun) {
    for (const char* durability : {"none", "execution"}) {
        Simulation simulation;
        const auto run = simulation.start(std::string(R"(
name: eager
nodes: [{id: call, type: http.request, with: {url: "http://svc/a"}}]
settings: {durability: )") + durability + "}");
        EXPECT_TRUE(simulation.engine.cancel(*run->execution));
        simulation.settle();
        EXPECT_EQ(simulation.http.calls(url), 0u);
        EXPECT_EQ(run->status(), "cancelled") << durability;
        EXPECT_EQ(run->ended, 1);
    }
}

TEST(Cancel, TwiceIsOnce) {
    Simulation simulation;
    simulation.http.hold(url);
    const auto run = simulation.finish(call);
    EXPECT_TRUE(simulation.engine.cancel(*run->execution));
    EXPECT_FALSE(simulation.engine.cancel(*run->execution));
    simulation.settle();
    EXPECT_FALSE(simulation.engine.cancel(*run->execution));
    expect_cancelled(simulation, *run);
    const auto words = simulation.words(*run);
    EXPECT_EQ(std::count(words.begin(), words.end(), "execution.cancel_requested"), 1);
}

TEST(Cancel, WhatHasEndedStaysAsItEnded) {
    Simulation simulation;
    simulation.store.hold_commits(true);
    const auto run = simulation.finish("name: q\nnodes: [{id: a, type: core.set}]");
    EXPECT_FALSE(simulation.engine.cancel(*run->execution)) << "ended, though not yet on disk";
    simulation.store.hold_commits(false);
    simulation.settle();
    EXPECT_EQ(run->status(), "succeeded");
    EXPECT_FALSE(simulation.engine.cancel(*run->execution));
}

TEST(Cancel, FromInsideANode) {
    Simulation simulation;
    simulation.nodes.on_instant = [&](const NodeContext& context) {
        EXPECT_TRUE(
            simulation.engine.cancel(*simulation.engine.scheduler().find(context.execution)));
    };
    simulation.http.hold(url);
    const auto run = simulation.finish(R"(
name: self
nodes:
  first: {type: test.instant, with: {name: first}}
  call: {type: http.request, with: {url: "http://svc/a"}}
  after: {type: test.count, needs: first, with: {name: after}}
)");
    expect_cancelled(simulation, *run);
}

TEST(Cancel, OthersGoOn) {
    Simulation simulation;
    const auto program =
        simulation.flow("name: held\nnodes: [{id: a, type: test.hold, with: {name: a}}]");
    const auto one = simulation.start(program);
    const auto other = simulation.start(program);
    simulation.settle();
    simulation.engine.cancel(*one->execution);
    simulation.nodes.door.open();
    simulation.settle();
    EXPECT_EQ(one->status(), "cancelled");
    EXPECT_EQ(other->status(), "succeeded");
}

}  // namespace
}  // namespace sluice::testing
