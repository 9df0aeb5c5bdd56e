#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>

#include "engine/run/plan.hpp"

namespace sluice::testing {

/// An edge between nodes that are called by a letter.
struct Arrow {
    char from;
    char to;
    const char* outcome = any_outcome;
};

/// Nodes "abc" in this order; those in `any` join by that rule. Entries are nodes without incoming
/// edges, and `start`.
inline Graph graph_of(std::string_view nodes, std::initializer_list<Arrow> arrows,
                      std::string_view any = "", std::string_view start = "") {
    Graph graph;
    const auto index = [&](char letter) { return static_cast<NodeIndex>(nodes.find(letter)); };
    for (const char letter : nodes) {
        Node node;
        node.id = std::string(1, letter);
        node.join = any.find(letter) == std::string_view::npos ? JoinRule::all : JoinRule::any;
        graph.nodes.push_back(std::move(node));
    }
    for (const auto& arrow : arrows)
        graph.edges.push_back({index(arrow.from), index(arrow.to), arrow.outcome});
    for (const char letter : nodes) {
        const bool entered =
            std::any_of(arrows.begin(), arrows.end(),
                        [letter](const Arrow& arrow) { return arrow.to == letter; });
        if (!entered || start.find(letter) != std::string_view::npos)
            graph.entries.push_back(index(letter));
    }
    return graph;
}

/// A plan whose steps are told in letters: ready nodes, in order, and behind a `-` the skipped
/// ones, by name.
class Walk {
  public:
    Walk(std::string_view nodes, std::initializer_list<Arrow> arrows, std::string_view any = "",
         std::string_view start = "")
        : letters_(nodes), topology_(graph_of(nodes, arrows, any, start)), plan_(topology_) {}

    std::string begin() {
        PlanStep step;
        plan_.begin(step);
        return told(step);
    }
    std::string finish(char node, std::string_view outcome = success_outcome) {
        PlanStep step;
        plan_.finish(index(node), outcome, step);
        return told(step);
    }
    [[nodiscard]] bool done() const { return plan_.done(); }
    [[nodiscard]] bool has_edge(char node, std::string_view outcome) const {
        return plan_.has_edge(index(node), outcome);
    }

  private:
    [[nodiscard]] NodeIndex index(char letter) const {
        return static_cast<NodeIndex>(letters_.find(letter));
    }

    [[nodiscard]] std::string told(const PlanStep& step) const {
        std::string ready;
        std::string skipped;
        for (const NodeIndex node : step.ready) ready += letters_[node];
        for (const NodeIndex node : step.skipped) skipped += letters_[node];
        std::sort(skipped.begin(), skipped.end());
        return skipped.empty() ? ready : ready + "-" + skipped;
    }

    std::string letters_;
    Topology topology_;
    Plan plan_;
};

}  // namespace sluice::testing
