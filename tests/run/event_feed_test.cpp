#include "engine/run/event_feed.hpp"

#include <gtest/gtest.h>

#include "tests/run/simulation.hpp"

namespace sluice::testing {
namespace {

TEST(EventFeed, TellsEverySubscriberAndNobodyWhoLeft) {
    Simulation simulation;
    int first = 0;
    int second = 0;
    auto watching = simulation.engine.scheduler().events().subscribe(
        [&](const LiveExecution&, const std::vector<Event>& events) {
            first += static_cast<int>(events.size());
        });
    {
        const auto leaving = simulation.engine.scheduler().events().subscribe(
            [&](const LiveExecution&, const std::vector<Event>& events) {
                second += static_cast<int>(events.size());
            });
        simulation.finish("name: x\nnodes: [{id: a, type: core.set}]\n");
        EXPECT_GT(first, 0);
        EXPECT_EQ(first, second);
    }
    simulation.finish("name: x\nnodes: [{id: a, type: core.set}]\n");
    EXPECT_GT(first, second);
    watching = {};
    const int before = first;
    simulation.finish("name: x\nnodes: [{id: a, type: core.set}]\n");
    EXPECT_EQ(first, before);
    EXPECT_TRUE(simulation.engine.scheduler().events().empty());
}

TEST(EventFeed, MayBeLeftAndJoinedWithinACall) {
    Simulation simulation;
    EventFeed& feed = simulation.engine.scheduler().events();
    EventFeed::Subscription self;
    EventFeed::Subscription other;
    int calls = 0;
    self = feed.subscribe([&](const LiveExecution&, const std::vector<Event>&) {
        ++calls;
        self = {};
        other = feed.subscribe([&](const LiveExecution&, const std::vector<Event>&) {});
    });
    simulation.finish("name: x\nnodes: [{id: a, type: core.set}]\n");
    simulation.finish("name: x\nnodes: [{id: a, type: core.set}]\n");
    EXPECT_EQ(calls, 1);
    EXPECT_FALSE(feed.empty());
}

}  // namespace
}  // namespace sluice::testing
