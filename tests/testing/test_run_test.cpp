#include <chrono>

#include <gmock/gmock.h>

#include "tests/testing/tested.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr const char* begin = R"(
defaults:
  secrets: {CRM_URL: "http://crm.invalid"}
  input: {customerId: 7}
tests:
  it:
)";

std::string with(const char* test) {
    return std::string(begin) + test;
}

TEST(TestRun, MocksOfNodesAnswerInTheirPlace) {
    EXPECT_EQ(said(orders, with(R"(
    mocks:
      customer: {output: {status: 200, body: {name: Ada, total: 20}}}
      ship: [{error: {status: 503}}, {output: {status: 201}, after: 2s}]
    expect:
      output: {shipped: 201}
      nodes: {big: false, approve: skipped, ship: {outcome: success, attempts: 2, runs: 1, with_contains: {json: {to: Ada}}}}
      calls: []
      duration: 1m2s
)")),
              "");
}

TEST(TestRun, MocksOfCallsAnswerByPattern) {
    EXPECT_EQ(said(orders, with(R"(
    http:
      - {when: {method: GET, url: "http://crm.invalid/customers/*"}, answer: [{status: 500}, {body: {name: Ada, total: 20}}]}
      - {when: {url: "*/ship", body_contains: {to: Ada}}, answer: {status: 201, after: 3s}}
    expect:
      output_contains: {shipped: 201}
      nodes: {customer: {attempts: 2, output_contains: {body: {total: 20}}}}
      calls:
        - {method: GET, url: "http://crm.invalid/customers/7", times: 2}
        - {method: POST, url: "http://store.invalid/ship", body: {to: Ada}, headers: {Idempotency-Key: "*:ship:*"}}
)")),
              "");
}

TEST(TestRun, AnApprovalAfter29DaysTakesMilliseconds) {
    const auto begun = std::chrono::steady_clock::now();
    const auto reports = tested(orders, with(R"(
    mocks: {customer: {output: {body: {name: Ada, total: 500}}}, ship: {output: {status: 201}}}
    decide: {approve: {after: 29d, outcome: approved, by: eve}}
    expect: {nodes: {approve: approved, ship: success}, duration: 29d}
  nobody decides:
    mocks: {customer: {output: {body: {name: Ada, total: 500}}}}
    expect: {nodes: {approve: timeout, ship: skipped}, duration: 30d, output: {shipped: null}}
)"));
    EXPECT_EQ(said(reports[0]), "");
    EXPECT_EQ(said(reports[1]), "");
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 2s);
}

TEST(TestRun, ACallWithoutAMockFailsTheTestAndNamesIt) {
    EXPECT_THAT(
        said(orders, with("    expect: {error: {node: customer}}")),
        HasSubstr("no mock answers GET http://crm.invalid/customers/7 (of node 'customer')"));
}

TEST(TestRun, AnEffectThatIsNeitherMockedNorSimulatedFailsTheTest) {
    EXPECT_THAT(said("name: s\nnodes: [{id: sh, type: shell.exec, with: {command: [rm]}}]",
                     "tests: {it: {expect: {error: {code: not_mocked}}}}"),
                HasSubstr("node 'sh' of type shell.exec acts on the world"));
    EXPECT_EQ(said("name: s\nnodes: [{id: sh, type: shell.exec, with: {command: [rm]}}]",
                   "tests: {it: {mocks: {sh: {output: {exit_code: 0}}}}}"),
              "");
}

TEST(TestRun, ASequenceThatIsUsedUpFailsTheTest) {
    EXPECT_THAT(said(orders, with(R"(
    mocks: {customer: [{error: {status: 500}}]}
    expect: {status: failed}
)")),
                HasSubstr("node 'customer' ran once more than its mock has answers: they are 1"));
}

TEST(TestRun, FailuresSayWhatWasExpectedAndWhatCame) {
    const auto reports = tested(orders, with(R"(
    mocks: {customer: {output: {body: {name: Ada, total: 20}}}, ship: {output: {status: 202}}}
    expect:
      output: {shipped: 201, note: x}
      nodes: {big: true, ship: {with: {method: POST}, attempts: 3}}
      calls: [{url: "http://x/"}]
      duration: ">1h"
)"));
    const auto text = said(reports[0]);
    EXPECT_THAT(
        text, HasSubstr("output is not what is expected\n  output.shipped: expected 201, got 202\n"
                        "  output.note: expected \"x\", but it is missing\n"));
    EXPECT_THAT(text, HasSubstr("node 'big': expected true, got false"));
    EXPECT_THAT(text, HasSubstr("nodes.ship.with.url: not expected, got"));
    EXPECT_THAT(text, HasSubstr("node 'ship': expected 3 attempts, got 1"));
    EXPECT_THAT(text, HasSubstr("expected 1 times, made 0 times: any call of http://x/"));
    EXPECT_THAT(text, HasSubstr("duration: expected >1h, took 0s"));
    ASSERT_EQ(reports[0].timeline.size(), 4u);
    EXPECT_EQ(reports[0].timeline[0].node, "customer");
    EXPECT_EQ(reports[0].timeline[3].what, "skipped");
}

TEST(TestRun, AnExecutionThatWaitsForNobodySaysForWhat) {
    const char* flow = "name: w\nnodes: [{id: paid, type: flow.wait, with: {name: paid, key: 7}}]";
    const auto text = said(flow, "tests: {it: {}}");
    EXPECT_THAT(text, HasSubstr("status: expected succeeded, got waiting"));
    EXPECT_THAT(text, HasSubstr("it waits: "));
    EXPECT_THAT(text, HasSubstr("paid"));
    EXPECT_EQ(said(flow, "tests: {it: {expect: {status: waiting, duration: 0s}}}"), "");
    EXPECT_EQ(said(flow,
                   "tests: {it: {signals: [{name: paid, key: 7, payload: {sum: 3}, after: 400d}], "
                   "expect: {nodes: {paid: {outcome: received, output_contains: {payload: {sum: "
                   "3}}}}, duration: 400d}}}"),
              "");
}

TEST(TestRun, PeopleDecideOneAfterTheOther) {
    const char* flow =
        "name: q\nnodes: [{id: ok, type: flow.approval, with: {message: m, quorum: 2}}]";
    EXPECT_EQ(said(flow, R"(
tests:
  it:
    decide: {ok: [{after: 1d, outcome: approved, by: ann}, {after: 2d, outcome: approved, by: bob}]}
    expect: {nodes: {ok: approved}, duration: 2d}
)"),
              "");
    EXPECT_THAT(said(flow, "tests: {it: {decide: {ok: {outcome: approved, by: ann}}}}"),
                HasSubstr("the decision of 'ann' on 'ok' was refused"));
}

TEST(TestRun, ARefusedStartCanBeExpected) {
    EXPECT_EQ(said(orders, "tests: {it: {input: {}, expect: {refused: invalid_input}}}"), "");
    EXPECT_THAT(said(orders, "tests: {it: {input: {}}}"), HasSubstr("the start was refused: "));
}

TEST(TestRun, TheClockBeginsWhereTheTestSays) {
    EXPECT_EQ(
        said("name: c\nnodes: [{id: year, type: flow.delay, with: {duration: 365d}}, {id: now, "
             "type: core.set, with: {at: \"${new Date().toISOString()}\"}}]",
             "tests: {it: {clock: \"2026-03-01T09:00:00Z\", expect: {output: {at: "
             "\"2027-03-01T09:00:00.000Z\"}, duration: 365d}}}"),
        "");
}

TEST(TestRun, PureNodesAndHoldsCanBeMockedToo) {
    EXPECT_EQ(said(orders, with(R"(
    mocks:
      customer: {output: {body: {name: Ada, total: 1}}}
      big: {outcome: true}
      approve: {outcome: rejected, output: {decisions: []}}
    expect: {status: failed, nodes: {big: true, approve: rejected, ship: skipped}}
)")),
              "status: expected failed, got succeeded\n  its output: {\"shipped\":null}\n");
}

}  // namespace
}  // namespace sluice::testing
