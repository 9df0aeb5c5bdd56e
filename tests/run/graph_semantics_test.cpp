#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/run/simulation.hpp"

namespace sluice::testing {
namespace {

using ::testing::Contains;
using ::testing::Not;

TEST(GraphSemantics, BranchesRunAtOnceAndJoin) {
    Simulation simulation;
    simulation.http.hold("http://svc/left");
    simulation.http.hold("http://svc/right");
    const auto run = simulation.finish(R"(
name: diamond
nodes:
  left: {type: http.request, with: {url: "http://svc/left"}}
  right: {type: http.request, with: {url: "http://svc/right"}}
  sum: {type: core.set, needs: [left, right], with: {both: "${nodes.left.status + nodes.right.status}"}}
)");
    EXPECT_EQ(simulation.http.running, 2);
    simulation.http.release("http://svc/right");
    simulation.settle();
    EXPECT_EQ(run->status(), "running");
    simulation.http.release("http://svc/left");
    simulation.settle();
    EXPECT_EQ(run->result(), R"({"both":400})");
}

TEST(GraphSemantics, FalseWhenSkipsTheNodeAndKillsItsPath) {
    Simulation simulation;
    const auto run = simulation.finish(R"(
name: skip
nodes:
  begin: {type: core.set, with: {n: 1}}
  maybe: {type: test.count, needs: begin, when: "${nodes.begin.n > 1}", with: {name: maybe}}
  behind: {type: test.count, needs: maybe, with: {name: behind}}
  beside: {type: test.count, needs: begin, with: {name: beside}}
  last: {type: test.count, needs: [behind, beside], with: {name: last}}
)");
    EXPECT_EQ(run->status(), "succeeded");
    EXPECT_EQ(simulation.nodes.runs, (std::map<std::string, int>{{"beside", 1}, {"last", 1}}));
    EXPECT_THAT(simulation.words(*run), Contains("node.skipped maybe"));
    const Timeline timeline(*run->execution->program,
                            simulation.run(simulation.store.journal(run->execution->id)));
    std::map<std::string, std::string> statuses;
    for (const auto& node : timeline.runs())
        statuses[run->execution->program->node_id(node.node)] = std::string(to_word(node.status));
    EXPECT_EQ(statuses.at("maybe"), "skipped");
    EXPECT_EQ(statuses.at("behind"), "skipped");
    EXPECT_EQ(statuses.at("last"), "succeeded");
}

TEST(GraphSemantics, WhenThatCannotBeEvaluatedFailsTheNode) {
    Simulation simulation;
    const auto run = simulation.finish(R"(
name: bad-when
nodes: [{id: one, type: core.set, when: "${input.a.b.c > 1}"}]
)");
    EXPECT_EQ(run->status(), "failed");
    EXPECT_FALSE(run->error_code().empty());
}

TEST(GraphSemantics, ErrorEdgeGetsTheError) {
    Simulation simulation;
    simulation.http.reply("http://svc/a", 404, R"({"why":"gone"})");
    const auto run = simulation.finish(R"(
name: caught
nodes:
  call: {type: http.request, with: {url: "http://svc/a"}, next: {success: fine, error: note}}
  fine: {type: test.count, with: {name: fine}}
  note: {type: core.set, with: {code: "${error.code}", status: "${error.details.status}", node: "${error.node}"}}
)");
    EXPECT_EQ(run->status(), "succeeded");
    EXPECT_EQ(run->result(), R"({"code":"http_status","status":404,"node":"call"})");
    EXPECT_EQ(simulation.nodes.runs.count("fine"), 0u);
}

TEST(GraphSemantics, StopCancelsWhatRunsBesideAFailure) {
    Simulation simulation;
    simulation.http.hold("http://svc/slow");
    const auto run = simulation.finish(R"(
name: stop
nodes:
  slow: {type: http.request, with: {url: "http://svc/slow"}}
  nap: {type: flow.delay, with: {duration: 1h}}
  bad: {type: core.fail, needs: tick, with: {code: broken}}
  tick: {type: flow.delay, with: {duration: 1s}}
)");
    EXPECT_EQ(simulation.http.running, 1);
    simulation.advance(1s);
    EXPECT_EQ(run->status(), "failed");
    EXPECT_EQ(run->error_code(), "broken");
    EXPECT_EQ(simulation.http.cancelled, 1);
    EXPECT_EQ(simulation.timers.size(), 0u);
    const auto words = simulation.words(*run);
    EXPECT_THAT(words, Contains("node.cancelled slow"));
    EXPECT_THAT(words, Contains("node.cancelled nap"));
    EXPECT_EQ(words.back(), "execution.ended");
    EXPECT_EQ(run->ended, 1);
}

TEST(GraphSemantics, ContinueKillsOnlyThePathOfTheFailure) {
    Simulation simulation;
    const auto run = simulation.finish(R"(
name: go-on
nodes:
  bad: {type: core.fail}
  after: {type: test.count, needs: bad, with: {name: after}}
  good: {type: test.count, with: {name: good}}
  join: {type: test.count, needs: [after, good], with: {name: join}}
settings: {on_error: continue}
)");
    EXPECT_EQ(run->status(), "succeeded");
    EXPECT_EQ(simulation.nodes.runs, (std::map<std::string, int>{{"good", 1}, {"join", 1}}));
}

TEST(GraphSemantics, WithoutAnOutputTheLastPathsEndIsTheResult) {
    Simulation simulation;
    simulation.http.delay("http://svc/slow", 2s);
    simulation.http.delay("http://svc/fast", 1s);
    const auto run = simulation.finish(R"(
name: last
nodes:
  slow: {type: http.request, with: {url: "http://svc/slow"}}
  fast: {type: http.request, with: {url: "http://svc/fast"}}
)");
    simulation.advance(2s);
    EXPECT_EQ(run->execution->state.result().as_object().at("body"),
              (Value{{"url", "http://svc/slow"}}));
}

TEST(GraphSemantics, OutputIsATemplateOfTheWhole) {
    Simulation simulation;
    const auto run = simulation.finish(R"(
name: out
nodes: [{id: one, type: core.set, with: {n: 20}}]
output: {twice: "${nodes.one.n * 2}", flow: "${flow.name}", who: "${input.who}", by: "${trigger.type}"}
)",
                                       Object{{"who", "Ada"}});
    EXPECT_EQ(run->result(), R"({"twice":40,"flow":"out","who":"Ada","by":"manual"})");
}

TEST(GraphSemantics, OutputThatCannotBeEvaluatedFailsTheExecution) {
    Simulation simulation;
    const auto run = simulation.finish(R"(
name: out
nodes: [{id: one, type: test.count, with: {name: one}}]
output: "${nodes.one.missing.deeper}"
)");
    EXPECT_EQ(run->status(), "failed");
    EXPECT_EQ(run->ended, 1);
    EXPECT_EQ(std::string(run->execution->state.error().as_object().at("message").as_string())
                  .substr(0, 8),
              "output: ");
    EXPECT_EQ(simulation.nodes.runs.at("one"), 1);
}

TEST(GraphSemantics, AnyJoinRunsOnceForEachToken) {
    Simulation simulation;
    simulation.finish(R"(
name: tokens
nodes:
  a: {type: core.set}
  b: {type: core.set}
  each: {type: test.count, join: any, needs: [a, b], with: {name: each}}
)");
    EXPECT_EQ(simulation.nodes.runs.at("each"), 2);
}

TEST(GraphSemantics, EffectThatEndsAtOnceIsAnEffectLikeOthers) {
    Simulation simulation;
    const auto run = simulation.finish(R"(
name: instant
nodes:
  - {id: first, type: test.instant, with: {name: first, value: 1}}
  - {id: second, type: test.instant, with: {name: second, value: "${nodes.first.value + 1}"}}
)");
    EXPECT_EQ(run->result(), R"({"name":"second","value":2})");
    EXPECT_TRUE(run->execution->children.empty()) << "an effect that is over runs no longer";
    EXPECT_EQ(run->ended, 1);
}

TEST(GraphSemantics, ExceptionOfAnEffectFailsItsNodeOnly) {
    Simulation simulation;
    simulation.nodes.on_instant = [](const NodeContext&) {
        throw std::runtime_error("bug in a node");
    };
    const auto run =
        simulation.finish("name: bug\nnodes: [{id: one, type: test.instant, with: {name: one}}]");
    EXPECT_EQ(run->status(), "failed");
    EXPECT_EQ(run->error_code(), "internal_error");
}

}  // namespace
}  // namespace sluice::testing
