#include <gtest/gtest.h>

#include "tests/run/simulation.hpp"

namespace sluice::testing {
namespace {

std::string endless(const std::string& beside) {
    return R"(
name: endless
start: a
nodes:
  a: {type: core.set, join: any, with: {n: 1}, next: b}
  b: {type: test.count, join: any, with: {name: b}, next: a}
)" + beside +
           "settings: {max_steps: 50}\n";
}

std::string calls(int count, const std::string& settings) {
    std::string text = "name: calls\nnodes:\n";
    for (int at = 0; at < count; ++at)
        text += "  n" + std::to_string(at) + ": {type: http.request, with: {url: \"http://svc/" +
                std::to_string(at) + "\"}}\n";
    return text + "settings: " + settings + "\n";
}

TEST(Limits, LoopWithoutAnEndIsEnded) {
    Simulation simulation;
    const auto run = simulation.finish(endless(""));
    EXPECT_EQ(run->status(), "failed");
    EXPECT_EQ(run->error_code(), "max_steps_reached");
    EXPECT_EQ(simulation.nodes.runs.at("b"), 25);
    EXPECT_EQ(run->ended, 1);
    EXPECT_EQ(simulation.words(*run).back(), "execution.ended");
}

TEST(Limits, LoopWithoutAnEndTakesWhatRunsBesideItAlong) {
    Simulation simulation;
    const auto run = simulation.finish(
        "name: endless\nstart: [begin, held]\n"
        "nodes:\n"
        "  held: {type: test.hold, with: {name: held}}\n"
        "  begin: {type: flow.delay, with: {duration: 1s}, next: a}\n"
        "  a: {type: core.set, join: any, next: b}\n"
        "  b: {type: test.count, join: any, with: {name: b}, next: a}\n"
        "settings: {max_steps: 50}\n");
    EXPECT_EQ(simulation.nodes.runs.at("held"), 1);
    simulation.advance(1s);
    EXPECT_EQ(run->status(), "failed");
    EXPECT_EQ(run->error_code(), "max_steps_reached");
    EXPECT_EQ(simulation.nodes.cancelled, 1);
    EXPECT_EQ(run->ended, 1);
    const auto words = simulation.words(*run);
    EXPECT_EQ(words.back(), "execution.ended") << "nothing follows the end";
    const Timeline timeline(*run->execution->program,
                            simulation.run(simulation.store.journal(run->execution->id)));
    EXPECT_EQ(timeline.state().status(), ExecutionStatus::failed) << "its journal stays readable";
}

TEST(Limits, NoMoreEffectsAtOnceThanAllowed) {
    Simulation simulation;
    for (int at = 0; at < 7; ++at) simulation.http.delay("http://svc/" + std::to_string(at), 1s);
    const auto run = simulation.finish(calls(7, "{max_parallel: 3}"));
    EXPECT_EQ(simulation.http.running, 3);
    simulation.advance(10s);
    EXPECT_EQ(run->status(), "succeeded");
    EXPECT_EQ(simulation.http.requests.size(), 7u);
    EXPECT_EQ(simulation.http.most_running, 3);
}

TEST(Limits, EffectsThatEndAtOnceGiveTheirPlaceBack) {
    Simulation simulation;
    std::string text = "name: many\nnodes:\n";
    for (int at = 0; at < 20; ++at)
        text += "  n" + std::to_string(at) + ": {type: test.instant, with: {name: x}}\n";
    const auto run = simulation.finish(text + "settings: {max_parallel: 2}\n");
    EXPECT_EQ(run->status(), "succeeded");
    EXPECT_EQ(simulation.nodes.runs.at("x"), 20);
}

TEST(Limits, EffectsThatFailAtOnceGiveTheirPlaceBack) {
    Simulation simulation;
    std::string text = "name: many\nnodes:\n";
    for (int at = 0; at < 20; ++at)
        text +=
            "  n" + std::to_string(at) + ": {type: test.instant, with: {name: x, fail: true}}\n";
    const auto run = simulation.finish(text + "settings: {max_parallel: 1, on_error: continue}\n");
    EXPECT_EQ(run->status(), "succeeded");
    EXPECT_EQ(simulation.nodes.runs.at("x"), 20);
}

TEST(Limits, RetriesTakeAPlaceLikeOthers) {
    Simulation simulation;
    simulation.http.reply("http://svc/0", 503);
    simulation.http.delay("http://svc/1", 1min);
    const auto run = simulation.finish(R"(
name: narrow
nodes:
  flaky: {type: http.request, with: {url: "http://svc/0"}, retry: {attempts: 2, delay: 1s}}
  slow: {type: http.request, with: {url: "http://svc/1"}}
settings: {max_parallel: 1}
)");
    simulation.advance(10s);
    EXPECT_EQ(simulation.http.calls("http://svc/0"), 1u)
        << "its turn comes when the other one is over";
    simulation.advance(1min);
    EXPECT_EQ(run->status(), "succeeded");
    EXPECT_EQ(simulation.http.calls("http://svc/0"), 2u);
    EXPECT_EQ(simulation.http.most_running, 1);
}

TEST(Limits, RetryThatWaitsForItsPlaceCanBeCancelled) {
    Simulation simulation;
    simulation.http.reply("http://svc/0", 503);
    simulation.http.delay("http://svc/1", 1min);
    const auto run = simulation.finish(R"(
name: narrow
nodes:
  flaky: {type: http.request, with: {url: "http://svc/0"}, retry: {attempts: 2, delay: 1s}}
  slow: {type: http.request, with: {url: "http://svc/1"}}
settings: {max_parallel: 1}
)");
    simulation.advance(10s);
    EXPECT_TRUE(simulation.engine.cancel(*run->execution));
    simulation.settle();
    EXPECT_EQ(run->status(), "cancelled");
    EXPECT_EQ(run->ended, 1);
}

TEST(Limits, StartsBeyondTheLiveExecutionsAreRefusedWithATime) {
    Simulation::Setup setup;
    setup.limits.live_executions = 2;
    Simulation simulation(std::move(setup));
    const auto program =
        simulation.flow("name: held\nnodes: [{id: a, type: test.hold, with: {name: a}}]");
    const auto one = simulation.start(program);
    const auto two = simulation.start(program);
    const auto refused = simulation.engine.start(program, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "overloaded");
    EXPECT_GT(refused.error().details.as_object().at("retry_after_ms").to_number<int>(), 0);
    EXPECT_EQ(simulation.engine.scheduler().counters().refused, 1u);
    simulation.settle();
    simulation.nodes.door.open();
    simulation.settle();
    EXPECT_EQ(one->status(), "succeeded");
    EXPECT_TRUE(simulation.engine.start(program, {})) << "there is room again";
}

TEST(Limits, StartsBeyondTheStoresQueueAreRefusedWithATime) {
    Simulation::Setup setup;
    setup.limits.queue_rows = 3;
    Simulation simulation(std::move(setup));
    const auto program = simulation.flow("name: q\nnodes: [{id: a, type: core.set}]");
    simulation.store.hold_commits(true);
    std::vector<std::shared_ptr<Watched>> runs;
    for (int count = 0; count < 3; ++count) {
        runs.push_back(simulation.start(program));
        simulation.settle();
    }
    const auto refused = simulation.engine.start(program, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "overloaded");
    EXPECT_TRUE(refused.error().details.as_object().contains("retry_after_ms"));
    simulation.store.hold_commits(false);
    simulation.settle();
    for (const auto& run : runs) EXPECT_EQ(run->ended, 1) << "what was taken is not dropped";
    EXPECT_TRUE(simulation.engine.start(program, {}));
}

TEST(Limits, StartsBeyondTheBytesOfTheStoresQueueAreRefused) {
    Simulation::Setup setup;
    setup.limits.queue_bytes = 3'000;
    Simulation simulation(std::move(setup));
    const auto program = simulation.flow("name: q\nnodes: [{id: a, type: core.set}]");
    const Value large = Object{{"text", std::string(2'000, 'x')}};
    simulation.store.hold_commits(true);
    const auto first = simulation.start(program, large);
    simulation.settle();
    const auto second = simulation.start(program, large);
    simulation.settle();
    const auto refused = simulation.engine.start(program, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "overloaded");
    simulation.store.fail_commits(Error{"store_failed", "no", {}});
    simulation.store.hold_commits(false);
    simulation.settle();
    simulation.store.fail_commits(std::nullopt);
    simulation.advance(5s);
    const auto third = simulation.start(program, large);
    simulation.settle();
    EXPECT_EQ(third->ended, 1) << "what was written, or given up, waits no more";
}

TEST(Limits, LogLinesBeyondTheLimitAreDroppedAfterOneThatSaysSo) {
    Simulation::Setup setup;
    setup.limits.log_lines = 3;
    setup.limits.log_line_bytes = 10;
    Simulation simulation(std::move(setup));
    const auto run = simulation.finish(R"(
name: chatty
nodes:
  - {id: a, type: core.log, with: {message: "0123456789", level: debug}}
  - {id: b, type: core.log, with: {message: "012345678ä and more", fields: {n: 1}}}
  - {id: c, type: core.log, with: {message: [1]}}
  - {id: d, type: core.log, with: {message: "lost"}}
  - {id: e, type: core.log, with: {message: "lost"}}
)");
    std::vector<std::string> lines;
    for (const auto& event : simulation.events(*run))
        if (event.kind == EventKind::log_written) lines.push_back(event.text);
    ASSERT_EQ(lines.size(), 4u);
    EXPECT_EQ(lines[0], "0123456789");
    EXPECT_EQ(lines[1], "012345678 [cut]") << "no half of a character is kept";
    EXPECT_EQ(lines[2], "[1]");
    EXPECT_NE(lines[3].find("log limit of 3 lines"), std::string::npos);
    EXPECT_EQ(run->status(), "succeeded");
}

TEST(Limits, OutputThatGrowsDeeperWithEveryRoundFailsItsNode) {
    Simulation simulation;
    const auto run = simulation.finish(R"(
name: onion
start: wrap
nodes:
  wrap: {type: core.set, join: any, with: {inner: "${nodes.wrap ?? null}"}, next: wrap}
settings: {max_steps: 3000}
)");
    EXPECT_EQ(run->status(), "failed");
    EXPECT_EQ(run->error_code(), "output_too_deep");
    EXPECT_FALSE(simulation.events(*run).empty()) << "its journal stays readable";
}

TEST(Limits, OutputThatIsTooLargeFailsItsNode) {
    Simulation::Setup setup;
    setup.limits.output_bytes = 1'000;
    Simulation simulation(std::move(setup));
    EXPECT_EQ(
        simulation
            .finish(
                R"({"name": "big", "nodes": [{"id": "a", "type": "core.set", "with": {"text": "${'x'.repeat(900)}"}}]})")
            ->status(),
        "succeeded");
    const auto run = simulation.finish(
        R"({"name": "big", "nodes": [{"id": "a", "type": "core.set", "with": {"text": "${'x'.repeat(1100)}"}}]})");
    EXPECT_EQ(run->status(), "failed");
    EXPECT_EQ(run->error_code(), "output_too_large");
}

}  // namespace
}  // namespace sluice::testing
