#include <gtest/gtest.h>

#include "tests/run/simulation.hpp"

namespace sluice::testing {
namespace {

std::string flow_with(const std::string& durability) {
    return R"(
name: three
nodes:
  - {id: a, type: http.request, with: {url: "http://svc/a"}}
  - {id: b, type: http.request, with: {url: "http://svc/b"}}
  - {id: c, type: http.request, with: {url: "http://svc/c"}}
settings: {durability: )" +
           durability + "}\n";
}

TEST(Durability, StepCommitsBeforeEveryEffect) {
    Simulation simulation;
    simulation.finish(flow_with("step"));
    EXPECT_EQ(simulation.commits(), 4u);
}

TEST(Durability, ExecutionCommitsAtAcceptanceAndAtTheEnd) {
    Simulation simulation;
    for (const char* url : {"http://svc/a", "http://svc/b", "http://svc/c"})
        simulation.http.delay(url, 1s);
    const auto run = simulation.finish(flow_with("execution"));
    EXPECT_EQ(run->accepted, 1);
    simulation.advance(10s);
    EXPECT_EQ(run->status(), "succeeded");
    EXPECT_EQ(run->ended, 1);
    EXPECT_EQ(simulation.commits(), 2u);
    const auto words = simulation.words(*run);
    EXPECT_EQ(words.front(), "execution.started");
    EXPECT_EQ(words.back(), "execution.ended");
    EXPECT_EQ(words.size(), 8u);
}

TEST(Durability, ExecutionHoldsEffectsBackForItsStartOnly) {
    Simulation simulation;
    simulation.store.hold_commits(true);
    simulation.http.delay("http://svc/a", 1s);
    const auto run = simulation.finish(flow_with("execution"));
    EXPECT_EQ(simulation.http.requests.size(), 0u) << "it may still be refused";
    EXPECT_EQ(run->accepted, 0);
    simulation.store.hold_commits(false);
    simulation.settle();
    EXPECT_EQ(simulation.http.requests.size(), 1u);
    simulation.store.hold_commits(true);
    simulation.advance(2s);
    EXPECT_EQ(simulation.http.requests.size(), 3u) << "the others do not wait for the disk";
    simulation.store.hold_commits(false);
    simulation.settle();
    EXPECT_EQ(run->accepted, 1);
    EXPECT_EQ(run->ended, 1);
}

TEST(Durability, ExecutionCommitsWhatSomebodyHasToResolve) {
    Simulation simulation;
    const auto run = simulation.finish(R"(
name: ask
nodes: [{id: ask, type: flow.approval, with: {message: well}}]
settings: {durability: execution}
)");
    EXPECT_EQ(simulation.run(simulation.store.holds({})).size(), 1u) << "it can be found";
    simulation.engine.scheduler().decide(*run->execution, 0, {"ada", true, "", nullptr}).value();
    simulation.settle();
    EXPECT_EQ(run->ended, 1);
    EXPECT_TRUE(simulation.run(simulation.store.holds({})).empty());
}

TEST(Durability, NoneWritesNothing) {
    Simulation simulation;
    simulation.store.hold_commits(true);
    std::vector<EventKind> seen;
    const auto watching = simulation.engine.scheduler().events().subscribe(
        [&](const LiveExecution&, const std::vector<Event>& events) {
            for (const auto& event : events) seen.push_back(event.kind);
        });
    const auto run = simulation.finish(flow_with("none"));
    EXPECT_EQ(run->status(), "succeeded");
    EXPECT_EQ(run->accepted, 1);
    EXPECT_EQ(run->ended, 1);
    EXPECT_EQ(simulation.journal.attempts, 0);
    EXPECT_EQ(seen.size(), 8u) << "live events are there all the same";
    EXPECT_EQ(simulation.engine.scheduler().live(), 0u);
}

TEST(Durability, NoneRunsAPureFlowWithinTheCall) {
    Simulation simulation;
    const auto run = simulation.start(
        "name: q\nnodes: [{id: a, type: core.log, with: {message: hi}}, {id: b, type: core.set, "
        "with: {n: 1}}]\n"
        "settings: {durability: none}");
    EXPECT_EQ(run->accepted, 1);
    EXPECT_EQ(run->ended, 1);
    EXPECT_EQ(run->result(), R"({"n":1})");
}

}  // namespace
}  // namespace sluice::testing
