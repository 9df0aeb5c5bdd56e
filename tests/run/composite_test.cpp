// Composite nodes: loops, branches, handlers, and how they end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/run/after_crash.hpp"

namespace sluice::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string each(const std::string& with, const std::string& body, const std::string& more = "") {
    return "name: each\nnodes:\n  all:\n    type: flow.each\n    with: " + with + "\n    nodes:\n" +
           body + more;
}

const std::string double_it = "      twice: {type: core.set, with: {n: \"${item * 2}\"}}\n";
const std::string call_it =
    "      call: {type: http.request, with: {url: \"http://svc/${item}\"}}\n";

TEST(Each, PutsTheResultsInTheOrderOfTheItems) {
    Simulation simulation;
    const auto run = simulation.finish(each("{items: [1, 2, 3]}", double_it));
    EXPECT_EQ(run->status(), "succeeded") << to_json(run->execution->state.error());
    EXPECT_EQ(run->result(),
              R"({"results":[{"n":2},{"n":4},{"n":6}],"count":3,"failed":0,"errors":[]})");
}

TEST(Each, TakesWhatAnExpressionSaysAsTheResult) {
    Simulation simulation;
    const auto run = simulation.finish(
        each("{items: [1, 2]}", double_it, "    output: \"${nodes.twice.n + index}\"\n"));
    EXPECT_EQ(run->result(), R"({"results":[2,5],"count":2,"failed":0,"errors":[]})");
}

TEST(Each, RunsOverTheMembersOfAnObjectAndInBatches) {
    Simulation simulation;
    EXPECT_EQ(simulation
                  .finish(each("{items: {a: 1, b: 2}}",
                               "      see: {type: core.set, with: {v: \"${item}\"}}\n",
                               "    output: \"${item.key + item.value}\"\n"))
                  ->result(),
              R"({"results":["a1","b2"],"count":2,"failed":0,"errors":[]})");
    EXPECT_EQ(simulation
                  .finish(each("{items: [1, 2, 3], batch: 2}",
                               "      see: {type: core.set, with: {v: \"${item}\"}}\n"))
                  ->result(),
              R"({"results":[{"v":[1,2]},{"v":[3]}],"count":2,"failed":0,"errors":[]})");
}

TEST(Each, OfNothingSucceedsAtOnce) {
    Simulation simulation;
    EXPECT_EQ(simulation.finish(each("{items: []}", double_it))->result(),
              R"({"results":[],"count":0,"failed":0,"errors":[]})");
}

TEST(Each, CallsAllAtOnceUnlessToldOtherwise) {
    Simulation simulation;
    for (const auto* url : {"http://svc/1", "http://svc/2", "http://svc/3", "http://svc/4"})
        simulation.http.delay(url, 1s);
    const auto all = simulation.finish(each("{items: [1, 2, 3, 4]}", call_it));
    simulation.advance(1s);
    EXPECT_EQ(all->status(), "succeeded");
    EXPECT_EQ(simulation.http.most_running, 4);
    simulation.http.most_running = 0;
    const auto two = simulation.finish(each("{items: [1, 2, 3, 4], max_parallel: 2}", call_it));
    simulation.advance(1s);
    EXPECT_EQ(two->status(), "running");
    simulation.advance(1s);
    EXPECT_EQ(two->status(), "succeeded");
    EXPECT_EQ(simulation.http.most_running, 2);
}

TEST(Each, StopsAtTheFirstFailureAndCancelsTheOthers) {
    Simulation simulation;
    simulation.http.hold("http://svc/1");
    simulation.http.reply("http://svc/2", 500);
    const auto run = simulation.finish(each("{items: [1, 2]}", call_it));
    EXPECT_EQ(run->status(), "failed");
    EXPECT_EQ(run->error_code(), "http_status");
    EXPECT_EQ(simulation.http.cancelled, 1);
    EXPECT_THAT(to_json(run->execution->state.error()), HasSubstr("all[1].call: "));
    EXPECT_THAT(simulation.words(*run), Contains("node.cancelled call"));
}

TEST(Each, CancelsAlsoWhatASuccessDuringTheCancellationMadeReady) {
    Simulation simulation;
    simulation.http.delay("http://svc/1", 1s);
    simulation.http.delay("http://svc/2", 1s);
    simulation.http.reply("http://svc/1", 500);
    const auto run = simulation.finish(
        each("{items: [1, 2]}",
             "      call: {type: http.request, with: {url: \"http://svc/${item}\"}, next: after}\n"
             "      after: {type: test.count, with: {name: after}}\n"));
    simulation.advance(1s);
    EXPECT_EQ(run->status(), "failed");
    EXPECT_EQ(run->error_code(), "http_status");
}

TEST(Each, CollectsFailuresWhenAsked) {
    Simulation simulation;
    simulation.http.reply("http://svc/2", 500);
    const auto run = simulation.finish(each("{items: [1, 2], on_error: collect}", call_it,
                                            "    output: \"${nodes.call.status}\"\n"));
    EXPECT_EQ(run->status(), "succeeded");
    EXPECT_THAT(run->result(), HasSubstr(R"("results":[200,null],"count":2,"failed":1)"));
    EXPECT_THAT(run->result(), HasSubstr(R"("index":1)"));
}

TEST(Each, RefusesWhatIsNoList) {
    Simulation simulation;
    const auto run =
        simulation.finish(each("{items: \"${input.n}\"}", double_it), Object{{"n", 3}});
    EXPECT_EQ(run->status(), "failed");
    EXPECT_EQ(run->error_code(), "invalid_parameters");
    Simulation::Setup few;
    few.limits.iterations = 2;
    Simulation bounded(few);
    EXPECT_EQ(bounded.finish(each("{items: [1, 2, 3]}", double_it))->error_code(),
              "too_many_items");
}

TEST(Each, NestsAndSeesWhatIsAround) {
    Simulation simulation;
    const auto run = simulation.finish(R"(
name: nested
nodes:
  base: {type: core.set, with: {add: 100}, next: outer}
  outer:
    type: flow.each
    with: {items: [[1, 2], [3]]}
    nodes:
      inner:
        type: flow.each
        with: {items: "${item}"}
        nodes: {sum: {type: core.set, with: {n: "${item + nodes.base.add}"}}}
        output: "${nodes.sum.n}"
    output: "${nodes.inner.results}"
output: "${nodes.outer.results}"
)");
    EXPECT_EQ(run->status(), "succeeded") << to_json(run->execution->state.error());
    EXPECT_EQ(run->result(), "[[101,102],[103]]");
}

TEST(Each, IsWrittenShortAsForeach) {
    Simulation simulation;
    const auto run = simulation.finish(
        "name: short\nnodes:\n  twice: {type: core.set, foreach: [1, 2], with: {n: \"${item * "
        "2}\"}, "
        "next: after}\n  after: {type: core.set, with: {all: \"${nodes.twice.results}\"}}\n");
    EXPECT_EQ(run->result(), R"({"all":[{"n":2},{"n":4}]})");
}

TEST(Each, ShowsEveryRunWithItsPath) {
    Simulation simulation;
    const auto run = simulation.finish(each("{items: [1, 2]}", double_it));
    const auto journal = simulation.run(simulation.store.journal(run->execution->id));
    const Timeline timeline(*run->execution->program, journal);
    std::vector<std::string> paths;
    for (const auto& node : timeline.runs()) paths.push_back(node.path);
    EXPECT_THAT(paths, ElementsAre("all", "all[0].twice", "all[1].twice"));
}

TEST(Each, RunsTenThousandPureIterations) {
    Simulation simulation;
    Array items;
    for (int at = 0; at < 10'000; ++at) items.emplace_back(at);
    const auto run = simulation.finish(
        each("{items: \"${input.items}\"}", double_it, "output: \"${nodes.all.results.length}\"\n"),
        Object{{"items", std::move(items)}});
    EXPECT_EQ(run->status(), "succeeded") << to_json(run->execution->state.error());
    EXPECT_EQ(run->result(), "10000");
}

TEST(Each, BeginsAgainUnderRetryWithIterationsOfItsOwn) {
    Simulation simulation;
    simulation.http.reply("http://svc/2", 500);
    const auto run = simulation.finish(
        each("{items: [1, 2]}", call_it, "    retry: {attempts: 2, delay: 1s}\n"));
    EXPECT_EQ(run->status(), "waiting");
    simulation.advance(1s);
    EXPECT_EQ(run->status(), "succeeded");
    EXPECT_EQ(simulation.http.calls("http://svc/1"), 2u);
}

TEST(Each, EndsByItsTimeout) {
    Simulation simulation;
    simulation.http.hold("http://svc/1");
    const auto run = simulation.finish(each("{items: [1]}", call_it, "    timeout: 5s\n"));
    simulation.advance(4s);
    EXPECT_EQ(run->status(), "running");
    simulation.advance(1s);
    EXPECT_EQ(run->status(), "failed");
    EXPECT_EQ(run->error_code(), "node_timeout");
    EXPECT_EQ(simulation.http.cancelled, 1);
}

TEST(Each, GoesOnWhereACrashLeftIt) {
    Simulation before;
    before.http.hold("http://svc/2");
    const std::string source =
        each("{items: [1, 2, 3]}", call_it, "    output: \"${nodes.call.status}\"\n");
    const auto run = before.finish(source);
    EXPECT_EQ(run->status(), "running");
    Simulation next(after(before, before.commits(), source, 1s));
    next.run(load_and_recover(next.engine));
    next.settle();
    const auto chunks = next.run(next.store.journal(run->execution->id));
    const Timeline timeline(*run->execution->program, chunks);
    EXPECT_EQ(to_json(timeline.state().result()),
              R"({"results":[200,200,200],"count":3,"failed":0,"errors":[]})");
    EXPECT_EQ(next.http.calls("http://svc/1"), 0u) << "what has ended is not repeated";
    EXPECT_EQ(next.http.calls("http://svc/2"), 1u);
    before.http.release("http://svc/2");
}

TEST(Loop, WhileAsksBeforeEachIteration) {
    Simulation simulation;
    const std::string source = R"(
name: count
nodes:
  count:
    type: flow.while
    with: {condition: "${item < input.to}", initial: 0}
    nodes: {add: {type: core.set, with: {n: "${item + 1}"}}}
    output: "${nodes.add.n}"
output: "${nodes.count}"
)";
    EXPECT_EQ(simulation.finish(source, Object{{"to", 3}})->result(),
              R"({"result":3,"iterations":3})");
}

TEST(Loop, UntilAsksAfterEachIteration) {
    Simulation simulation;
    for (int at = 0; at < 2; ++at) simulation.http.reply("http://svc/", 200, R"({"ready":false})");
    simulation.http.reply("http://svc/", 200, R"({"ready":true})");
    const auto run = simulation.finish(R"(
name: poll
nodes:
  poll:
    type: flow.until
    with: {condition: "${nodes.ask.body.ready}", max_iterations: 5}
    nodes:
      - {id: ask, type: http.request, with: {url: "http://svc/"}}
      - {id: pause, type: flow.delay, with: {duration: 10s}}
output: "${nodes.poll.iterations}"
)");
    EXPECT_EQ(run->status(), "waiting") << to_json(run->execution->state.error());
    simulation.advance(30s);
    EXPECT_EQ(run->status(), "succeeded");
    EXPECT_EQ(run->result(), "3");
}

TEST(Loop, IsBounded) {
    Simulation simulation;
    const auto run = simulation.finish(R"(
name: forever
nodes:
  spin:
    type: flow.until
    with: {condition: false, max_iterations: 4}
    nodes: {one: {type: test.count, with: {name: one}}}
)");
    EXPECT_EQ(run->error_code(), "max_iterations_reached");
    EXPECT_EQ(simulation.nodes.runs["one"], 4);
}

std::string parallel(const std::string& with) {
    return "name: side\nnodes:\n  side:\n    type: flow.parallel\n    with: " + with +
           R"(
    branches:
      a: {nodes: {first: {type: http.request, with: {url: "http://svc/a"}}}, output: "${nodes.first.status}"}
      b: {nodes: {second: {type: http.request, with: {url: "http://svc/b"}}}, output: "${nodes.second.status}"}
      c: {nodes: {third: {type: http.request, with: {url: "http://svc/c"}}}, output: "${nodes.third.status}"}
)";
}

TEST(Parallel, WaitsForAll) {
    Simulation simulation;
    const auto run = simulation.finish(parallel("{}"));
    EXPECT_EQ(run->result(), R"({"results":{"a":200,"b":200,"c":200},"errors":{},"first":"a"})");
}

TEST(Parallel, AnyTakesTheFirstThatSucceedsAndCancelsTheOthers) {
    Simulation simulation;
    simulation.http.reply("http://svc/a", 500);
    simulation.http.delay("http://svc/b", 1s);
    simulation.http.hold("http://svc/c");
    const auto run = simulation.finish(parallel("{wait: any}"));
    simulation.advance(1s);
    EXPECT_EQ(run->status(), "succeeded");
    EXPECT_THAT(run->result(), HasSubstr(R"("results":{"b":200})"));
    EXPECT_THAT(run->result(), HasSubstr(R"("first":"b")"));
    EXPECT_EQ(simulation.http.cancelled, 1);
}

TEST(Parallel, RaceTakesTheFirstThatEndsWhateverItIs) {
    Simulation simulation;
    simulation.http.hold("http://svc/a");
    simulation.http.reply("http://svc/b", 500);
    simulation.http.delay("http://svc/b", 1s);
    simulation.http.delay("http://svc/c", 2s);
    const auto run = simulation.finish(parallel("{wait: race}"));
    simulation.advance(1s);
    EXPECT_EQ(run->error_code(), "http_status");
    EXPECT_EQ(simulation.http.cancelled, 2);
}

TEST(Parallel, NOfThemAreEnough) {
    Simulation simulation;
    simulation.http.hold("http://svc/a");
    const auto run = simulation.finish(parallel("{wait: 2}"));
    EXPECT_EQ(run->status(), "succeeded");
    EXPECT_THAT(run->result(), HasSubstr(R"("results":{"b":200,"c":200})"));
    simulation.http.reply("http://svc/b", 500);
    simulation.http.reply("http://svc/c", 500);
    EXPECT_EQ(simulation.finish(parallel("{wait: 2}"))->status(), "failed") << "two cannot succeed";
}

std::string attempt(const std::string& more, const std::string& code = "http_5xx") {
    return R"(
name: attempt
nodes:
  safe:
    type: flow.try
    nodes: {call: {type: http.request, with: {url: "http://svc/"}}}
    catch:
      )" + code +
           R"(: {nodes: {rescue: {type: core.set, with: {was: "${error.code}"}}}}
    finally: {nodes: {tidy: {type: http.request, with: {url: "http://svc/tidy"}}}}
)" + more;
}

TEST(Try, CatchesWhatItNamesAndTidiesUp) {
    Simulation simulation;
    simulation.http.reply("http://svc/", 503);
    const auto run = simulation.finish(
        attempt("    next: {success: fine, caught: rescued}\n"
                "  fine: {type: core.set, with: {end: fine}}\n"
                "  rescued: {type: core.set, with: {end: \"${nodes.safe.result.was}\"}}\n"));
    EXPECT_EQ(run->status(), "succeeded") << to_json(run->execution->state.error());
    EXPECT_EQ(run->result(), R"({"end":"http_status"})");
    EXPECT_EQ(simulation.http.calls("http://svc/tidy"), 1u);
}

TEST(Try, LetsOtherErrorsThroughAfterItHasTidiedUp) {
    Simulation simulation;
    simulation.http.reply("http://svc/", 404);
    const auto run = simulation.finish(attempt(""));
    EXPECT_EQ(run->status(), "failed");
    EXPECT_EQ(run->error_code(), "http_status");
    EXPECT_EQ(simulation.http.calls("http://svc/tidy"), 1u);
}

TEST(Try, TidiesUpWhenAllIsWell) {
    Simulation simulation;
    const auto run = simulation.finish(attempt("output: \"${nodes.safe.error}\"\n"));
    EXPECT_EQ(run->result(), "null");
    EXPECT_EQ(simulation.http.calls("http://svc/tidy"), 1u);
}

TEST(Try, TidiesUpWhenTheExecutionIsCancelled) {
    Simulation simulation;
    simulation.http.hold("http://svc/");
    const auto run = simulation.finish(attempt(""));
    EXPECT_EQ(run->status(), "running");
    simulation.engine.cancel(*run->execution);
    simulation.settle();
    EXPECT_EQ(run->status(), "cancelled");
    EXPECT_EQ(simulation.http.cancelled, 1);
    EXPECT_EQ(simulation.http.calls("http://svc/tidy"), 1u);
    EXPECT_EQ(run->ended, 1);
}

TEST(Try, TidiesUpAfterACrashInTheMiddleOfIt) {
    Simulation before;
    before.http.hold("http://svc/");
    before.http.hold("http://svc/tidy");
    const auto run = before.finish(attempt(""));
    before.engine.cancel(*run->execution);
    before.settle();
    EXPECT_EQ(before.http.calls("http://svc/tidy"), 1u);
    EXPECT_EQ(run->status(), "running") << "it is still tidying up";
    Simulation next(after(before, before.commits(), attempt(""), 1s));
    next.run(load_and_recover(next.engine));
    next.settle();
    const auto chunks = next.run(next.store.journal(run->execution->id));
    const Timeline timeline(*run->execution->program, chunks);
    EXPECT_EQ(timeline.state().status(), ExecutionStatus::cancelled);
    EXPECT_EQ(next.http.calls("http://svc/tidy"), 1u);
    EXPECT_EQ(next.http.calls("http://svc/"), 0u);
    before.http.release("http://svc/tidy");
}

TEST(Try, IsKilledWhenTidyingUpTakesTooLong) {
    Simulation::Setup setup;
    setup.limits.cleanup_bound = 60s;
    Simulation simulation(setup);
    simulation.http.hold("http://svc/");
    simulation.http.hold("http://svc/tidy");
    const auto run = simulation.finish(attempt(""));
    simulation.engine.cancel(*run->execution);
    simulation.advance(59s);
    EXPECT_EQ(run->status(), "running");
    simulation.advance(1s);
    EXPECT_EQ(run->status(), "cancelled");
}

TEST(Return, EndsTheExecutionFromWithinALoop) {
    Simulation simulation;
    simulation.http.hold("http://svc/slow");
    const auto run = simulation.finish(R"(
name: search
nodes:
  slow: {type: http.request, with: {url: "http://svc/slow"}}
  all:
    type: flow.each
    with: {items: [1, 2, 3], max_parallel: 1}
    nodes:
      - {id: see, type: test.count, with: {name: see}}
      - {id: nap, type: flow.delay, with: {duration: 1s}}
      - {id: found, type: flow.return, when: "${item === 2}", with: {result: "${item}"}}
)");
    simulation.advance(2s);
    EXPECT_EQ(run->status(), "succeeded");
    EXPECT_EQ(run->result(), "2");
    EXPECT_EQ(simulation.nodes.runs["see"], 2);
    EXPECT_EQ(simulation.http.cancelled, 1);
}

TEST(Vars, AreSetEverywhereAndReadEverywhere) {
    Simulation simulation;
    const auto run = simulation.finish(R"(
name: vars
vars: {sum: 0}
nodes:
  - id: all
    type: flow.each
    with: {items: [1, 2, 3]}
    nodes: {add: {type: vars.set, with: {sum: "${vars.sum + item}"}}}
output: "${vars.sum}"
)");
    EXPECT_EQ(run->result(), "6");
}

TEST(Composite, WaitsInPeopleAndSignalsLikeEverythingElse) {
    Simulation simulation;
    const auto run = simulation.finish(each(
        "{items: [1, 2]}", "      wait: {type: flow.delay, with: {duration: \"${item}h\"}}\n"));
    EXPECT_EQ(run->status(), "waiting");
    simulation.advance(1h);
    EXPECT_EQ(run->status(), "waiting");
    simulation.advance(1h);
    EXPECT_EQ(run->status(), "succeeded");
}

TEST(Composite, PausesAndGoesOn) {
    Simulation simulation;
    simulation.http.hold("http://svc/1");
    const auto run = simulation.finish(each("{items: [1, 2], max_parallel: 1}", call_it));
    ASSERT_TRUE(simulation.engine.scheduler().pause(*run->execution, "look"));
    simulation.http.release("http://svc/1");
    simulation.settle();
    EXPECT_EQ(run->status(), "paused");
    EXPECT_EQ(simulation.http.calls("http://svc/2"), 0u);
    ASSERT_TRUE(simulation.engine.scheduler().resume(*run->execution, "go on"));
    simulation.settle();
    EXPECT_EQ(run->status(), "succeeded");
}

TEST(Composite, IsCancelledWithEverythingInIt) {
    Simulation simulation;
    simulation.http.hold("http://svc/1");
    const auto run = simulation.finish(each("{items: [1, 2]}", call_it));
    simulation.engine.cancel(*run->execution);
    simulation.settle();
    EXPECT_EQ(run->status(), "cancelled");
    EXPECT_EQ(simulation.http.cancelled, 1);
    EXPECT_THAT(simulation.words(*run), Contains("node.cancelled all"));
}

TEST(Composite, FailsItsFrameUnlessAnEdgeTakesTheError) {
    Simulation simulation;
    simulation.http.reply("http://svc/1", 500);
    const auto run = simulation.finish(each(
        "{items: [1]}",
        "      call: {type: http.request, with: {url: \"http://svc/1\"}, next: {error: mend}}\n"
        "      mend: {type: core.set, with: {code: \"${error.code}\"}}\n"));
    EXPECT_EQ(run->status(), "succeeded");
    EXPECT_THAT(run->result(), HasSubstr(R"("results":[{"code":"http_status"}])"));
}

TEST(Composite, KeepsLargeResultsOutOfTheJournal) {
    Simulation simulation;
    const auto run = simulation.finish(each(
        "{items: [1, 2]}", "      big: {type: core.set, with: {text: \"${'x'.repeat(100000)}\"}}\n",
        "output: \"${nodes.all.results[1].text.length}\"\n"));
    EXPECT_EQ(run->status(), "succeeded") << to_json(run->execution->state.error());
    EXPECT_EQ(run->result(), "100000");
}

TEST(Composite, CarriesLargeResultsFromIterationToIteration) {
    Simulation simulation;
    const auto run = simulation.finish(R"(
name: grow
nodes:
  grow:
    type: flow.while
    with: {condition: "${item.length < 300000}", initial: "x"}
    nodes:
      - {id: nap, type: flow.delay, with: {duration: 1h}}
      - {id: more, type: core.set, with: {text: "${item + 'y'.repeat(100000)}"}}
    output: "${nodes.more.text}"
output: "${nodes.grow.result.length}"
)");
    simulation.advance(10h);
    EXPECT_EQ(run->status(), "succeeded") << to_json(run->execution->state.error());
    EXPECT_EQ(run->result(), "300001");
}

TEST(Composite, ThatIsOverdueAndCleansUpLeavesMemoryAndIsNotWokenForIt) {
    Simulation::Setup setup;
    setup.limits.passivate_after = 10ms;
    Simulation simulation(setup);
    simulation.run(load_and_recover(simulation.engine));
    const auto program = simulation.flow(R"(
name: slow
nodes:
  safe:
    type: flow.try
    timeout: 1s
    nodes: {nap: {type: flow.delay, with: {duration: 10d}}}
    finally: {nodes: {rest: {type: flow.delay, with: {duration: 1h}}}}
)");
    const Uuid id = simulation.engine.start(program, Object{}).value()->id;
    simulation.advance(30min);
    EXPECT_EQ(simulation.engine.scheduler().find(id), nullptr) << "it only waits";
    const auto restored = simulation.engine.scheduler().counters().restored;
    EXPECT_LE(restored, 1u) << "for its timeout, and not again";
    simulation.advance(31min);
    const auto chunks = simulation.run(simulation.store.journal(id));
    const Timeline timeline(*program, chunks);
    EXPECT_EQ(timeline.state().status(), ExecutionStatus::failed);
}

struct Refused {
    const char* source;
    const char* code;
};

class RefusedComposite : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedComposite, IsToldByItsCode) {
    Simulation simulation;
    const auto compiled = simulation.engine.compile(GetParam().source);
    ASSERT_FALSE(compiled);
    EXPECT_THAT(to_json(compiled.error().details), HasSubstr(GetParam().code));
}

INSTANTIATE_TEST_SUITE_P(
    , RefusedComposite,
    ::testing::Values(
        Refused{"name: a\nnodes: {x: {type: flow.each, with: {items: []}}}", "missing_key"},
        Refused{"name: a\nnodes: {x: {type: core.set, nodes: {y: {type: core.set}}}}",
                "unknown_key"},
        Refused{"name: a\nnodes: {x: {type: flow.each, with: {items: []}, nodes: {x: {type: "
                "core.set}}}}",
                "duplicate_node"},
        Refused{"name: a\nnodes: {x: {type: flow.each, with: {items: []}, nodes: {}}}", "no_nodes"},
        Refused{"name: a\nnodes: {x: {type: flow.each, with: {items: []}, nodes: {y: {type: "
                "core.set}}}, z: {type: core.set, needs: x, with: {v: \"${nodes.y.n}\"}}}",
                "node_not_visible"},
        Refused{"name: a\nnodes: {x: {type: flow.each, with: {items: []}, nodes: {y: {type: "
                "core.set}}}, z: {type: core.set, needs: y}}",
                "in another block"},
        Refused{"name: a\nnodes: {x: {type: flow.try, nodes: {y: {type: core.set}}}}",
                "missing_key"},
        Refused{"name: a\nnodes: {x: {type: flow.try, nodes: {y: {type: core.set}}, catch: {NO: "
                "{nodes: {z: {type: core.set}}}}}}",
                "invalid_catch"},
        Refused{"name: a\nnodes: {x: {type: flow.parallel, branches: {}}}", "no_nodes"},
        Refused{"name: a\nnodes: {x: {type: flow.while, with: {}, nodes: {y: {type: core.set}}}}",
                "condition"},
        Refused{"name: a\nnodes: {x: {type: core.set, foreach: 3}}", "wrong_type"}));

}  // namespace
}  // namespace sluice::testing
