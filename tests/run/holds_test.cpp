#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/run/simulation.hpp"

namespace sluice::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

constexpr const char* approval = R"(
name: approval
nodes:
  ask:
    type: flow.approval
    with: {message: "Ship it?", approvers: [ada, bob, cy], quorum: 2, form: {type: object, required: [price]}}
    timeout: 2d
    next: {approved: ship, rejected: drop, timeout: late}
  ship: {type: test.count, with: {name: ship, form: "${nodes.ask.form}"}}
  drop: {type: test.count, with: {name: drop}}
  late: {type: test.count, with: {name: late}}
)";

constexpr const char* signal_flow = R"(
name: signalled
nodes:
  wait:
    type: flow.wait
    with: {name: paid, key: "${input.order}"}
    timeout: 1h
    next: {received: go, timeout: late}
  go: {type: test.count, with: {name: go, amount: "${nodes.wait.payload.amount}"}}
  late: {type: test.count, with: {name: late}}
)";

Decision says(std::string by, bool approved, Value form = Object{{"price", 5}}) {
    return {std::move(by), approved, "", std::move(form)};
}

std::size_t stored_holds(Simulation& simulation) {
    return simulation.run(simulation.store.holds({})).size();
}

std::shared_ptr<LiveExecution> summon(Simulation& simulation, const Uuid& id) {
    return simulation.run(simulation.engine.summon(id));
}

/// Starts without anybody waiting for the end.
Uuid start_alone(Simulation& simulation, const char* source, Value input = Object{}) {
    const auto program = simulation.flow(source);
    const auto id = simulation.engine.start(program, std::move(input)).value()->id;
    simulation.settle();
    return id;
}

TEST(Approval, QuorumOfNamedPeopleApproves) {
    Simulation simulation;
    const auto run = simulation.finish(approval);
    EXPECT_EQ(run->status(), "waiting");
    auto& scheduler = simulation.engine.scheduler();
    const auto first = scheduler.decide(*run->execution, 0, says("ada", true)).value();
    EXPECT_EQ(first.outcome, "") << "one of two";
    EXPECT_EQ(scheduler.decide(*run->execution, 0, says("ada", true)).error().code,
              "already_decided");
    EXPECT_EQ(scheduler.decide(*run->execution, 0, says("eve", true)).error().code,
              "not_an_approver");
    EXPECT_EQ(scheduler.decide(*run->execution, 0, says("bob", true, Object{})).error().code,
              "invalid_form");
    EXPECT_EQ(scheduler.decide(*run->execution, 0, says("bob", true)).value().outcome, "approved");
    EXPECT_EQ(scheduler.decide(*run->execution, 0, says("cy", false)).error().code,
              "hold_not_found")
        << "the first who resolves it wins";
    simulation.settle();
    EXPECT_EQ(run->result(), R"({"name":"ship","form":{"price":5}})");
    EXPECT_EQ(stored_holds(simulation), 0u);
}

TEST(Approval, IsRejectedWhenTheQuorumCanNoLongerCome) {
    Simulation simulation;
    const auto run = simulation.finish(approval);
    auto& scheduler = simulation.engine.scheduler();
    EXPECT_EQ(scheduler.decide(*run->execution, 0, says("cy", false)).value().outcome, "");
    EXPECT_EQ(scheduler.decide(*run->execution, 0, says("bob", false)).value().outcome, "rejected");
    simulation.settle();
    EXPECT_EQ(run->result(), R"({"name":"drop"})");
}

TEST(Approval, ExpiresOnceAndOnlyOnce) {
    Simulation simulation;
    const auto run = simulation.finish(approval);
    simulation.advance(std::chrono::days(2) - 1s);
    EXPECT_EQ(run->ended, 0);
    simulation.advance(1s);
    EXPECT_EQ(run->result(), R"({"name":"late"})");
    EXPECT_EQ(
        simulation.engine.scheduler().decide(*run->execution, 0, says("ada", true)).error().code,
        "hold_not_found");
}

TEST(Approval, IsDecidedAfterItsExecutionHasLeftMemory) {
    Simulation simulation;
    const auto id = start_alone(simulation, approval);
    simulation.advance(20s);
    ASSERT_EQ(simulation.engine.scheduler().live(), 0u);
    EXPECT_EQ(stored_holds(simulation), 1u);
    auto& scheduler = simulation.engine.scheduler();
    scheduler.decide(*summon(simulation, id), 0, says("ada", true)).value();
    simulation.advance(20s);
    ASSERT_EQ(scheduler.live(), 0u) << "half decided, it leaves again";
    scheduler.decide(*summon(simulation, id), 0, says("cy", true)).value();
    simulation.settle();
    EXPECT_EQ(simulation.nodes.runs["ship"], 1);
    EXPECT_EQ(stored_holds(simulation), 0u);
}

TEST(Signal, ResolvesTheWaitOfItsKey) {
    Simulation simulation;
    const auto program = simulation.flow(signal_flow);
    const auto one = simulation.start(program, Object{{"order", 1}});
    const auto two = simulation.start(program, Object{{"order", 2}});
    simulation.settle();
    const auto sent =
        simulation.run(simulation.engine.signal("paid", "2", Object{{"amount", 7}}, {})).value();
    EXPECT_EQ(sent.execution, two->execution->id);
    EXPECT_EQ(two->result(), R"({"name":"go","amount":7})");
    EXPECT_EQ(one->ended, 0);
    simulation.advance(1h);
    EXPECT_EQ(one->result(), R"({"name":"late"})");
}

TEST(Signal, ThatComesEarlyWaitsForABoundedTime) {
    Simulation simulation;
    const auto kept =
        simulation.run(simulation.engine.signal("paid", "1", Object{{"amount", 7}}, 10min)).value();
    EXPECT_FALSE(kept.execution);
    EXPECT_TRUE(kept.kept_until);
    const auto program = simulation.flow(signal_flow);
    const auto taker = simulation.start(program, Object{{"order", 1}});
    simulation.settle();
    EXPECT_EQ(taker->result(), R"({"name":"go","amount":7})");
    EXPECT_TRUE(simulation.run(simulation.store.kept_signals()).empty()) << "it is used up";

    (void)simulation.run(simulation.engine.signal("paid", "1", Object{}, 10min));
    simulation.advance(11min);
    const auto late = simulation.start(program, Object{{"order", 1}});
    simulation.settle();
    EXPECT_EQ(late->status(), "waiting") << "what nobody wanted in time is forgotten";
}

TEST(Signal, FindsAnExecutionThatHasLeftMemory) {
    Simulation simulation;
    const auto id = start_alone(simulation, signal_flow, Object{{"order", 1}});
    simulation.advance(20s);
    ASSERT_EQ(simulation.engine.scheduler().live(), 0u);
    const auto sent =
        simulation.run(simulation.engine.signal("paid", "1", Object{{"amount", 1}}, {})).value();
    EXPECT_EQ(sent.execution, id);
    EXPECT_EQ(simulation.nodes.runs["go"], 1);
    const auto again =
        simulation.run(simulation.engine.signal("paid", "1", Object{{"amount", 1}}, {})).value();
    EXPECT_FALSE(again.execution) << "a hold is resolved once";
}

TEST(Signal, CancelAgainstSignalHasOneWinner) {
    Simulation simulation;
    const auto run = simulation.finish(signal_flow, Object{{"order", 1}});
    EXPECT_TRUE(simulation.engine.cancel(*run->execution));
    const auto sent = simulation.run(simulation.engine.signal("paid", "1", nullptr, {})).value();
    EXPECT_FALSE(sent.execution);
    EXPECT_EQ(run->status(), "cancelled");
    EXPECT_EQ(stored_holds(simulation), 0u);
}

TEST(Passivation, OneThatWaitsLeavesMemoryAndComesBackInTime) {
    Simulation simulation;
    start_alone(simulation, R"(
name: nap
nodes:
  - {id: nap, type: flow.delay, with: {duration: 1h}}
  - {id: after, type: test.count, with: {name: after}}
)");
    EXPECT_EQ(simulation.engine.scheduler().live(), 1u);
    simulation.advance(6s);
    EXPECT_EQ(simulation.engine.scheduler().live(), 0u);
    simulation.advance(59min + 53s);
    EXPECT_EQ(simulation.nodes.runs["after"], 0);
    simulation.advance(1s);
    EXPECT_EQ(simulation.nodes.runs["after"], 1);
    EXPECT_EQ(simulation.timers.size(), 0u) << "nothing is left to wake up for";
}

TEST(Passivation, ThousandsOfThemFireEachOnce) {
    Simulation::Setup setup;
    setup.limits.due_holds_in_memory = 100;
    setup.limits.waiting_in_memory = 50;
    Simulation simulation(std::move(setup));
    const auto program = simulation.flow(R"(
name: nap
nodes:
  - {id: nap, type: flow.delay, with: {duration: "${input.for}"}}
  - {id: after, type: test.count, with: {name: after}}
)");
    for (int count = 0; count < 2'000; ++count) {
        const std::string wait = std::to_string(60 + count * 7 % 300) + "s";
        (void)simulation.engine.start(program, Object{{"for", wait}}).value();
        if (count % 100 == 0) simulation.settle();
    }
    simulation.settle();
    simulation.advance(1s);
    EXPECT_LE(simulation.engine.scheduler().live(), 60u) << "crowds leave at once";
    EXPECT_LE(simulation.engine.loader().due_holds().size(), 150u);
    simulation.advance(58s);
    EXPECT_EQ(simulation.nodes.runs["after"], 0);
    simulation.advance(10min);
    EXPECT_EQ(simulation.nodes.runs["after"], 2'000);
    EXPECT_EQ(simulation.engine.scheduler().counters().ended[4], 2'000u);
    EXPECT_EQ(stored_holds(simulation), 0u);
}

TEST(Passivation, TheLastToLeaveIsNotTheLastInTheQueue) {
    Simulation::Setup setup;
    setup.limits.waiting_in_memory = 0;
    Simulation simulation(std::move(setup));
    const auto program = simulation.flow(
        "name: n\nnodes: [{id: n, type: flow.delay, with: {duration: \"${input.for}\"}}]");
    std::vector<Uuid> ids;
    for (const char* span : {"1h", "2h", "3h"})
        ids.push_back(simulation.engine.start(program, Object{{"for", span}}).value()->id);
    simulation.turn();
    simulation.settle();
    for (const auto& id : ids)
        if (const auto live = simulation.engine.scheduler().find(id))
            simulation.engine.cancel(*live);
    simulation.settle();
    simulation.advance(4h);
    EXPECT_EQ(simulation.engine.scheduler().live(), 0u);
    EXPECT_EQ(simulation.timers.size(), 0u);
}

TEST(Passivation, ACrowdThatIsWaitedForIsLeftInPeace) {
    Simulation::Setup setup;
    setup.limits.waiting_in_memory = 1;
    setup.limits.passivate_after = 0ms;
    Simulation simulation(std::move(setup));
    std::vector<std::shared_ptr<Watched>> runs;
    for (int count = 0; count < 3; ++count)
        runs.push_back(simulation.start(
            simulation.flow("name: n" + std::to_string(count) +
                            "\nnodes: [{id: n, type: flow.delay, with: {duration: 1s}}]")));
    simulation.advance(2s);  // would never return if the crowd were looked at again and again
    for (const auto& run : runs) EXPECT_EQ(run->ended, 1);
}

TEST(Passivation, TheExecutionsTimeoutReachesItThere) {
    Simulation simulation;
    const auto id = start_alone(simulation, R"(
name: nap
nodes: [{id: nap, type: flow.delay, with: {duration: 10h}}]
settings: {timeout: 1h}
)");
    simulation.advance(59min);
    ASSERT_EQ(simulation.engine.scheduler().live(), 0u);
    simulation.advance(2min);
    EXPECT_EQ(simulation.run(simulation.store.execution(id))->status, ExecutionStatus::timed_out);
    EXPECT_EQ(stored_holds(simulation), 0u);
}

TEST(Passivation, WhoeverWaitsForItKeepsItInMemory) {
    Simulation simulation;
    auto run =
        simulation.finish("name: n\nnodes: [{id: n, type: flow.delay, with: {duration: 1h}}]");
    simulation.advance(10min);
    EXPECT_EQ(simulation.engine.scheduler().live(), 1u);
    simulation.advance(1h);
    EXPECT_EQ(run->ended, 1);
}

TEST(Pause, LetsNothingBeginUntilItIsResumed) {
    Simulation simulation;
    simulation.http.hold("http://svc/a");
    const auto run = simulation.finish(R"(
name: p
nodes:
  - {id: call, type: http.request, with: {url: "http://svc/a"}}
  - {id: after, type: test.count, with: {name: after}}
)");
    auto& scheduler = simulation.engine.scheduler();
    scheduler.pause(*run->execution, "look").value();
    EXPECT_EQ(scheduler.pause(*run->execution, "look").error().code, "execution_paused");
    EXPECT_EQ(run->status(), "paused");
    simulation.http.release("http://svc/a");
    simulation.settle();
    EXPECT_EQ(simulation.nodes.runs["after"], 0)
        << "what ran has ended, what follows has not begun";
    EXPECT_EQ(stored_holds(simulation), 1u);
    scheduler.resume(*run->execution, "seen").value();
    simulation.settle();
    EXPECT_EQ(run->status(), "succeeded");
    EXPECT_EQ(stored_holds(simulation), 0u);
    EXPECT_EQ(scheduler.resume(*run->execution, "").error().code, "execution_ended");
}

TEST(Pause, SurvivesLeavingMemory) {
    Simulation simulation;
    const auto id = start_alone(simulation, R"(
name: p
nodes:
  - {id: nap, type: flow.delay, with: {duration: 1m}}
  - {id: after, type: test.count, with: {name: after}}
)");
    simulation.engine.scheduler().pause(*summon(simulation, id), "look").value();
    simulation.advance(10min);
    EXPECT_EQ(simulation.engine.scheduler().live(), 0u);
    EXPECT_EQ(simulation.nodes.runs["after"], 0) << "the delay is over, but the pause is not";
    simulation.engine.scheduler().resume(*summon(simulation, id), "go").value();
    simulation.settle();
    EXPECT_EQ(simulation.nodes.runs["after"], 1);
}

TEST(Kill, EndsAtOnceWithoutWaitingForWhatRuns) {
    Simulation simulation;
    const auto run = simulation.finish(
        "name: k\nnodes: [{id: a, type: test.hold, with: {name: a}}, {id: b, type: test.count, "
        "with: {name: b}}]");
    EXPECT_TRUE(simulation.engine.scheduler().kill(*run->execution, "enough"));
    EXPECT_EQ(run->status(), "cancelled") << "in the same call";
    EXPECT_FALSE(simulation.engine.scheduler().kill(*run->execution, "again"));
    simulation.settle();
    EXPECT_EQ(run->ended, 1);
    EXPECT_EQ(simulation.nodes.cancelled, 1);
    EXPECT_THAT(simulation.words(*run),
                ElementsAre("execution.started", "node.started a", "execution.cancel_requested",
                            "node.cancelled a", "execution.ended"));
}

}  // namespace
}  // namespace sluice::testing
