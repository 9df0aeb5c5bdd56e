#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "engine/run/topology.hpp"

namespace sluice {

/// What follows from one step of the plan.
struct PlanStep {
    std::vector<NodeIndex> ready;    ///< to be started, in order; a node stands here once a token
    std::vector<NodeIndex> skipped;  ///< will never run in this execution

    void clear() {
        ready.clear();
        skipped.clear();
    }
};

/// Which nodes of an execution, or of one frame of it, are ready, dead or done: a state machine
/// without I/O, told of every end of a node run and answering with what is to be started next.
///
/// Rules (docs/architecture.md, "Graph semantics"): a node of rule `any` starts for each token that
/// arrives. A node of rule `all` starts once, when each of its incoming edges is settled and one of
/// them was taken. An edge is settled when its source can never run again: the source's component
/// has nothing running inside and every edge that enters it is settled. A node whose incoming edges
/// are all settled and none taken is skipped, and its own edges settle with it.
class Plan {
  public:
    /// `topology` outlives the plan.
    explicit Plan(const Topology& topology);

    /// The entry nodes become ready.
    void begin(PlanStep& step);

    /// One run of `node` ended with `outcome`: edges with that label are taken, and those labelled
    /// `*` unless it is `error`. An empty outcome takes no edge. Returns how many edges were taken.
    std::size_t finish(NodeIndex node, std::string_view outcome, PlanStep& step);

    /// Nothing is ready or running: the execution has come to its end.
    [[nodiscard]] bool done() const { return active_ == 0; }

    /// Whether it has been ready at least once.
    [[nodiscard]] bool has_begun(NodeIndex node) const {
        return slots_[node - topology_->first()].ran;
    }

    /// Whether `finish(node, outcome)` would take an edge.
    [[nodiscard]] bool has_edge(NodeIndex node, std::string_view outcome) const;

  private:
    struct Slot {  // state of node i and, in the same place to save an allocation, of component i
        bool taken = false;
        bool ran = false;
        std::uint32_t component_open = 0;    // entering edges that are not settled
        std::uint32_t component_active = 0;  // ready or running nodes inside
    };

    Slot& slot(NodeIndex node) { return slots_[node - topology_->first()]; }
    void make_ready(NodeIndex node, PlanStep& step);
    void close_if_finished(std::uint32_t component, PlanStep& step);

    const Topology* topology_;
    std::vector<Slot> slots_;
    std::uint32_t active_ = 0;
};

}  // namespace sluice
