// The plan against a naive model that is written straight from the rules, and recomputes everything
// at each step.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "engine/run/plan.hpp"

namespace sluice::testing {
namespace {

constexpr const char* labels[] = {"*", "success", "error", "x"};

int choose(int below) {
    return *rc::gen::inRange(0, below);
}

/// Node pairs (a, b) where a path of at least one edge leads from a to b.
std::vector<std::vector<bool>> paths_of(const Graph& graph) {
    const auto size = graph.nodes.size();
    std::vector<std::vector<bool>> reaches(size, std::vector<bool>(size, false));
    for (const auto& edge : graph.edges) reaches[edge.from][edge.to] = true;
    for (std::size_t by = 0; by < size; ++by)
        for (std::size_t from = 0; from < size; ++from)
            for (std::size_t to = 0; to < size; ++to)
                if (reaches[from][by] && reaches[by][to]) reaches[from][to] = true;
    return reaches;
}

class NaivePlan {
  public:
    explicit NaivePlan(const Graph& graph)
        : graph_(graph),
          reaches_(paths_of(graph)),
          taken_(graph.nodes.size(), false),
          ran_(graph.nodes.size(), false),
          told_dead_(graph.nodes.size(), false) {}

    void begin() {
        for (const NodeIndex entry : graph_.entries) activate(entry);
        settle();
    }

    void finish(NodeIndex node, std::string_view outcome) {
        for (const auto& edge : graph_.edges) {
            const bool takes =
                edge.outcome == outcome || (edge.outcome == "*" && outcome != "error");
            if (edge.from != node || outcome.empty() || !takes) continue;
            taken_[edge.to] = true;
            if (graph_.nodes[edge.to].join == JoinRule::any) activate(edge.to);
        }
        active.erase(std::find(active.begin(), active.end(), node));
        settle();
    }

    std::vector<NodeIndex> active;
    std::multiset<NodeIndex> ready;    // of the last step
    std::multiset<NodeIndex> skipped;  // of the last step
    [[nodiscard]] bool ran(NodeIndex node) const { return ran_[node]; }

    void clear() {
        ready.clear();
        skipped.clear();
    }

  private:
    void activate(NodeIndex node) {
        ran_[node] = true;
        active.push_back(node);
        ready.insert(node);
    }

    /// Something that is active, or has a token and waits for its other edges, is or reaches the
    /// node.
    [[nodiscard]] bool may_still_run(NodeIndex node) const {
        for (NodeIndex other = 0; other < graph_.nodes.size(); ++other) {
            const bool waits =
                graph_.nodes[other].join == JoinRule::all && taken_[other] && !ran_[other];
            const bool moves =
                waits || std::find(active.begin(), active.end(), other) != active.end();
            if (moves && (other == node || reaches_[other][node])) return true;
        }
        return false;
    }

    [[nodiscard]] bool all_settled(NodeIndex node) const {
        return std::none_of(graph_.edges.begin(), graph_.edges.end(), [&](const Edge& edge) {
            return edge.to == node && may_still_run(edge.from);
        });
    }

    void settle() {
        for (bool moved = true; moved;) {
            moved = false;
            for (NodeIndex node = 0; node < graph_.nodes.size(); ++node) {
                if (graph_.nodes[node].join != JoinRule::all || ran_[node] || !taken_[node] ||
                    !all_settled(node))
                    continue;
                activate(node);
                moved = true;
            }
        }
        for (NodeIndex node = 0; node < graph_.nodes.size(); ++node) {
            if (ran_[node] || told_dead_[node] || may_still_run(node)) continue;
            told_dead_[node] = true;
            skipped.insert(node);
        }
    }

    const Graph& graph_;
    std::vector<std::vector<bool>> reaches_;
    std::vector<bool> taken_;
    std::vector<bool> ran_;
    std::vector<bool> told_dead_;
};

Graph random_graph(bool cycles) {
    Graph graph;
    const int size = 1 + choose(12);
    graph.nodes.resize(static_cast<std::size_t>(size));
    for (int count = choose(2 * size + 1); count > 0 && size > 1; --count) {
        auto from = static_cast<NodeIndex>(choose(size));
        auto to = static_cast<NodeIndex>(choose(size));
        if (!cycles && from == to) continue;
        if (!cycles && from > to) std::swap(from, to);
        graph.edges.push_back({from, to, labels[choose(4)]});
    }
    const auto reaches = paths_of(graph);
    for (NodeIndex node = 0; node < graph.nodes.size(); ++node)
        graph.nodes[node].join =
            reaches[node][node] || choose(2) == 0 ? JoinRule::any : JoinRule::all;
    for (NodeIndex node = 0; node < graph.nodes.size(); ++node) {
        const bool entered = std::any_of(graph.edges.begin(), graph.edges.end(),
                                         [node](const Edge& edge) { return edge.to == node; });
        if (entered ? choose(6) == 0 : choose(12) != 0) graph.entries.push_back(node);
    }
    return graph;
}

std::string random_outcome() {
    static constexpr const char* outcomes[] = {"success", "success", "error", "x", "other", ""};
    return outcomes[choose(6)];
}

/// What a counterexample is told by.
std::string described(const Graph& graph) {
    std::string text = "nodes";
    for (const auto& node : graph.nodes) text += node.join == JoinRule::any ? " any" : " all";
    text += "; entries";
    for (const NodeIndex entry : graph.entries) text += " " + std::to_string(entry);
    text += "; edges";
    for (const auto& edge : graph.edges)
        text +=
            " " + std::to_string(edge.from) + "-" + edge.outcome + "-" + std::to_string(edge.to);
    return text;
}

std::multiset<NodeIndex> multiset_of(const std::vector<NodeIndex>& nodes) {
    return {nodes.begin(), nodes.end()};
}

RC_GTEST_PROP(PlanProperty, AgreesWithTheNaiveModelAfterEveryStep, ()) {
    const Graph graph = random_graph(choose(3) != 0);
    RC_LOG() << described(graph) << '\n';
    const Topology topology(graph);
    Plan plan(topology);
    NaivePlan naive(graph);
    PlanStep step;
    plan.begin(step);
    naive.begin();
    for (int steps = 0;; ++steps) {
        RC_ASSERT(multiset_of(step.ready) == naive.ready);
        RC_ASSERT(multiset_of(step.skipped) == naive.skipped);
        RC_ASSERT(plan.done() == naive.active.empty());
        if (naive.active.empty() || steps == 100) return;
        const NodeIndex node =
            naive.active[static_cast<std::size_t>(choose(static_cast<int>(naive.active.size())))];
        const std::string outcome = random_outcome();
        RC_LOG() << "node " << node << " ends with '" << outcome << "'\n";
        step.clear();
        naive.clear();
        const bool had_edge = plan.has_edge(node, outcome);
        RC_ASSERT((plan.finish(node, outcome, step) > 0) == had_edge);
        naive.finish(node, outcome);
    }
}

RC_GTEST_PROP(PlanProperty, WithoutCyclesEveryNodeIsInTheEndEitherRunOrSkipped, ()) {
    const Graph graph = random_graph(false);
    const Topology topology(graph);
    Plan plan(topology);
    PlanStep step;
    std::vector<NodeIndex> active;
    std::vector<int> runs(graph.nodes.size(), 0);
    std::vector<int> skips(graph.nodes.size(), 0);
    const auto take = [&] {
        for (const NodeIndex node : step.ready) {
            active.push_back(node);
            ++runs[node];
        }
        for (const NodeIndex node : step.skipped) ++skips[node];
        step.clear();
    };
    plan.begin(step);
    take();
    for (int steps = 0; !active.empty(); ++steps) {
        RC_ASSERT(steps < 1'000'000);
        const auto at = active.begin() + choose(static_cast<int>(active.size()));
        const NodeIndex node = *at;
        active.erase(at);
        plan.finish(node, random_outcome(), step);
        take();
    }
    RC_ASSERT(plan.done());
    for (NodeIndex node = 0; node < graph.nodes.size(); ++node) {
        RC_ASSERT((runs[node] > 0) != (skips[node] > 0));
        RC_ASSERT(skips[node] <= 1);
        if (graph.nodes[node].join == JoinRule::all) RC_ASSERT(runs[node] <= 1);
    }
}

}  // namespace
}  // namespace sluice::testing
