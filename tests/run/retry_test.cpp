#include <algorithm>

#include <gtest/gtest.h>

#include "tests/run/simulation.hpp"

namespace sluice::testing {
namespace {

constexpr const char* url = "http://svc/a";

std::string call_with(const std::string& retry, const std::string& more = "") {
    return "name: call\nnodes: [{id: call, type: http.request, with: {url: \"http://svc/a\"" +
           more + "}, retry: " + retry + "}]";
}

std::vector<Milliseconds> delays(const std::vector<Event>& events) {
    std::vector<Milliseconds> list;
    for (const auto& event : events)
        if (event.kind == EventKind::node_retrying) list.push_back(event.due - event.at);
    return list;
}

TEST(Retry, FailedAttemptIsRepeatedAfterItsDelay) {
    Simulation simulation;
    simulation.http.fail(url, "http_connect_failed", true);
    simulation.http.reply(url, 503);
    const auto run = simulation.finish(call_with("{attempts: 3, delay: 1s}"));
    EXPECT_EQ(simulation.http.calls(url), 1u);
    EXPECT_EQ(run->status(), "waiting");
    simulation.advance(999ms);
    EXPECT_EQ(simulation.http.calls(url), 1u);
    simulation.advance(1ms);
    EXPECT_EQ(simulation.http.calls(url), 2u);
    simulation.advance(1s);
    EXPECT_EQ(simulation.http.calls(url), 3u);
    EXPECT_EQ(run->status(), "succeeded");
    const Timeline timeline(*run->execution->program,
                            simulation.run(simulation.store.journal(run->execution->id)));
    ASSERT_EQ(timeline.runs().size(), 3u);
    EXPECT_EQ(timeline.runs()[0].status, NodeRunStatus::retrying);
    EXPECT_EQ(timeline.runs()[2].status, NodeRunStatus::succeeded);
    EXPECT_EQ(timeline.runs()[2].attempt, 3u);
    EXPECT_EQ(timeline.runs()[2].iteration, 0u);
}

TEST(Retry, LastFailureIsTheNodes) {
    Simulation simulation;
    for (const char* code : {"first", "second", "third"}) simulation.http.fail(url, code, true);
    const auto run = simulation.finish(call_with("{attempts: 2, delay: 1s}"));
    simulation.advance(10s);
    EXPECT_EQ(simulation.http.calls(url), 2u);
    EXPECT_EQ(run->status(), "failed");
    EXPECT_EQ(run->error_code(), "second");
}

TEST(Retry, ErrorThatIsNotRetryableIsFinal) {
    Simulation simulation;
    simulation.http.reply(url, 404);
    const auto run = simulation.finish(call_with("{attempts: 5, delay: 1s}"));
    EXPECT_EQ(run->status(), "failed");
    EXPECT_EQ(simulation.timers.size(), 0u);
}

TEST(Retry, FixedDelayStaysTheSame) {
    Simulation simulation;
    for (int count = 0; count < 4; ++count) simulation.http.reply(url, 500);
    const auto run = simulation.finish(call_with("{attempts: 4, delay: 3s}"));
    simulation.advance(1h);
    EXPECT_EQ(delays(simulation.events(*run)), (std::vector<Milliseconds>{3s, 3s, 3s}));
}

TEST(Retry, ExponentialDelayGrowsToItsCap) {
    Simulation simulation;
    for (int count = 0; count < 7; ++count) simulation.http.reply(url, 500);
    const auto run =
        simulation.finish(call_with("{attempts: 7, delay: 500ms, backoff: 2, max_delay: 5s}"));
    simulation.advance(1h);
    EXPECT_EQ(delays(simulation.events(*run)),
              (std::vector<Milliseconds>{500ms, 1s, 2s, 4s, 5s, 5s}));
}

TEST(Retry, NoDelayStaysNoneHoweverOften) {
    Simulation simulation;
    for (int count = 0; count < 400; ++count) simulation.http.reply(url, 500);
    const auto run =
        simulation.finish(call_with("{attempts: 400, delay: 0, backoff: 100, max_delay: 5s}"));
    simulation.settle();
    const auto waits = delays(simulation.events(*run));
    EXPECT_EQ(waits.size(), 399u);
    EXPECT_TRUE(
        std::all_of(waits.begin(), waits.end(), [](Milliseconds wait) { return wait == 0ms; }));
}

TEST(Retry, JitterVariesTheDelayWithinItsBounds) {
    Simulation simulation;
    const auto program = simulation.flow(call_with("{attempts: 2, delay: 10s, jitter: 0.5}"));
    std::vector<std::shared_ptr<Watched>> runs;
    for (int count = 0; count < 200; ++count) {
        simulation.http.reply(url, 500);
        runs.push_back(simulation.start(program));
    }
    simulation.settle();
    Milliseconds least = 1h;
    Milliseconds most = 0ms;
    for (const auto& run : runs) {
        const auto wait = delays(simulation.events(*run)).at(0);
        least = std::min(least, wait);
        most = std::max(most, wait);
    }
    EXPECT_GE(least, 5s);
    EXPECT_LE(most, 15s);
    EXPECT_LT(least, 7s) << "200 draws spread over the whole range";
    EXPECT_GT(most, 13s);
}

TEST(Retry, PureNodesAreRetriedToo) {
    Simulation simulation;
    const auto run = simulation.finish(
        "name: f\nnodes: [{id: no, type: core.fail, with: {retryable: true}, retry: {attempts: 3, "
        "delay: 1s}}]");
    EXPECT_EQ(run->status(), "waiting");
    simulation.advance(2s);
    EXPECT_EQ(run->status(), "failed");
    EXPECT_EQ(delays(simulation.events(*run)).size(), 2u);
}

TEST(Retry, IdempotencyKeyIsTheSameForEveryAttemptAndOtherForEveryRun) {
    Simulation simulation;
    simulation.http.reply(url, 503);
    const auto program = simulation.flow(call_with("{attempts: 2, delay: 1s}", ", method: POST"));
    const auto run = simulation.start(program);
    simulation.advance(1s);
    simulation.start(program);
    simulation.settle();
    ASSERT_EQ(simulation.http.requests.size(), 3u);
    const auto key = [&](std::size_t at) {
        for (const auto& [name, value] : simulation.http.requests[at].headers)
            if (name == "Idempotency-Key") return value;
        return std::string();
    };
    EXPECT_EQ(key(0).substr(0, 36), run->execution->id.to_string());
    EXPECT_EQ(key(0), key(1));
    EXPECT_NE(key(0), key(2));
}

TEST(Retry, ConditionIsNotAskedAgain) {
    Simulation simulation;
    simulation.http.reply(url, 503);
    const auto run = simulation.finish(R"(
name: once
nodes:
  call: {type: http.request, when: "${!nodes.other}", with: {url: "http://svc/a"}, retry: {attempts: 2, delay: 5s}}
  tick: {type: flow.delay, with: {duration: 1s}}
  other: {type: core.set, needs: tick, with: {n: 1}}
output: "${nodes.call?.status}"
)");
    simulation.advance(5s);
    EXPECT_EQ(simulation.http.calls(url), 2u) << "its condition was true when it was reached";
    EXPECT_EQ(run->result(), "200");
}

}  // namespace
}  // namespace sluice::testing
