#include "engine/run/timeline.hpp"

#include <ctime>

#include <gtest/gtest.h>

#include "tests/run/simulation.hpp"

namespace sluice::testing {
namespace {

// A timeline is made on the loop's thread: what it costs must not grow with the square of the
// journal. Time of the processor, so that a busy machine does not fail it: linear is well under a
// second, quadratic half a minute.
TEST(Timeline, OfALongLoopIsMadeInLinearTime) {
    Simulation simulation;
    const auto run = simulation.finish(R"(
name: loop
settings: {join: any, max_steps: 100000}
start: a
nodes:
  a: {type: core.set, next: b}
  b: {type: core.set, next: a}
)");
    ASSERT_EQ(run->error_code(), "max_steps_reached");
    const auto journal = simulation.run(simulation.store.journal(run->execution->id));
    const std::clock_t began = std::clock();
    const Timeline timeline(*run->execution->program, journal);
    EXPECT_LT(static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC, 5.0);

    ASSERT_EQ(timeline.runs().size(), 100'001U);
    EXPECT_EQ(timeline.runs().back().iteration, 50'000U);
}

}  // namespace
}  // namespace sluice::testing
