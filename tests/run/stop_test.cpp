#include <gtest/gtest.h>

#include "tests/run/simulation.hpp"

namespace sluice::testing {
namespace {

constexpr const char* held = R"(
name: held
nodes:
  - {id: a, type: test.hold, with: {name: a}}
  - {id: b, type: test.count, with: {name: b}}
)";

/// A stop in progress.
struct Stop {
    std::shared_ptr<bool> over = std::make_shared<bool>(false);
    Stop(Simulation& simulation, Milliseconds patience) {
        asio::co_spawn(simulation.context, simulation.engine.stop(patience),
                       [over = over](const std::exception_ptr& failure) {
                           EXPECT_FALSE(failure);
                           *over = true;
                       });
    }
};

TEST(Stop, IdleEngineStopsAtOnce) {
    Simulation simulation;
    const Stop stop(simulation, 1h);
    simulation.settle();
    EXPECT_TRUE(*stop.over);
}

TEST(Stop, RunningNodeGetsItsTimeAndItsResultIsKept) {
    Simulation simulation;
    const auto run = simulation.finish(held);
    const Stop stop(simulation, 10s);
    simulation.advance(9s);
    EXPECT_FALSE(*stop.over);
    simulation.nodes.door.open();
    simulation.settle();
    EXPECT_TRUE(*stop.over);
    EXPECT_EQ(run->ended, 1);
    EXPECT_EQ(simulation.nodes.runs.at("b"), 1);
}

TEST(Stop, NodeThatTakesLongerIsAbandonedWithoutATrace) {
    Simulation simulation;
    const auto run = simulation.finish(held);
    const Stop stop(simulation, 10s);
    simulation.advance(10s);
    EXPECT_TRUE(*stop.over);
    EXPECT_EQ(simulation.nodes.cancelled, 1);
    EXPECT_EQ(simulation.words(*run),
              (std::vector<std::string>{"execution.started", "node.started a"}));
    ASSERT_TRUE(run->refusal) << "who waits is told";
    EXPECT_EQ(run->refusal->code, "shutting_down");
    const auto late = simulation.watch(run->execution);
    ASSERT_TRUE(late->refusal) << "also who asks later";
    EXPECT_EQ(late->refusal->code, "shutting_down");

    Simulation::Setup setup;
    setup.history = simulation.journal.groups;
    setup.flows = {held};
    Simulation next(std::move(setup));
    next.nodes.door.open();
    next.run([](Engine& engine) -> task<std::size_t> {
        co_return co_await engine.recover();
    }(next.engine));
    EXPECT_EQ(next.words(*run).back(), "execution.ended");
    EXPECT_EQ(next.nodes.runs.at("b"), 1);
}

TEST(Stop, WaitsForTheLastCommitAndNoLonger) {
    for (std::size_t turns = 0; turns < 6; ++turns) {
        Simulation simulation;
        const auto run = simulation.start("name: q\nnodes: [{id: a, type: core.set}]");
        for (std::size_t turn = 0; turn < turns; ++turn) simulation.turn();
        const Stop stop(simulation, 1h);
        simulation.settle();
        EXPECT_TRUE(*stop.over) << "no time has passed; " << turns;
        EXPECT_EQ(run->ended, 1);
    }
}

TEST(Stop, SlowDiskIsWaitedFor) {
    Simulation simulation;
    simulation.store.hold_commits(true);
    const auto run = simulation.finish("name: q\nnodes: [{id: a, type: core.set}]");
    const Stop stop(simulation, 10s);
    simulation.advance(5s);
    EXPECT_FALSE(*stop.over);
    simulation.store.hold_commits(false);
    simulation.settle();
    EXPECT_TRUE(*stop.over);
    EXPECT_EQ(run->ended, 1);
}

TEST(Stop, BrokenDiskIsNotWaitedForWithoutEnd) {
    Simulation simulation;
    const auto run =
        simulation.finish("name: nap\nnodes: [{id: a, type: flow.delay, with: {duration: 1s}}]");
    simulation.store.fail_commits(Error{"store_full", "full", {}});
    simulation.advance(2s);
    const Stop stop(simulation, 5s);
    simulation.advance(1min);
    EXPECT_TRUE(*stop.over);
    EXPECT_EQ(run->ended, 0);
}

TEST(Stop, NothingNewIsStarted) {
    Simulation simulation;
    const auto program = simulation.flow(held);
    const auto run = simulation.start(program);
    simulation.settle();
    const Stop stop(simulation, 10s);
    simulation.settle();
    const auto refused = simulation.engine.start(program, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "shutting_down");
    EXPECT_TRUE(refused.error().details.as_object().contains("retry_after_ms"));
}

TEST(Stop, DelaysAreNotWaitedFor) {
    Simulation simulation;
    const auto run =
        simulation.finish("name: nap\nnodes: [{id: a, type: flow.delay, with: {duration: 1d}}]");
    const Stop stop(simulation, 1h);
    simulation.settle();
    EXPECT_TRUE(*stop.over);
    EXPECT_EQ(simulation.words(*run),
              (std::vector<std::string>{"execution.started", "node.waiting a"}));
}

}  // namespace
}  // namespace sluice::testing
