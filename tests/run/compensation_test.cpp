// Compensation: what has succeeded is undone, newest first, when its execution does not succeed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/run/after_crash.hpp"

namespace sluice::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* booking = R"(
name: booking
nodes:
  - id: flight
    type: http.request
    with: {method: POST, url: "http://svc/flight"}
    compensate: {type: http.request, with: {method: DELETE, url: "http://svc/flight/${nodes.flight.status}"}, retry: {attempts: 3, delay: 1m}}
  - id: hotel
    type: http.request
    with: {method: POST, url: "http://svc/hotel"}
    compensate: {nodes: {undo: {type: http.request, with: {method: DELETE, url: "http://svc/undo-hotel"}}}}
  - {id: card, type: http.request, with: {method: POST, url: "http://svc/card"}}
)";

std::vector<std::string> urls(const Simulation& simulation) {
    std::vector<std::string> list;
    for (const auto& request : simulation.http.requests) list.push_back(request.url);
    return list;
}

std::string outcome(const Watched& run) {
    const auto& error = run.execution->state.error();
    if (!error.is_object() || !error.at("details").is_object()) return "";
    const auto* const told = error.at("details").get_object().if_contains("compensation");
    return told == nullptr ? "" : to_json(*told);
}

TEST(Compensation, UndoesTheNewestFirstWhenTheExecutionFails) {
    Simulation simulation;
    simulation.http.reply("http://svc/card", 402);
    const auto run = simulation.finish(booking);
    EXPECT_EQ(run->status(), "failed");
    EXPECT_EQ(run->error_code(), "http_status") << "its error is that of the node";
    EXPECT_THAT(urls(simulation),
                ElementsAre("http://svc/flight", "http://svc/hotel", "http://svc/card",
                            "http://svc/undo-hotel", "http://svc/flight/200"));
    EXPECT_EQ(outcome(*run),
              R"({"outcome":"compensated","compensated":["flight","hotel"],"failed":[]})");
}

TEST(Compensation, LeavesASuccessAlone) {
    Simulation simulation;
    EXPECT_EQ(simulation.finish(booking)->status(), "succeeded");
    EXPECT_EQ(simulation.http.requests.size(), 3u);
}

TEST(Compensation, RunsWhenTheExecutionIsCancelled) {
    Simulation simulation;
    simulation.http.hold("http://svc/hotel");
    const auto run = simulation.finish(booking);
    simulation.engine.cancel(*run->execution);
    simulation.settle();
    EXPECT_EQ(run->status(), "cancelled");
    EXPECT_EQ(simulation.http.calls("http://svc/flight/200"), 1u);
    EXPECT_EQ(simulation.http.calls("http://svc/undo-hotel"), 0u) << "it had not succeeded";
}

TEST(Compensation, HasRetriesOfItsOwnAndSaysWhatItCouldNotUndo) {
    Simulation simulation;
    simulation.http.reply("http://svc/card", 402);
    simulation.http.reply("http://svc/undo-hotel", 404);
    simulation.http.reply("http://svc/flight/200", 503);
    const auto run = simulation.finish(booking);
    EXPECT_EQ(run->status(), "running");
    simulation.advance(1min);
    EXPECT_EQ(run->status(), "failed");
    EXPECT_EQ(simulation.http.calls("http://svc/flight/200"), 2u);
    EXPECT_THAT(outcome(*run), HasSubstr(R"("outcome":"compensation_failed")"));
    EXPECT_THAT(outcome(*run), HasSubstr(R"("compensated":["flight"])"));
    EXPECT_THAT(outcome(*run), HasSubstr(R"({"node":"hotel")"));
}

TEST(Compensation, UndoesEachIterationWithItsOwnItem) {
    Simulation simulation;
    simulation.http.reply("http://svc/last", 500);
    const auto run = simulation.finish(R"(
name: seats
nodes:
  seats:
    type: flow.each
    with: {items: [a, b], max_parallel: 1}
    nodes:
      seat:
        type: core.set
        with: {number: "${index + 10}"}
        compensate: {type: http.request, with: {method: DELETE, url: "http://svc/${item}/${nodes.seat.number}"}}
    next: last
  last: {type: http.request, with: {url: "http://svc/last"}}
)");
    EXPECT_EQ(run->status(), "failed");
    EXPECT_THAT(urls(simulation),
                ElementsAre("http://svc/last", "http://svc/b/11", "http://svc/a/10"));
}

TEST(Compensation, BelongsToOneItemUnderForeach) {
    Simulation simulation;
    simulation.http.reply("http://svc/last", 500);
    simulation.finish(R"(
name: seats
nodes:
  seat:
    type: core.set
    foreach: [a, b]
    with: {name: "${item}"}
    compensate: {type: http.request, with: {method: DELETE, url: "http://svc/${item}"}}
    next: last
  last: {type: http.request, with: {url: "http://svc/last"}}
)");
    EXPECT_THAT(urls(simulation), ElementsAre("http://svc/last", "http://svc/b", "http://svc/a"));
}

TEST(Compensation, IsNotForWhatAHandlerHasCaught) {
    Simulation simulation;
    simulation.http.reply("http://svc/bad", 500);
    const auto run = simulation.finish(R"(
name: caught
nodes:
  safe:
    type: flow.try
    nodes:
      - {id: a, type: core.set, with: {}, compensate: {type: http.request, with: {url: "http://svc/undo"}}}
      - {id: bad, type: http.request, with: {url: "http://svc/bad"}}
    catch: {"*": {nodes: {note: {type: core.set, with: {}}}}}
)");
    EXPECT_EQ(run->status(), "succeeded");
    EXPECT_EQ(simulation.http.calls("http://svc/undo"), 0u);
}

TEST(Compensation, CancelsItsOtherNodesWhenOneFails) {
    Simulation simulation;
    simulation.http.reply("http://svc/bad", 404);
    simulation.http.reply("http://svc/undo", 404);
    simulation.http.hold("http://svc/slow");
    const auto run = simulation.finish(R"(
name: two
nodes:
  - id: a
    type: core.set
    compensate:
      nodes:
        undo: {type: http.request, with: {url: "http://svc/undo"}}
        slow: {type: http.request, with: {url: "http://svc/slow"}}
        nap: {type: flow.delay, with: {duration: 1h}}
  - {id: bad, type: http.request, with: {url: "http://svc/bad"}}
)");
    EXPECT_EQ(run->status(), "failed");
    EXPECT_THAT(outcome(*run), HasSubstr("compensation_failed"));
}

TEST(Compensation, EndsWithAKill) {
    Simulation simulation;
    simulation.http.reply("http://svc/card", 402);
    simulation.http.hold("http://svc/undo-hotel");
    const auto run = simulation.finish(booking);
    EXPECT_EQ(run->status(), "running");
    simulation.engine.scheduler().kill(*run->execution, "enough");
    simulation.settle();
    EXPECT_EQ(run->status(), "failed");
    EXPECT_THAT(outcome(*run), HasSubstr("compensation_failed"));
}

TEST(Compensation, IsReadWithItsPath) {
    Simulation simulation;
    simulation.http.reply("http://svc/card", 402);
    const auto run = simulation.finish(booking);
    const auto journal = simulation.run(simulation.store.journal(run->execution->id));
    const Timeline timeline(*run->execution->program, journal);
    std::vector<std::string> paths;
    for (const auto& node : timeline.runs()) paths.push_back(node.path);
    EXPECT_THAT(paths, ElementsAre("flight", "hotel", "card", "undo", "flight.compensate"));
}

TEST(Compensation, RefusesEdgesAndWhatIsNoNode) {
    Simulation simulation;
    const auto problems = [&](const std::string& compensation) {
        const auto compiled = simulation.engine.compile(
            "name: a\nnodes: {x: {type: core.set, compensate: " + compensation + "}}");
        return compiled ? std::string() : to_json(compiled.error().details);
    };
    EXPECT_THAT(problems("{type: core.set, next: x}"), HasSubstr("unknown_key"));
    EXPECT_THAT(problems("{type: no.such}"), HasSubstr("unknown_node_type"));
    EXPECT_THAT(problems("{}"), HasSubstr("missing_key"));
    EXPECT_THAT(problems("undo"), HasSubstr("wrong_type"));
    EXPECT_THAT(problems("{nodes: {u: {type: core.set, compensate: {type: core.set}}}}"),
                HasSubstr("compensation_of_compensation"));
    EXPECT_THAT(problems("{type: core.set, with: {v: \"${nodes.x}\"}}"), IsEmpty());
}

}  // namespace
}  // namespace sluice::testing
