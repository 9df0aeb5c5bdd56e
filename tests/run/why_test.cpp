#include "engine/run/why.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/triggers/refusals.hpp"

#include "tests/run/after_crash.hpp"

namespace sluice::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* url = "http://svc/a";

constexpr const char* approval = R"(
name: approval
nodes:
  ask:
    type: flow.approval
    with: {message: "Ship it?", approvers: [ada, bob, cy], quorum: 2}
    timeout: 2d
)";

Explanation why(Simulation& simulation, const LiveExecution& execution) {
    const Timeline timeline(*execution.program,
                            simulation.run(simulation.store.journal(execution.id)));
    return explain(*execution.program, execution.state, timeline.runs(),
                   {execution.id, execution.created, execution.ended});
}

std::string path(const LiveExecution& execution, const std::string& rest) {
    return "/api/v1/executions/" + execution.id.to_string() + rest;
}

TEST(Why, TimerSaysUntilWhen) {
    Simulation simulation;
    const auto began = simulation.clock.wall();
    const auto run = simulation.finish(
        "name: nap\nsettings: {timeout: 3d}\nnodes: [{id: nap, type: flow.delay, with: {duration: "
        "2d}}]");
    const auto explanation = why(simulation, *run->execution);
    ASSERT_EQ(explanation.reasons.size(), 1u);
    const Reason& reason = explanation.reasons[0];
    EXPECT_EQ(reason.what, "timer");
    EXPECT_EQ(reason.since, began);
    EXPECT_EQ(reason.until, began + 48h);
    EXPECT_EQ(reason.resolved_by, "time");
    EXPECT_EQ(explanation.deadline, began + 72h);
    EXPECT_EQ(explanation.status, ExecutionStatus::waiting);
    EXPECT_EQ(reason.remedies.back().path, path(*run->execution, "/cancel"));
}

TEST(Why, RetryTellsTheLastErrorAndWhichAttemptComes) {
    Simulation simulation;
    simulation.http.reply(url, 503);
    simulation.http.fail(url, "http_connect_failed", true);
    const auto run = simulation.finish(
        "name: call\nnodes: [{id: call, type: http.request, with: {url: \"http://svc/a\"}, retry: "
        "{attempts: 5, delay: 1m}}]");
    simulation.advance(1min);
    const auto explanation = why(simulation, *run->execution);
    ASSERT_EQ(explanation.reasons.size(), 1u);
    const Reason& reason = explanation.reasons[0];
    EXPECT_EQ(reason.what, "retry");
    EXPECT_EQ(reason.attempt, 3u);
    EXPECT_EQ(reason.since, simulation.clock.wall());
    EXPECT_EQ(reason.until, simulation.clock.wall() + 1min);
    EXPECT_EQ(reason.details.at("attempts").to_number<int>(), 5);
    EXPECT_EQ(reason.details.at("error").at("code").as_string(), "http_connect_failed");
    EXPECT_THAT(reason.message, AllOf(HasSubstr("'call'"), HasSubstr("http_connect_failed"),
                                      HasSubstr("attempt 3 of 5")));
}

TEST(Why, ApprovalTellsWhoIsMissingAndHowToDecide) {
    Simulation simulation;
    const auto run = simulation.finish(approval);
    auto& execution = *run->execution;
    const auto asked = simulation.clock.wall();
    simulation.advance(1h);
    ASSERT_TRUE(simulation.engine.scheduler().decide(execution, 0, {"ada", true, "", {}}));
    simulation.settle();
    const auto explanation = why(simulation, execution);
    const Reason& reason = explanation.reasons.at(0);
    EXPECT_EQ(reason.what, "approval");
    EXPECT_EQ(reason.resolved_by, "people");
    EXPECT_EQ(reason.since, asked);
    EXPECT_EQ(reason.until, asked + 48h);
    EXPECT_EQ(reason.details.at("missing").to_number<int>(), 1);
    EXPECT_EQ(to_json(reason.details.at("waiting_for")), R"(["bob","cy"])");
    EXPECT_THAT(reason.message,
                AllOf(HasSubstr("1 of 2 approvals by bob, cy"), HasSubstr("Ship it?")));
    EXPECT_EQ(reason.remedies.at(0).path, path(execution, "/holds/0/decision"));
    EXPECT_EQ(to_json(reason.remedies[0].body), R"({"decision":"approved","by":"bob"})");
}

TEST(Why, SignalNamesItsKeyInACallThatCanBeSent) {
    Simulation simulation;
    const auto run = simulation.finish(
        "name: wait\nnodes: [{id: paid, type: flow.wait, with: {name: \"paid/late\", key: "
        "\"${input.order}\"}}]",
        Object{{"order", "A 7"}});
    const auto explanation = why(simulation, *run->execution);
    const Reason& reason = explanation.reasons.at(0);
    EXPECT_EQ(reason.what, "signal");
    EXPECT_FALSE(reason.until);
    EXPECT_EQ(reason.details.at("key").as_string(), "A 7");
    EXPECT_EQ(reason.remedies.at(0).path, "/api/v1/signals/paid%2Flate");
    EXPECT_EQ(reason.remedies.at(0).body.at("key").as_string(), "A 7");
}

TEST(Why, APauseStandsBeforeWhatItHoldsUp) {
    Simulation simulation;
    const auto run = simulation.finish(approval);
    ASSERT_TRUE(simulation.engine.scheduler().pause(*run->execution, "audit by eve"));
    simulation.settle();
    const auto explanation = why(simulation, *run->execution);
    ASSERT_EQ(explanation.reasons.size(), 2u);
    EXPECT_EQ(explanation.reasons[0].what, "pause");
    EXPECT_THAT(explanation.reasons[0].message, HasSubstr("audit by eve"));
    EXPECT_EQ(explanation.reasons[0].remedies.at(0).path, path(*run->execution, "/resume"));
    EXPECT_EQ(explanation.reasons[1].what, "approval");
    EXPECT_THAT(explanation.summary, HasSubstr("1 more"));
}

TEST(Why, RunningNodeTellsSinceWhenAndItsAttempt) {
    Simulation simulation;
    const auto began = simulation.clock.wall();
    const auto run = simulation.finish(
        "name: act\nnodes:\n  act: {type: test.hold, with: {name: act}, retry: {attempts: 2}, "
        "timeout: 10m}\n");
    simulation.advance(1min);
    const auto explanation = why(simulation, *run->execution);
    const Reason& reason = explanation.reasons.at(0);
    EXPECT_EQ(reason.what, "running");
    EXPECT_EQ(reason.attempt, 1u);
    EXPECT_EQ(reason.since, began);
    EXPECT_EQ(reason.until, began + 10min);
    EXPECT_THAT(reason.message, HasSubstr("attempt 1 of 2"));
}

TEST(Why, InterruptedNodeAsksForSomebodyToLook) {
    const std::string flow =
        "name: act\nnodes:\n  act: {type: test.hold, with: {name: act}, on_interrupt: hold}\n";
    Simulation before;
    before.finish(flow);
    Simulation next(after(before, before.commits(), flow, 1s));
    next.run(load_and_recover(next.engine));
    next.settle();
    const auto id = next.run(next.store.executions({})).at(0).id;
    const auto execution = next.run(next.engine.summon(id));
    const auto explanation = why(next, *execution);
    const Reason& reason = explanation.reasons.at(0);
    EXPECT_EQ(reason.what, "interrupt");
    EXPECT_EQ(reason.resolved_by, "operator");
    EXPECT_EQ(to_json(reason.remedies.at(0).body), R"({"decision":"retry"})");
}

TEST(Why, EndedExecutionTellsItsError) {
    Simulation simulation;
    const auto run = simulation.finish(
        "name: bad\nnodes: [{id: bad, type: core.fail, with: {code: broken, message: no luck}}]");
    const auto explanation = why(simulation, *run->execution);
    ASSERT_EQ(explanation.reasons.size(), 1u);
    EXPECT_EQ(explanation.reasons[0].what, "ended");
    EXPECT_EQ(explanation.status, ExecutionStatus::failed);
    EXPECT_THAT(explanation.summary, HasSubstr("broken: no luck"));
    EXPECT_TRUE(explanation.reasons[0].remedies.empty());
}

TEST(Why, AFullLimitNamesWhoHoldsItAndThePlaceInTheQueue) {
    Simulation simulation;
    const auto run = simulation.finish(approval);
    const auto& program = *run->execution->program;
    ExecutionState state(program.topology(), program.settings());
    Event started;
    started.kind = EventKind::execution_started;
    started.sequence = 1;
    state.apply(std::move(started));
    Event queued;
    queued.kind = EventKind::execution_queued;
    queued.sequence = 2;
    queued.at = simulation.clock.wall();
    queued.text = "the flow's concurrency of 1";
    state.apply(std::move(queued));
    const Uuid holder = run->execution->id;
    const auto explanation =
        explain(program, state, {},
                {holder, simulation.clock.wall(), std::nullopt, Admission::Wait{{holder}, 4}});
    const Reason& reason = explanation.reasons.at(0);
    EXPECT_EQ(reason.what, "slot");
    EXPECT_THAT(reason.message, AllOf(HasSubstr("concurrency of 1"), HasSubstr(holder.to_string()),
                                      HasSubstr("4 are before it")));
    EXPECT_EQ(explanation.reasons.at(1).what, "ready");
}

TEST(Why, ManyReasonsAreCountedAndNotAllListed) {
    std::string source = "name: wide\nnodes:\n";
    for (int at = 0; at < 130; ++at)
        source += "  n" + std::to_string(at) + ": {type: flow.delay, with: {duration: 1h}}\n";
    Simulation simulation;
    const auto run = simulation.finish(source);
    const auto explanation = why(simulation, *run->execution);
    EXPECT_EQ(explanation.reasons.size(), most_reasons);
    EXPECT_EQ(explanation.more, 30u);
    EXPECT_THAT(explanation.summary, HasSubstr("129 more"));
}

TEST(Refusals, KeepTheNewestOfEachFlowAndCountAll) {
    Refusals refusals;
    EXPECT_EQ(refusals.of(1), nullptr);
    for (int at = 0; at < 60; ++at)
        refusals.note(1, {WallTime{}, "hook", "overloaded", std::to_string(at)});
    refusals.note(2, {WallTime{}, "hook", "invalid_input", std::string(499, 'x') + "äöü"});
    ASSERT_NE(refusals.of(1), nullptr);
    EXPECT_EQ(refusals.of(1)->total, 60u);
    EXPECT_EQ(refusals.of(1)->newest.size(), Refusals::most_kept);
    EXPECT_EQ(refusals.of(1)->newest.front().message, "10");
    EXPECT_EQ(refusals.of(2)->newest.front().message, std::string(499, 'x') + "...");
}

}  // namespace
}  // namespace sluice::testing
