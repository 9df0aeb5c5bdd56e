#include "engine/run/plan.hpp"

#include <gtest/gtest.h>

#include "tests/run/plan_graph.hpp"

namespace sluice::testing {
namespace {

TEST(Plan, ChainRunsInOrder) {
    Walk walk("abc", {{'a', 'b'}, {'b', 'c'}});
    EXPECT_EQ(walk.begin(), "a");
    EXPECT_EQ(walk.finish('a'), "b");
    EXPECT_EQ(walk.finish('b'), "c");
    EXPECT_FALSE(walk.done());
    EXPECT_EQ(walk.finish('c'), "");
    EXPECT_TRUE(walk.done());
}

TEST(Plan, EntriesBeginTogetherInTheirOrder) {
    Walk walk("abc", {});
    EXPECT_EQ(walk.begin(), "abc");
}

TEST(Plan, FanOutStartsInTheOrderOfTheDefinition) {
    Walk walk("adbc", {{'a', 'c'}, {'a', 'b'}, {'a', 'd'}}, "bcd");
    walk.begin();
    EXPECT_EQ(walk.finish('a'), "cbd");
}

TEST(Plan, AllWaitsForEveryEdge) {
    Walk walk("abcd", {{'a', 'b'}, {'a', 'c'}, {'b', 'd'}, {'c', 'd'}});
    walk.begin();
    EXPECT_EQ(walk.finish('a'), "bc");
    EXPECT_EQ(walk.finish('c'), "");
    EXPECT_EQ(walk.finish('b'), "d");
}

TEST(Plan, AnyStartsForEveryToken) {
    Walk walk("abcd", {{'a', 'b'}, {'a', 'c'}, {'b', 'd'}, {'c', 'd'}}, "d");
    walk.begin();
    walk.finish('a');
    EXPECT_EQ(walk.finish('c'), "d");
    EXPECT_EQ(walk.finish('b'), "d");
    EXPECT_EQ(walk.finish('d'), "");
    EXPECT_FALSE(walk.done());
    EXPECT_EQ(walk.finish('d'), "");
    EXPECT_TRUE(walk.done());
}

TEST(Plan, BranchNotTakenIsSkippedToItsEnd) {
    Walk walk("abcde", {{'a', 'b', "true"}, {'a', 'c', "false"}, {'c', 'd'}, {'d', 'e'}});
    walk.begin();
    EXPECT_EQ(walk.finish('a', "true"), "b-cde");
}

TEST(Plan, AnEdgeForAlwaysIsTakenByEveryOutcome) {
    for (const char* outcome : {"success", "error", "else"}) {
        Walk walk("abc", {{'a', 'b', always_outcome}, {'a', 'c'}});
        walk.begin();
        const std::string then = walk.finish('a', outcome);
        EXPECT_EQ(then.substr(0, 1), "b") << outcome;
    }
}

TEST(Plan, JoinBehindABranchRunsWithTheSideThatWasTaken) {
    Walk walk("abcd", {{'a', 'b', "true"}, {'a', 'c', "false"}, {'b', 'd'}, {'c', 'd'}});
    walk.begin();
    EXPECT_EQ(walk.finish('a', "false"), "c-b");
    EXPECT_EQ(walk.finish('c'), "d");
}

TEST(Plan, JoinWithoutATokenIsSkipped) {
    Walk walk("abcde", {{'a', 'b', "x"}, {'a', 'c', "y"}, {'b', 'd'}, {'c', 'd'}, {'d', 'e'}});
    walk.begin();
    EXPECT_EQ(walk.finish('a', "z"), "-bcde");
    EXPECT_TRUE(walk.done());
}

TEST(Plan, JoinAfterAnUnevenBranchWaitsForTheLongSide) {
    Walk walk("abcde", {{'a', 'e'}, {'a', 'b'}, {'b', 'c'}, {'c', 'd'}, {'d', 'e'}});
    walk.begin();
    EXPECT_EQ(walk.finish('a'), "b");
    EXPECT_EQ(walk.finish('b'), "c");
    EXPECT_EQ(walk.finish('c', ""), "e-d") << "the long side died, the short one was taken";
}

TEST(Plan, StarTakesEveryOutcomeButError) {
    Walk walk("ab", {{'a', 'b'}});
    EXPECT_TRUE(walk.has_edge('a', "success"));
    EXPECT_TRUE(walk.has_edge('a', "anything"));
    EXPECT_FALSE(walk.has_edge('a', "error"));
    walk.begin();
    EXPECT_EQ(walk.finish('a', "error"), "-b");
}

TEST(Plan, ErrorEdgeIsTakenByErrorsOnly) {
    Walk walk("abc", {{'a', 'b', "success"}, {'a', 'c', "error"}});
    EXPECT_TRUE(walk.has_edge('a', "error"));
    walk.begin();
    EXPECT_EQ(walk.finish('a', "error"), "c-b");
}

TEST(Plan, EmptyOutcomeTakesNothing) {
    Walk walk("abc", {{'a', 'b'}, {'a', 'c', "error"}});
    EXPECT_FALSE(walk.has_edge('a', ""));
    walk.begin();
    EXPECT_EQ(walk.finish('a', ""), "-bc");
}

TEST(Plan, CycleRunsUntilItsTokenLeaves) {
    Walk walk("abc", {{'a', 'b'}, {'b', 'a', "again"}, {'b', 'c', "over"}}, "abc", "a");
    EXPECT_EQ(walk.begin(), "a");
    for (int round = 0; round < 3; ++round) {
        EXPECT_EQ(walk.finish('a'), "b");
        EXPECT_EQ(walk.finish('b', "again"), "a");
    }
    EXPECT_EQ(walk.finish('a'), "b");
    EXPECT_EQ(walk.finish('b', "over"), "c");
    EXPECT_EQ(walk.finish('c'), "");
    EXPECT_TRUE(walk.done());
}

TEST(Plan, SelfLoopRunsAgain) {
    Walk walk("ab", {{'a', 'a', "again"}, {'a', 'b', "over"}}, "a", "a");
    EXPECT_EQ(walk.begin(), "a");
    EXPECT_EQ(walk.finish('a', "again"), "a");
    EXPECT_EQ(walk.finish('a', "over"), "b");
}

TEST(Plan, JoinBehindACycleWaitsUntilTheCycleIsOver) {
    Walk walk("abcd", {{'a', 'b'}, {'b', 'a', "again"}, {'b', 'd'}, {'c', 'd'}}, "ab", "a");
    EXPECT_EQ(walk.begin(), "ac");
    EXPECT_EQ(walk.finish('c'), "");
    EXPECT_EQ(walk.finish('a'), "b");
    EXPECT_EQ(walk.finish('b', "again"), "a")
        << "`again` also takes the edge by *, but the cycle goes on";
    EXPECT_EQ(walk.finish('a'), "b");
    EXPECT_EQ(walk.finish('b', "over"), "d");
}

TEST(Plan, NodesOfACycleThatWereNeverReachedAreSkippedWithIt) {
    Walk walk(
        "abcd",
        {{'a', 'b'}, {'b', 'a', "again"}, {'b', 'c', "aside"}, {'c', 'a'}, {'b', 'd', "over"}},
        "abcd", "a");
    walk.begin();
    walk.finish('a');
    EXPECT_EQ(walk.finish('b', "over"), "d-c");
}

TEST(Plan, CycleThatIsNeverEnteredIsSkipped) {
    Walk walk("abcd", {{'a', 'b', "x"}, {'b', 'c'}, {'c', 'b'}, {'c', 'd'}}, "bc");
    walk.begin();
    EXPECT_EQ(walk.finish('a', "y"), "-bcd");
    EXPECT_TRUE(walk.done());
}

TEST(Plan, EntryWithIncomingEdgesUnderAllRunsOnce) {
    Walk walk("ab", {{'b', 'a'}}, "", "a");
    EXPECT_EQ(walk.begin(), "ab");
    EXPECT_EQ(walk.finish('b'), "");
    EXPECT_EQ(walk.finish('a'), "");
    EXPECT_TRUE(walk.done());
}

TEST(Plan, UnreachableNodesAreSkippedAtTheBeginning) {
    Graph graph = graph_of("abc", {{'a', 'b'}, {'c', 'b'}});
    graph.entries = {0};
    const Topology topology(graph);
    Plan plan(topology);
    PlanStep step;
    plan.begin(step);
    EXPECT_EQ(step.ready, (std::vector<NodeIndex>{0}));
    EXPECT_EQ(step.skipped, (std::vector<NodeIndex>{2}));
    step.clear();
    plan.finish(0, "success", step);
    EXPECT_EQ(step.ready, (std::vector<NodeIndex>{1}));
}

TEST(Plan, DeathRunsDownALongChainAtOnce) {
    constexpr NodeIndex length = 5'000;
    Graph graph;
    graph.nodes.resize(length);
    for (NodeIndex node = 1; node < length; ++node)
        graph.edges.push_back({node - 1, node, "success"});
    graph.entries = {0};
    const Topology topology(graph);
    Plan plan(topology);
    PlanStep step;
    plan.begin(step);
    step.clear();
    plan.finish(0, "other", step);
    EXPECT_EQ(step.skipped.size(), length - 1);
    EXPECT_TRUE(plan.done());
}

}  // namespace
}  // namespace sluice::testing
