#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/run/after_crash.hpp"

namespace sluice::testing {
namespace {

using ::testing::HasSubstr;

const std::string big(100'000, 'b');
const std::string big_json = R"({"text":")" + big + R"("})";

/// Puts out a large value, passes it through time, and reads it again.
constexpr const char* across_a_wait = R"(
name: f
nodes:
  - {id: get, type: http.request, with: {url: "http://svc/big"}}
  - {id: nap, type: flow.delay, with: {duration: 1h}}
  - {id: size, type: core.set, with: {length: "${nodes.get.body.text.length}", of_input: "${input.pad.length}"}}
output: "${nodes.size}"
)";

Object input() {
    return Object{{"pad", std::string(70'000, 'i')}};
}

Event end_of(const std::vector<Event>& events, EventKind kind) {
    for (const auto& event : events)
        if (event.kind == kind) return event;
    throw std::runtime_error("no such event");
}

struct LargeValues : ::testing::Test {
    void SetUp() override { simulation.http.reply("http://svc/big", 200, big_json); }
    Simulation simulation;
};

TEST_F(LargeValues, StandInTheJournalAsReferences) {
    const auto watched = simulation.finish(across_a_wait, input());
    const auto events = simulation.events(*watched);
    const auto started = end_of(events, EventKind::execution_started);
    ASSERT_TRUE(started.artifact);
    EXPECT_TRUE(started.data.is_null());
    EXPECT_EQ(started.artifact->key.bytes, to_json(input()).size());
    const auto got = end_of(events, EventKind::node_succeeded);
    ASSERT_TRUE(got.artifact);
    EXPECT_GT(got.artifact->key.bytes, big.size());
    for (const auto& chunk : simulation.run(simulation.store.journal(watched->execution->id)))
        EXPECT_LT(chunk.chunk.size(), 1'000u);
    EXPECT_EQ(watched->execution->state.output(0), nullptr) << "it has left memory meanwhile";
    simulation.advance(1h);
    EXPECT_EQ(watched->result(), R"({"length":100000,"of_input":70000})");
}

TEST_F(LargeValues, AreReadAfterACrashAtEachCommit) {
    const auto watched = simulation.finish(across_a_wait, input());
    simulation.advance(1h);
    ASSERT_EQ(watched->ended, 1);
    for (std::size_t commits = 1; commits < simulation.commits(); ++commits) {
        Simulation later(after(simulation, commits, across_a_wait, 2h));
        later.http.reply("http://svc/big", 200, big_json);
        EXPECT_EQ(later.run(load_and_recover(later.engine)) <= 1, true);
        later.advance(2h);
        const auto events = later.events(watched->execution->id);
        ASSERT_EQ(events.back().kind, EventKind::execution_ended) << commits;
        EXPECT_EQ(to_json(events.back().data), R"({"length":100000,"of_input":70000})") << commits;
    }
}

TEST_F(LargeValues, AreReadAfterTheExecutionHasLeftMemory) {
    auto watched = simulation.finish(across_a_wait, input());
    const auto id = watched->execution->id;
    watched->execution->on_ended.clear();
    watched.reset();
    simulation.advance(10min);
    EXPECT_EQ(simulation.engine.scheduler().live(), 0u);
    simulation.advance(1h);
    const auto events = simulation.events(id);
    EXPECT_EQ(to_json(events.back().data), R"({"length":100000,"of_input":70000})");
}

TEST_F(LargeValues, AreTakenOverByARetry) {
    constexpr const char* flow = R"(
name: f
nodes:
  - {id: get, type: http.request, with: {url: "http://svc/big"}}
  - {id: bad, type: http.request, with: {method: POST, url: "http://svc/503", json: "${nodes.get.body}"}}
  - {id: size, type: core.set, with: {length: "${nodes.get.body.text.length}", of_input: "${input.pad.length}"}}
)";
    simulation.http.reply("http://svc/503", 503);
    const auto old = simulation.finish(flow, input());
    ASSERT_EQ(old->status(), "failed");
    auto again = simulation.run(simulation.engine.retry(old->execution->id, {}, {}));
    const auto watched = simulation.watch(again.value());
    simulation.settle();
    EXPECT_EQ(watched->status(), "succeeded") << watched->error_code();
    EXPECT_EQ(watched->result(), R"({"length":100000,"of_input":70000})");
    EXPECT_EQ(simulation.http.requests.back().body, big_json);
    EXPECT_EQ(simulation.http.answered["http://svc/big"], 1) << "it is not fetched again";
    EXPECT_EQ(end_of(simulation.events(*watched), EventKind::node_succeeded).artifact->key,
              end_of(simulation.events(*old), EventKind::node_succeeded).artifact->key);
}

TEST_F(LargeValues, ThatAreTheResultAreHandedToWhoWaits) {
    constexpr const char* flow = R"(
name: f
nodes: [{id: get, type: http.request, with: {url: "http://svc/big"}}, {id: pass, type: core.set, with: {v: "${nodes.get.body}"}}]
)";
    const auto watched = simulation.finish(flow);
    EXPECT_EQ(watched->result(), R"({"v":)" + big_json + "}");
    const auto events = simulation.events(*watched);
    const auto& end = events.back();
    EXPECT_EQ(end.kind, EventKind::execution_ended);
    ASSERT_TRUE(end.artifact);
    EXPECT_EQ(end.artifact->key, events[events.size() - 2].artifact->key);
}

TEST_F(LargeValues, OfAChainOfPureNodesDoNotStayInMemory) {
    std::string flow = "name: f\nnodes:\n";
    for (int node = 0; node < 30; ++node)
        flow += "  - {id: n" + std::to_string(node) +
                ", type: core.set, with: {n: " + std::to_string(node) + ", v: \"${" +
                (node == 0 ? "input" : "nodes.n" + std::to_string(node - 1)) + ".v}\"}}\n";
    simulation.store.hold_commits(true);
    const auto watched = simulation.start(flow, Object{{"v", std::string(3 << 20, 'v')}});
    simulation.settle();
    const auto in_memory = [&] {
        std::size_t count = 0;
        for (NodeIndex node = 0; node < 30; ++node)
            count += watched->execution->state.output(node) != nullptr;
        return count;
    };
    EXPECT_LE(in_memory(), 4u) << "the next node waits for the disk";
    simulation.store.hold_commits(false);
    simulation.settle();
    EXPECT_EQ(watched->status(), "succeeded");
    EXPECT_EQ(in_memory(), 1u) << "the result";
}

TEST_F(LargeValues, ThatTheDiskRefusesAreWrittenLater) {
    const auto watched = simulation.start(across_a_wait, input());
    simulation.settle();
    simulation.store.fail_commits(Error{"store_full", "full", {}});
    simulation.advance(1h);
    EXPECT_EQ(watched->ended, 0);
    simulation.store.fail_commits(std::nullopt);
    simulation.advance(2s);
    EXPECT_EQ(watched->ended, 1);
    EXPECT_EQ(watched->result(), R"({"length":100000,"of_input":70000})");
}

TEST_F(LargeValues, ThatAreGoneFailTheNodeThatReadsThem) {
    const auto watched = simulation.finish(across_a_wait, input());
    simulation.store.lose_artifacts();
    simulation.advance(1h);
    EXPECT_EQ(watched->status(), "failed");
    EXPECT_EQ(watched->error_code(), "artifact_missing");
    EXPECT_THAT(to_json(watched->execution->state.error()), HasSubstr("sluice verify"));
}

TEST_F(LargeValues, ThatAreGoneFailTheOutput) {
    constexpr const char* flow = R"(
name: f
nodes: [{id: get, type: http.request, with: {url: "http://svc/big"}}, {id: nap, type: flow.delay, with: {duration: 1h}}]
output: {length: "${nodes.get.body.text.length}"}
)";
    const auto watched = simulation.finish(flow);
    simulation.store.lose_artifacts();
    simulation.advance(1h);
    EXPECT_EQ(watched->status(), "failed");
    EXPECT_EQ(watched->error_code(), "artifact_missing");
}

TEST_F(LargeValues, AreLoadedForAConditionAndForARetriedAttempt) {
    constexpr const char* flow = R"(
name: f
nodes:
  - {id: get, type: http.request, with: {url: "http://svc/big"}}
  - {id: nap, type: flow.delay, with: {duration: 1h}}
  - {id: send, type: http.request, when: "${nodes.get.body.text.length > 5}", with: {method: POST, url: "http://svc/x", json: "${nodes.get.body.text.length}"}, retry: {attempts: 3, delay: 1h}}
)";
    simulation.http.reply("http://svc/x", 503);
    simulation.http.reply("http://svc/x", 503);
    const auto watched = simulation.finish(flow);
    simulation.advance(4h);
    EXPECT_EQ(watched->status(), "succeeded") << watched->error_code();
    EXPECT_EQ(simulation.http.requests.back().body, "100000");
    EXPECT_EQ(simulation.http.answered["http://svc/x"], 3);
}

TEST_F(LargeValues, StayValuesWhereNothingIsWritten) {
    const auto watched = simulation.finish(
        "name: f\nsettings: {durability: none}\nnodes: [{id: get, type: http.request, with: {url: "
        "\"http://svc/big\"}}, {id: size, type: core.set, with: {n: "
        "\"${nodes.get.body.text.length}\"}}]");
    EXPECT_EQ(watched->result(), R"({"n":100000})");
    EXPECT_FALSE(watched->execution->state.has_artifacts());
}

TEST_F(LargeValues, MakeTheKeyOfAConcurrencyLimitAfterARestart) {
    constexpr const char* flow = R"(
name: f
nodes: [{id: nap, type: flow.delay, with: {duration: 1h}}]
settings: {concurrency: {limit: 1, key: "${input.who}"}}
)";
    const Object given{{"who", "ann"}, {"pad", big}};
    const auto first = simulation.finish(flow, given);
    Simulation later(after(simulation, simulation.commits(), flow, 1s));
    (void)later.run(load_and_recover(later.engine));
    later.advance(2h);
    EXPECT_EQ(later.events(first->execution->id).back().kind, EventKind::execution_ended);
    const auto second = later.start(later.engine.flows().all().front()->program, given);
    later.settle();
    EXPECT_EQ(second->status(), "waiting") << "the place was given back under its own key";
}

}  // namespace
}  // namespace sluice::testing
