// `settings.on_error: retry`: a failed execution begins anew.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/run/after_crash.hpp"

namespace sluice::testing {
namespace {

using ::testing::Contains;
using ::testing::Not;

const std::string service = "http://svc/";

std::string calling(const std::string& settings) {
    return "name: anew\nnodes:\n"
           "  before: {type: test.count, with: {name: before}, next: call}\n"
           "  call: {type: http.request, with: {url: \"http://svc/\"}, next: after}\n"
           "  after: {type: test.count, with: {name: after, code: \"${nodes.call.status}\"}}\n"
           "settings: " +
           settings + "\n";
}

std::size_t count(const std::vector<std::string>& words, const std::string& word) {
    return static_cast<std::size_t>(std::count(words.begin(), words.end(), word));
}

TEST(BeginAnew, RunsEveryNodeAgainUntilItSucceeds) {
    Simulation simulation;
    simulation.http.reply(service, 500);
    simulation.http.reply(service, 500);
    simulation.http.reply(service, 200);
    const auto run = simulation.finish(calling("{on_error: retry, max_attempts: 3}"));
    EXPECT_EQ(run->status(), "succeeded");
    EXPECT_EQ(simulation.nodes.runs["before"], 3);
    EXPECT_EQ(simulation.nodes.runs["after"], 1);
    EXPECT_EQ(run->ended, 1);
    EXPECT_EQ(count(simulation.words(*run), "execution.retrying"), 2u);
}

TEST(BeginAnew, LetsTheLastFailureStand) {
    Simulation simulation;
    for (int at = 0; at < 3; ++at) simulation.http.reply(service, 500);
    const auto run = simulation.finish(calling("{on_error: retry, max_attempts: 2}"));
    EXPECT_EQ(run->status(), "failed");
    EXPECT_EQ(run->error_code(), "http_status");
    EXPECT_EQ(simulation.nodes.runs["before"], 2);
    EXPECT_EQ(simulation.nodes.runs["after"], 0);
}

TEST(BeginAnew, GivesEffectsOfAnotherAttemptKeysOfTheirOwn) {
    Simulation simulation;
    simulation.http.reply(service, 500);
    simulation.http.reply(service, 200);
    std::string source = calling("{on_error: retry}");
    source.replace(source.find("url:"), 4, "method: POST, url:");
    simulation.finish(source);
    ASSERT_EQ(simulation.http.requests.size(), 2u);
    EXPECT_NE(simulation.http.requests[0].headers, simulation.http.requests[1].headers);
}

TEST(BeginAnew, CountsItsAttemptsAcrossACrash) {
    Simulation before;
    for (int at = 0; at < 2; ++at) before.http.reply(service, 500);
    before.http.delay(service, 1s);
    const auto source = calling("{on_error: retry, max_attempts: 3}");
    const auto run = before.finish(source);
    before.advance(2500ms);
    EXPECT_EQ(run->execution->state.attempt(), 3u);
    Simulation next(after(before, before.commits(), source, 1s));
    next.http.reply(service, 500);
    next.run(load_and_recover(next.engine));
    next.settle();
    const auto records = next.run(next.store.executions({}));
    ASSERT_EQ(records.size(), 1u);
    EXPECT_EQ(records[0].status, ExecutionStatus::failed) << "the third attempt was the last";
}

TEST(BeginAnew, DoesNotOutliveTheTimeoutOfTheExecution) {
    Simulation simulation;
    simulation.http.delay(service, 2s);
    simulation.http.reply(service, 500);
    const auto run = simulation.finish(calling("{on_error: retry, timeout: 3s}"));
    simulation.advance(10s);
    EXPECT_EQ(run->status(), "timed_out");
    EXPECT_EQ(simulation.nodes.runs["before"], 2);
}

TEST(BeginAnew, DoesNotFollowACancellation) {
    Simulation simulation;
    simulation.http.hold(service);
    const auto run = simulation.finish(calling("{on_error: retry}"));
    simulation.engine.cancel(*run->execution);
    simulation.settle();
    EXPECT_EQ(run->status(), "cancelled");
    EXPECT_THAT(simulation.words(*run), Not(Contains("execution.retrying")));
}

}  // namespace
}  // namespace sluice::testing
