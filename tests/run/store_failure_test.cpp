#include <gtest/gtest.h>

#include "tests/run/simulation.hpp"

namespace sluice::testing {
namespace {

const Error full{"store_full", "there is no space left on the disk", {}};
constexpr const char* call = R"(
name: call
nodes:
  - {id: one, type: http.request, with: {url: "http://svc/one"}}
  - {id: two, type: test.count, with: {name: two}}
  - {id: three, type: http.request, with: {url: "http://svc/three"}}
)";

TEST(StoreFailure, StartThatCannotBeWrittenIsRefusedAndGone) {
    Simulation simulation;
    simulation.store.fail_commits(full);
    const auto run = simulation.finish(call);
    ASSERT_TRUE(run->refusal);
    EXPECT_EQ(run->refusal->code, "store_full");
    EXPECT_EQ(run->accepted, 0);
    EXPECT_EQ(run->ended, 0);
    EXPECT_TRUE(simulation.http.requests.empty());
    EXPECT_EQ(simulation.engine.scheduler().live(), 0u);
    EXPECT_EQ(simulation.engine.scheduler().find(run->execution->id), nullptr);
    EXPECT_FALSE(simulation.engine.cancel(*run->execution));
    simulation.store.fail_commits(std::nullopt);
    simulation.advance(10s);
    EXPECT_EQ(simulation.commits(), 0u) << "nobody writes it later";
    EXPECT_EQ(simulation.timers.size(), 0u);
}

TEST(StoreFailure, WhoAsksAfterTheRefusalIsToldToo) {
    Simulation simulation;
    simulation.store.fail_commits(full);
    const auto run = simulation.finish(call);
    const auto late = simulation.watch(run->execution);
    ASSERT_TRUE(late->refusal);
    EXPECT_EQ(late->refusal->code, "store_full");
    bool thrown = false;
    asio::co_spawn(simulation.context, simulation.engine.wait(run->execution),
                   [&](const std::exception_ptr& failure, const ExecutionResult&) {
                       thrown = failure != nullptr;
                   });
    simulation.settle();
    EXPECT_TRUE(thrown);
}

TEST(StoreFailure, PureExecutionThatCannotBeWrittenIsRefused) {
    Simulation simulation;
    simulation.store.fail_commits(full);
    const auto run = simulation.finish("name: q\nnodes: [{id: a, type: core.set}]");
    ASSERT_TRUE(run->refusal);
    EXPECT_EQ(run->ended, 0);
}

TEST(StoreFailure, EagerEffectsOfARefusedStartAreCancelled) {
    Simulation simulation;
    simulation.store.fail_commits(full);
    const auto run = simulation.finish(
        "name: held\nnodes: [{id: a, type: test.hold, with: {name: a}}]\nsettings: {durability: "
        "execution}");
    EXPECT_TRUE(run->refusal);
    EXPECT_EQ(simulation.nodes.cancelled, simulation.nodes.runs["a"]);
    EXPECT_EQ(simulation.engine.scheduler().live(), 0u);
}

TEST(StoreFailure, RunningExecutionsWaitAndGoOnWhenTheStoreIsBack) {
    Simulation simulation;
    simulation.http.hold("http://svc/one");
    const auto run = simulation.finish(call);
    simulation.store.fail_commits(full);
    simulation.http.release("http://svc/one");
    simulation.settle();
    EXPECT_EQ(simulation.nodes.runs.at("two"), 1);
    EXPECT_EQ(simulation.http.calls("http://svc/three"), 0u);
    const auto attempts = simulation.journal.attempts;
    simulation.advance(2s);
    EXPECT_GT(simulation.journal.attempts, attempts) << "it tries again";
    EXPECT_LT(simulation.journal.attempts, attempts + 10) << "but not all the time";
    EXPECT_EQ(simulation.http.calls("http://svc/three"), 0u);
    simulation.store.fail_commits(std::nullopt);
    simulation.advance(500ms);
    EXPECT_EQ(run->status(), "succeeded");
    EXPECT_EQ(run->ended, 1);
    EXPECT_EQ(simulation.nodes.runs.at("two"), 1);
    EXPECT_EQ(simulation.http.calls("http://svc/three"), 1u);
    const auto events = simulation.events(*run);
    for (std::size_t at = 0; at < events.size(); ++at)
        EXPECT_EQ(events[at].sequence, at + 1) << "nothing doubled or lost";
    EXPECT_EQ(
        simulation.words(*run),
        (std::vector<std::string>{"execution.started", "node.started one", "node.succeeded one",
                                  "node.succeeded two", "node.started three",
                                  "node.succeeded three", "execution.ended"}));
}

TEST(StoreFailure, EventsOfTheFailingTimeComeInOrder) {
    Simulation simulation;
    const auto run = simulation.finish(R"(
name: ticks
nodes:
  - {id: a, type: flow.delay, with: {duration: 1s}}
  - {id: b, type: flow.delay, with: {duration: 100ms}}
  - {id: c, type: flow.delay, with: {duration: 100ms}}
  - {id: d, type: flow.delay, with: {duration: 5s}}
)");
    simulation.store.fail_commits(full);
    simulation.advance(4s);
    simulation.store.fail_commits(std::nullopt);
    simulation.advance(10s);
    EXPECT_EQ(run->status(), "succeeded");
    std::vector<std::string> expected{"execution.started"};
    for (const char* node : {"a", "b", "c", "d"}) {
        expected.push_back(std::string("node.waiting ") + node);
        expected.push_back(std::string("node.succeeded ") + node);
    }
    expected.push_back("execution.ended");
    EXPECT_EQ(simulation.words(*run), expected);
}

TEST(StoreFailure, StartsOfTheFailingTimeAreRefusedAtOnce) {
    Simulation simulation;
    const auto held =
        simulation.finish("name: nap\nnodes: [{id: a, type: flow.delay, with: {duration: 1s}}]");
    const auto program = simulation.flow(call);
    simulation.store.fail_commits(full);
    simulation.advance(1s);
    const auto attempts = simulation.journal.attempts;
    const auto refused = simulation.engine.start(program, Object{});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "store_full");
    EXPECT_EQ(to_json(refused.error().details), R"({"retry_after_ms":5000})");
    EXPECT_EQ(simulation.journal.attempts, attempts) << "without another try of the disk";
    EXPECT_TRUE(simulation.engine.scheduler().committer().recent_failure());
    EXPECT_EQ(held->ended, 0);
    simulation.store.fail_commits(std::nullopt);
    simulation.advance(1s);
    EXPECT_EQ(held->ended, 1);
    EXPECT_FALSE(simulation.engine.scheduler().committer().recent_failure());
    EXPECT_TRUE(simulation.engine.start(program, Object{})) << "and everything goes on";
}

TEST(StoreFailure, WhenNothingWaitsTheNextStartFindsOutWhetherThereIsSpace) {
    Simulation simulation;
    const auto program = simulation.flow(call);
    simulation.store.fail_commits(full);
    const auto first = simulation.start(program);
    simulation.settle();
    ASSERT_TRUE(first->refusal);
    EXPECT_FALSE(simulation.engine.start(program, Object{})) << "not while the disk is left alone";
    simulation.store.fail_commits(std::nullopt);
    simulation.advance(1s);
    const auto second = simulation.start(program);
    simulation.settle();
    EXPECT_EQ(second->accepted, 1);
}

TEST(StoreFailure, CancellingWorksOnAFullStore) {
    Simulation simulation;
    const auto run =
        simulation.finish("name: held\nnodes: [{id: a, type: test.hold, with: {name: a}}]");
    simulation.store.fail_commits(full);
    EXPECT_TRUE(simulation.engine.cancel(*run->execution));
    simulation.settle();
    EXPECT_EQ(simulation.nodes.cancelled, 1) << "what runs is told at once";
    EXPECT_EQ(run->ended, 0);
    simulation.store.fail_commits(std::nullopt);
    simulation.advance(1s);
    EXPECT_EQ(run->ended, 1);
    EXPECT_EQ(run->status(), "cancelled");
}

}  // namespace
}  // namespace sluice::testing
