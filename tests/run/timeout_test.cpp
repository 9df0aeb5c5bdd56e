#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/run/simulation.hpp"

namespace sluice::testing {
namespace {

using ::testing::Contains;

constexpr const char* url = "http://svc/a";

TEST(Timeout, AttemptThatTakesTooLongIsCancelledAndMayBeRetried) {
    Simulation simulation;
    simulation.http.hold(url);
    const auto run = simulation.finish(R"(
name: slow
nodes: [{id: call, type: http.request, with: {url: "http://svc/a"}, timeout: 2s, retry: {attempts: 2, delay: 1s}}]
)");
    simulation.advance(1'999ms);
    EXPECT_EQ(simulation.http.running, 1);
    simulation.advance(1ms);
    EXPECT_EQ(simulation.http.running, 0);
    EXPECT_EQ(simulation.http.cancelled, 1);
    EXPECT_EQ(run->status(), "waiting");
    simulation.advance(1s);
    EXPECT_EQ(simulation.http.running, 1) << "the second attempt has its own time";
    simulation.advance(2s);
    EXPECT_EQ(run->status(), "failed");
    EXPECT_EQ(run->error_code(), "node_timeout");
    EXPECT_EQ(simulation.timers.size(), 0u);
}

TEST(Timeout, NodeThatIsInTimeLeavesNoTimer) {
    Simulation simulation;
    const auto run = simulation.finish(
        R"({"name": "quick", "nodes": [{"id": "call", "type": "http.request", "with": {"url": "http://svc/a"}, "timeout": "2s"}]})");
    EXPECT_EQ(run->status(), "succeeded");
    EXPECT_EQ(simulation.timers.size(), 0u);
}

TEST(Timeout, ExecutionEndsAsTimedOut) {
    Simulation simulation;
    simulation.http.hold(url);
    const auto run = simulation.finish(R"(
name: slow
nodes:
  call: {type: http.request, with: {url: "http://svc/a"}}
  nap: {type: flow.delay, with: {duration: 1d}}
settings: {timeout: 10s}
)");
    simulation.advance(9'999ms);
    EXPECT_EQ(run->status(), "running");
    simulation.advance(1ms);
    EXPECT_EQ(run->status(), "timed_out");
    EXPECT_EQ(run->error_code(), "execution_timeout");
    EXPECT_EQ(run->ended, 1);
    EXPECT_EQ(simulation.http.cancelled, 1);
    EXPECT_EQ(simulation.timers.size(), 0u);
    const auto words = simulation.words(*run);
    EXPECT_THAT(words, Contains("node.cancelled call"));
    EXPECT_THAT(words, Contains("node.cancelled nap"));
}

TEST(Timeout, ExecutionThatIsInTimeLeavesNoTimer) {
    Simulation simulation;
    const auto run =
        simulation.finish("name: q\nnodes: [{id: a, type: core.set}]\nsettings: {timeout: 10s}");
    EXPECT_EQ(simulation.timers.size(), 0u);
    simulation.advance(1min);
    EXPECT_EQ(run->status(), "succeeded");
    EXPECT_EQ(run->ended, 1);
}

TEST(Timeout, EndBeforeTheTimeoutCountsEvenWhenTheDiskIsSlow) {
    Simulation simulation;
    simulation.store.hold_commits(true);
    const auto run =
        simulation.finish("name: q\nnodes: [{id: a, type: core.set}]\nsettings: {timeout: 10s}");
    simulation.advance(1min);
    simulation.store.hold_commits(false);
    simulation.settle();
    EXPECT_EQ(run->status(), "succeeded");
    EXPECT_EQ(simulation.words(*run).back(), "execution.ended");
    EXPECT_EQ(simulation.events(*run).size(), 3u);
}

TEST(Timeout, EffectThatWaitsForTheDiskNeverBegins) {
    Simulation simulation;
    simulation.store.hold_commits(true);
    const auto run = simulation.finish(
        R"({"name": "q", "nodes": [{"id": "call", "type": "http.request", "with": {"url": "http://svc/a"}}], "settings": {"timeout": "10s"}})");
    simulation.advance(11s);
    simulation.store.hold_commits(false);
    simulation.settle();
    EXPECT_EQ(run->status(), "timed_out");
    EXPECT_EQ(simulation.http.calls(url), 0u);
    EXPECT_EQ(run->ended, 1);
}

}  // namespace
}  // namespace sluice::testing
