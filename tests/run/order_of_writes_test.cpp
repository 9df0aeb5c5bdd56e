#include <gtest/gtest.h>

#include "tests/run/simulation.hpp"

namespace sluice::testing {
namespace {

constexpr const char* one_call = R"(
name: call
nodes:
  - {id: a, type: core.set}
  - {id: b, type: core.set}
  - {id: c, type: core.set}
  - {id: d, type: core.set}
  - {id: e, type: core.set}
  - {id: call, type: http.request, with: {url: "http://svc/call"}}
)";

TEST(OrderOfWrites, EffectDoesNotBeginBeforeItsOwnStartIsOnDisk) {
    Simulation simulation;
    simulation.store.hold_commits(true);
    const auto run = simulation.finish(one_call);
    EXPECT_TRUE(simulation.http.requests.empty());
    EXPECT_TRUE(simulation.words(*run).empty());
    simulation.store.hold_commits(false);
    simulation.settle();
    EXPECT_EQ(simulation.http.requests.size(), 1u);
}

TEST(OrderOfWrites, EveryEffectFindsItsStartOnDisk) {
    Simulation simulation;
    int checked = 0;
    simulation.nodes.on_instant = [&](const NodeContext& context) {
        const auto& last = simulation.journal.groups.back().back();
        const auto events = decode_chunk(last.chunk, last.first_sequence);
        ASSERT_EQ(last.execution, context.execution);
        ASSERT_EQ(events.back().kind, EventKind::node_started);
        EXPECT_EQ(events.back().node, static_cast<NodeIndex>(checked));
        ++checked;
    };
    simulation.finish(R"(
name: sequence
nodes:
  - {id: a, type: test.instant, with: {name: a}}
  - {id: b, type: test.instant, with: {name: b}}
  - {id: c, type: test.instant, with: {name: c}}
)");
    EXPECT_EQ(checked, 3);
}

TEST(OrderOfWrites, FivePureNodesAndACallAreTwoCommits) {
    Simulation simulation;
    const auto run = simulation.finish(one_call);
    EXPECT_EQ(run->status(), "succeeded");
    EXPECT_EQ(simulation.commits(), 2u);
}

TEST(OrderOfWrites, NextEffectWaitsForTheResultBeforeIt) {
    Simulation simulation;
    simulation.http.hold("http://svc/one");
    const auto run = simulation.finish(R"(
name: two
nodes:
  - {id: one, type: http.request, with: {url: "http://svc/one"}}
  - {id: two, type: http.request, with: {url: "http://svc/two"}}
)");
    simulation.store.hold_commits(true);
    simulation.http.release("http://svc/one");
    simulation.settle();
    EXPECT_EQ(simulation.http.calls("http://svc/two"), 0u) << "the first result is not on disk";
    simulation.store.hold_commits(false);
    simulation.settle();
    EXPECT_EQ(simulation.http.calls("http://svc/two"), 1u);
    EXPECT_EQ(simulation.commits(), 3u);
}

TEST(OrderOfWrites, ExecutionsOfOneTurnShareACommit) {
    Simulation simulation;
    const auto program = simulation.flow("name: small\nnodes: [{id: one, type: core.set}]");
    for (int count = 0; count < 100; ++count) simulation.start(program);
    simulation.settle();
    ASSERT_EQ(simulation.commits(), 1u);
    EXPECT_EQ(simulation.journal.groups[0].size(), 100u);
}

TEST(OrderOfWrites, NextGroupFormsWhileTheLastOneIsWritten) {
    Simulation simulation;
    const auto program = simulation.flow("name: small\nnodes: [{id: one, type: core.set}]");
    simulation.store.hold_commits(true);
    std::vector<std::shared_ptr<Watched>> runs;
    for (int count = 0; count < 3; ++count) {
        runs.push_back(simulation.start(program));
        simulation.settle();
    }
    EXPECT_EQ(simulation.journal.attempts, 1) << "one group at a time";
    simulation.store.hold_commits(false);
    simulation.settle();
    ASSERT_EQ(simulation.commits(), 2u);
    EXPECT_EQ(simulation.journal.groups[0].size(), 1u);
    EXPECT_EQ(simulation.journal.groups[1].size(), 2u);
    for (const auto& run : runs) EXPECT_EQ(run->ended, 1);
}

TEST(OrderOfWrites, ObserversSeeEventsInOrderAndOnlyAfterTheirCommit) {
    Simulation simulation;
    std::vector<std::uint64_t> seen;
    const auto watching = simulation.engine.scheduler().events().subscribe(
        [&](const LiveExecution&, const std::vector<Event>& events) {
            for (const auto& event : events) seen.push_back(event.sequence);
        });
    simulation.store.hold_commits(true);
    const auto run = simulation.finish(one_call);
    EXPECT_TRUE(seen.empty());
    simulation.store.hold_commits(false);
    simulation.settle();
    const auto events = simulation.events(*run);
    ASSERT_EQ(seen.size(), events.size());
    for (std::size_t at = 0; at < seen.size(); ++at) EXPECT_EQ(seen[at], at + 1);
}

TEST(OrderOfWrites, SameSeedGivesTheSameJournalToTheByte) {
    const auto journal_of = [](std::uint64_t seed) {
        Simulation::Setup setup;
        setup.seed = seed;
        Simulation simulation(std::move(setup));
        for (int count = 0; count < 3; ++count)
            simulation.http.fail("http://svc/flaky", "lost", true);
        simulation.http.delay("http://svc/slow", 700ms);
        const auto program = simulation.flow(R"(
name: mixed
nodes:
  flaky: {type: http.request, with: {url: "http://svc/flaky"}, retry: {attempts: 5, delay: 1s, backoff: 2, jitter: 0.5}}
  slow: {type: http.request, with: {url: "http://svc/slow"}}
  nap: {type: flow.delay, with: {duration: 3s}}
  last: {type: core.set, needs: [flaky, slow, nap], with: {id: "${execution.id}"}}
)");
        simulation.start(program);
        simulation.start(program);
        simulation.advance(1h);
        std::string bytes;
        for (const auto& group : simulation.journal.groups)
            for (const auto& append : group) bytes += append.execution.to_string() + append.chunk;
        return bytes;
    };
    const auto first = journal_of(7);
    EXPECT_GT(first.size(), 400u);
    EXPECT_EQ(first, journal_of(7));
    EXPECT_NE(first, journal_of(8));
}

}  // namespace
}  // namespace sluice::testing
