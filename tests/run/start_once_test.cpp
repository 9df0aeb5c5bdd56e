#include <gtest/gtest.h>

#include "tests/run/after_crash.hpp"

namespace sluice::testing {
namespace {

constexpr const char* count = "name: c\nnodes: [{id: a, type: test.count, with: {name: a}}]";

Start with_key(const std::shared_ptr<const Program>& program, std::string key) {
    Start start;
    start.program = program;
    start.input = Object{};
    start.trigger_json = R"({"type":"manual"})";
    start.key = std::move(key);
    return start;
}

TEST(StartOnce, TheSameKeyGivesTheFirstExecution) {
    Simulation simulation;
    const auto program = simulation.flow(count);
    const auto first = simulation.run(simulation.engine.start_once(with_key(program, "k"))).value();
    const auto again = simulation.run(simulation.engine.start_once(with_key(program, "k"))).value();
    const auto other = simulation.run(simulation.engine.start_once(with_key(program, "l"))).value();
    EXPECT_FALSE(first.repeated);
    EXPECT_TRUE(again.repeated);
    EXPECT_EQ(first.id, again.id);
    EXPECT_NE(first.id, other.id);
    EXPECT_EQ(simulation.nodes.runs["a"], 2);
}

TEST(StartOnce, BothAtOnceAreOne) {
    Simulation simulation;
    const auto program = simulation.flow(count);
    simulation.store.hold_commits(true);
    std::vector<Engine::StartedOnce> started;
    for (int request = 0; request < 3; ++request)
        asio::co_spawn(simulation.context, simulation.engine.start_once(with_key(program, "k")),
                       [&](const std::exception_ptr&, result<Engine::StartedOnce> once) {
                           started.push_back(once.value());
                       });
    simulation.settle();
    EXPECT_TRUE(started.empty()) << "nobody is told before it is on disk";
    simulation.store.hold_commits(false);
    simulation.settle();
    ASSERT_EQ(started.size(), 3u);
    EXPECT_EQ(started[0].id, started[1].id);
    EXPECT_EQ(started[0].id, started[2].id);
    EXPECT_EQ(simulation.nodes.runs["a"], 1);
}

TEST(StartOnce, AfterARestartToo) {
    Simulation before;
    const auto program = before.flow(count);
    const auto first = before.run(before.engine.start_once(with_key(program, "k"))).value();
    Simulation next(after(before, before.commits(), count, 1h));
    next.run(load_and_recover(next.engine));
    const auto again =
        next.run(next.engine.start_once(with_key(next.engine.flows().all().at(0)->program, "k")))
            .value();
    EXPECT_TRUE(again.repeated);
    EXPECT_EQ(again.id, first.id);
    EXPECT_EQ(next.nodes.runs["a"], 0);
}

TEST(StartOnce, TheWindowEnds) {
    Simulation simulation;
    const auto program = simulation.flow(count);
    (void)simulation.run(simulation.engine.start_once(with_key(program, "k"))).value();
    simulation.advance(25h);
    EXPECT_FALSE(
        simulation.run(simulation.engine.start_once(with_key(program, "k"))).value().repeated);
}

TEST(StartOnce, ARefusedStartLeavesNoKeyBehind) {
    Simulation simulation;
    const auto program = simulation.flow(count);
    simulation.store.fail_commits(Error{"store_full", "no space", {}});
    EXPECT_EQ(simulation.run(simulation.engine.start_once(with_key(program, "k"))).error().code,
              "store_full");
    simulation.store.fail_commits(std::nullopt);
    simulation.advance(1s);
    EXPECT_FALSE(
        simulation.run(simulation.engine.start_once(with_key(program, "k"))).value().repeated);
    EXPECT_EQ(simulation.run(simulation.engine.start_once(with_key(program, std::string(300, 'k'))))
                  .error()
                  .code,
              "invalid_idempotency_key");
}

}  // namespace
}  // namespace sluice::testing
