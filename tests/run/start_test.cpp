#include <gtest/gtest.h>

#include "tests/run/simulation.hpp"

namespace sluice::testing {
namespace {

constexpr const char* chain = R"(
name: chain
nodes:
  - {id: one, type: test.count, with: {name: one, value: 1}}
  - {id: two, type: test.count, with: {name: two, value: "${nodes.one.value + 1}"}}
  - {id: three, type: test.count, with: {name: three, value: "${nodes.two.value + 1}"}}
)";

TEST(Start, PureChainRunsInTheCallAndCostsOneCommit) {
    Simulation simulation;
    const auto program = simulation.flow(chain);
    const auto run = simulation.start(program);
    EXPECT_EQ(run->status(), "succeeded") << "before the loop has turned once";
    EXPECT_EQ(run->result(), R"({"name":"three","value":3})");
    EXPECT_EQ(run->ended, 0) << "but nobody hears of it before it is on disk";
    simulation.settle();
    EXPECT_EQ(run->accepted, 1);
    EXPECT_EQ(run->ended, 1);
    EXPECT_EQ(simulation.commits(), 1u);
    EXPECT_EQ(
        simulation.words(*run),
        (std::vector<std::string>{"execution.started", "node.succeeded one", "node.succeeded two",
                                  "node.succeeded three", "execution.ended"}));
    EXPECT_EQ(simulation.engine.scheduler().live(), 0u);
}

TEST(Start, NothingIsAcknowledgedBeforeItsCommit) {
    Simulation simulation;
    simulation.store.hold_commits(true);
    const auto run = simulation.finish(chain);
    EXPECT_EQ(run->accepted, 0);
    EXPECT_EQ(run->ended, 0);
    EXPECT_EQ(simulation.engine.scheduler().live(), 1u);
    simulation.store.hold_commits(false);
    simulation.settle();
    EXPECT_EQ(run->accepted, 1);
    EXPECT_EQ(run->ended, 1);
}

TEST(Start, WhoAsksLateIsToldAtOnce) {
    Simulation simulation;
    const auto run = simulation.finish(chain);
    const auto late = simulation.watch(run->execution);
    EXPECT_EQ(late->accepted, 1);
    EXPECT_EQ(late->ended, 1);
}

TEST(Start, ForgottenWaitIsNotTold) {
    Simulation simulation;
    const auto run = simulation.start(chain);
    int told = 0;
    auto& scheduler = simulation.engine.scheduler();
    const auto wait = scheduler.when_ended(
        *run->execution, [&](const LiveExecution&, const std::optional<Error>&) { ++told; });
    scheduler.forget(*run->execution, wait);
    simulation.settle();
    EXPECT_EQ(told, 0);
    EXPECT_EQ(run->ended, 1) << "others are";
}

TEST(Start, InputThatBreaksTheSchemaIsRefusedWithEveryViolation) {
    Simulation simulation;
    const auto refused = simulation.try_start(R"(
name: strict
inputs: {type: object, required: [id], properties: {id: {type: integer}, name: {type: string}}}
nodes: [{id: one, type: core.set}]
)",
                                              Object{{"name", 5}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "invalid_input");
    EXPECT_EQ(refused.error().details.as_object().at("errors").as_array().size(), 2u);
    simulation.settle();
    EXPECT_EQ(simulation.engine.scheduler().live(), 0u);
    EXPECT_EQ(simulation.commits(), 0u);
}

TEST(Start, InputThatNestsDeeperThanTheLimitIsRefused) {
    Simulation simulation;
    Value deep;
    for (int level = 0; level < 2'000; ++level) deep = Array{std::move(deep)};
    const auto refused = simulation.try_start(chain, std::move(deep));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "invalid_input");
}

TEST(Start, LongPureWorkLetsOthersHaveTheirTurn) {
    Simulation simulation;
    const auto loop = simulation.flow(R"(
name: loop
start: count
nodes:
  count: {type: core.set, with: {n: "${(nodes.count?.n ?? 300) - 1}"}, next: more}
  more: {type: flow.if, with: {condition: "${nodes.count.n > 0}"}, next: {true: count}}
settings: {join: any}
output: "${nodes.count.n}"
)");
    const auto quick = simulation.flow(chain);
    const auto slow_run = simulation.start(loop);
    EXPECT_EQ(slow_run->status(), "running");
    const auto quick_run = simulation.start(quick);
    while (quick_run->ended == 0 && simulation.turn() != 0) {
    }
    EXPECT_EQ(quick_run->ended, 1);
    EXPECT_EQ(slow_run->status(), "running") << "the short one did not wait for the long one";
    simulation.settle();
    EXPECT_EQ(slow_run->status(), "succeeded");
    EXPECT_EQ(slow_run->result(), "0");
}

TEST(Start, WaitGivesTheResult) {
    Simulation simulation;
    const auto result = simulation.run(simulation.engine.wait(simulation.start(chain)->execution));
    EXPECT_EQ(result.status, ExecutionStatus::succeeded);
    EXPECT_EQ(to_json(result.output), R"({"name":"three","value":3})");
    EXPECT_FALSE(result.error);
}

TEST(Start, CancelledWaitLeavesTheExecutionAlone) {
    Simulation simulation;
    const auto run =
        simulation.start("name: held\nnodes: [{id: wait, type: test.hold, with: {name: wait}}]");
    asio::cancellation_signal stop;
    bool aborted = false;
    asio::co_spawn(simulation.context, simulation.engine.wait(run->execution),
                   asio::bind_cancellation_slot(
                       stop.slot(), [&](const std::exception_ptr& failure, const ExecutionResult&) {
                           aborted = failure != nullptr;
                       }));
    simulation.settle();
    asio::post(simulation.context, [&stop] { stop.emit(asio::cancellation_type::terminal); });
    simulation.settle();
    EXPECT_TRUE(aborted);
    EXPECT_EQ(run->status(), "running");
    simulation.nodes.door.open();
    simulation.settle();
    EXPECT_EQ(run->status(), "succeeded");
}

TEST(Start, ResultOfAFailureIsItsError) {
    Simulation simulation;
    const auto result = simulation.run(
        simulation.engine.wait(simulation
                                   .start("name: f\nnodes: [{id: no, type: core.fail, with: {code: "
                                          "nope, message: Not today}}]")
                                   ->execution));
    EXPECT_EQ(result.status, ExecutionStatus::failed);
    ASSERT_TRUE(result.error);
    EXPECT_EQ(result.error->code, "nope");
    EXPECT_EQ(result.error->message, "Not today");
    EXPECT_EQ(result.error->details.as_object().at("node").as_string(), "no");
}

}  // namespace
}  // namespace sluice::testing
