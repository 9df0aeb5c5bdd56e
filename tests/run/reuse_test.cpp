#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/run/simulation.hpp"

namespace sluice::testing {
namespace {

using ::testing::ElementsAre;

constexpr const char* flow = R"(
name: f
nodes:
  - {id: a, type: http.request, with: {url: "http://svc/a"}}
  - {id: b, type: test.count, with: {name: b, n: "${input.n}"}}
  - {id: c, type: http.request, with: {url: "http://svc/503"}}
  - {id: d, type: test.count, with: {name: d}}
)";

std::shared_ptr<Watched> retry(Simulation& simulation, const Watched& old, RetryFrom from,
                               std::optional<Value> input = {}) {
    auto again = simulation.run(
        simulation.engine.retry(old.execution->id, std::move(from), std::move(input)));
    auto watched = simulation.watch(again.value());
    simulation.settle();
    return watched;
}

class RetriedExecution : public ::testing::Test {
  protected:
    RetriedExecution() {
        simulation.http.reply("http://svc/503", 503);
        old = simulation.finish(flow, Object{{"n", 1}});
        EXPECT_EQ(old->status(), "failed");
    }
    Simulation simulation;
    std::shared_ptr<Watched> old;
};

TEST_F(RetriedExecution, FromTheFailedNodesTakesTheRestOver) {
    const auto again = retry(simulation, *old, {});
    EXPECT_EQ(again->status(), "succeeded");
    EXPECT_EQ(simulation.http.requests.size(), 3u) << "a is not called again";
    EXPECT_EQ(simulation.nodes.runs["b"], 1);
    EXPECT_EQ(simulation.nodes.runs["d"], 1);
    EXPECT_NE(again->execution->state.trigger_json().find(old->execution->id.to_string()),
              std::string::npos)
        << "it is linked to the old one";
}

TEST_F(RetriedExecution, FromTheStartTakesNothingOver) {
    const auto again = retry(simulation, *old, {RetryFrom::Where::start, {}});
    EXPECT_EQ(again->status(), "succeeded");
    EXPECT_EQ(simulation.http.requests.size(), 4u);
    EXPECT_EQ(simulation.nodes.runs["b"], 2);
}

TEST_F(RetriedExecution, FromANodeWithEditedInput) {
    const auto again =
        retry(simulation, *old, {RetryFrom::Where::node, "b"}, Value(Object{{"n", 2}}));
    EXPECT_EQ(simulation.http.requests.size(), 3u);
    EXPECT_EQ(to_json(*again->execution->state.output(1)), R"({"name":"b","n":2})");
    EXPECT_EQ(again->status(), "succeeded");
}

TEST_F(RetriedExecution, IsRefusedForWhatIsNotThereOrStillRuns) {
    const auto& id = old->execution->id;
    EXPECT_EQ(
        simulation.run(simulation.engine.retry(id, {RetryFrom::Where::node, "x"}, {})).error().code,
        "node_not_found");
    EXPECT_EQ(simulation.run(simulation.engine.retry(Uuid{}, {}, {})).error().code,
              "execution_not_found");
    const auto running =
        simulation.finish("name: n\nnodes: [{id: n, type: flow.delay, with: {duration: 1h}}]");
    EXPECT_EQ(simulation.run(simulation.engine.retry(running->execution->id, {}, {})).error().code,
              "execution_running");
}

}  // namespace
}  // namespace sluice::testing
