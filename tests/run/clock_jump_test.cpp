#include <gtest/gtest.h>

#include "tests/run/simulation.hpp"

namespace sluice::testing {
namespace {

std::string delay(const std::string& duration) {
    return "name: nap-" + duration +
           "\nnodes: [{id: nap, type: flow.delay, with: {duration: " + duration + "}}]\n";
}

/// `jump` is how far somebody sets the wall clock ahead.
void set_clock(Simulation& simulation, Milliseconds jump) {
    simulation.clock.set_wall(simulation.clock.wall() + jump);
    simulation.engine.clock_jumped();
    simulation.settle();
}

TEST(ClockJumps, ForwardByADayMakesDueWhatIsDueByTheNewClock) {
    Simulation simulation;
    const auto watched = simulation.start(delay("12h"));  // kept in memory by who watches it
    const auto passive = simulation.try_start(delay("13h")).value()->id;
    const auto later = simulation.try_start(delay("2d")).value()->id;
    simulation.advance(1min);
    set_clock(simulation, 24h);
    EXPECT_EQ(watched->status(), "succeeded");
    EXPECT_EQ(watched->ended, 1);
    const auto status = [&](const Uuid& id) {
        return simulation.run(simulation.store.execution(id))->status;
    };
    EXPECT_EQ(status(passive), ExecutionStatus::succeeded);
    EXPECT_EQ(status(later), ExecutionStatus::waiting);
    simulation.advance(24h);
    EXPECT_EQ(status(later), ExecutionStatus::succeeded);
    EXPECT_EQ(simulation.engine.scheduler()
                  .counters()
                  .ended[static_cast<int>(ExecutionStatus::succeeded)],
              3u);
}

TEST(ClockJumps, BackByADayDelaysWhatWaitsAndNotTheShortDelays) {
    Simulation simulation;
    const auto watched = simulation.start(delay("1h"));
    const auto passive = simulation.try_start(delay("2h")).value()->id;
    simulation.advance(1min);
    const auto brief = simulation.start(delay("2s"));
    simulation.settle();
    set_clock(simulation, -24h);
    simulation.advance(2s);
    EXPECT_EQ(brief->status(), "succeeded");
    simulation.advance(3h);
    EXPECT_EQ(watched->status(), "waiting");
    simulation.advance(24h);
    EXPECT_EQ(watched->status(), "succeeded");
    EXPECT_EQ(watched->ended, 1);
    EXPECT_EQ(simulation.run(simulation.store.execution(passive))->status,
              ExecutionStatus::succeeded);
}

}  // namespace
}  // namespace sluice::testing
