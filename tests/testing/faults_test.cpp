#include "tests/testing/tested.hpp"

namespace sluice::testing {
namespace {

constexpr const char* tests = R"(
tests:
  it:
    secrets: {CRM_URL: "http://crm.invalid"}
    input: {customerId: 7}
    http:
      - {when: {url: "http://crm.invalid/*"}, answer: [{status: 500}, {body: {name: Ada, total: 500}, after: 1s}]}
      - {when: {url: "*/ship"}, answer: [{status: 201}]}
    decide: {approve: [{after: 28d, outcome: approved, by: eve}]}
    expect:
      output: {shipped: 201}
      nodes: {approve: approved, ship: success}
      calls: [{method: GET, url: "http://crm.invalid/customers/7", times: 2}, {method: POST, url: "*/ship"}]
)";

TEST(TestFaults, AFlowWithRetriesComesToItsEndUnderAllFaultsOfManySeeds) {
    FaultCounts all;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        TestFaults faults{seed, true, true, true};
        const auto report = tested(orders, tests, faults).front();
        EXPECT_EQ(said(report), "") << "seed " << seed;
        all.kills += report.faults.kills;
        all.failed_calls += report.faults.failed_calls;
        all.clock_jumps += report.faults.clock_jumps;
    }
    EXPECT_GT(all.kills, 60u);
    EXPECT_GT(all.failed_calls, 20u);
    EXPECT_GT(all.clock_jumps, 5u);
}

TEST(TestFaults, TheSameSeedGivesTheSameRun) {
    for (const std::uint64_t seed : {3u, 4u, 5u}) {
        const TestFaults faults{seed, true, true, true};
        const auto one = tested(orders, tests, faults).front();
        const auto other = tested(orders, tests, faults).front();
        EXPECT_EQ(one.faults.kills, other.faults.kills);
        EXPECT_EQ(one.simulated, other.simulated);
        ASSERT_EQ(one.timeline.size(), other.timeline.size());
        for (std::size_t at = 0; at < one.timeline.size(); ++at)
            EXPECT_EQ(one.timeline[at].at, other.timeline[at].at);
    }
}

TEST(TestFaults, ANodeThatMustNotRunTwiceIsFoundByKills) {
    // `on_interrupt: fail` gives up where a retry would have helped.
    const std::string flow =
        "name: once\nnodes: [{id: pay, type: http.request, on_interrupt: fail, with: {url: "
        "\"http://bank/\", method: POST}}]";
    bool found = false;
    for (std::uint64_t seed = 1; seed <= 40 && !found; ++seed)
        found = !said(flow, "tests: {it: {http: [{answer: {status: 200}}]}}",
                      TestFaults{seed, true, false, false})
                     .empty();
    EXPECT_TRUE(found);
}

}  // namespace
}  // namespace sluice::testing
