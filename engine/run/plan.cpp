#include "engine/run/plan.hpp"

namespace sluice {

Plan::Plan(const Topology& topology) : topology_(&topology), slots_(topology.size()) {
    const auto components = topology.components();
    for (std::size_t at = 0; at < components.size(); ++at)
        slots_[at].component_open = components[at].entering_edges;
}

void Plan::begin(PlanStep& step) {
    for (const NodeIndex entry : topology_->entries()) make_ready(entry, step);
    for (std::uint32_t at = 0; at < topology_->components().size(); ++at)
        if (topology_->component(at).entering_edges == 0) close_if_finished(at, step);
}

std::size_t Plan::finish(NodeIndex node, std::string_view outcome, PlanStep& step) {
    std::size_t taken = 0;
    for (const Edge& edge : topology_->edges_of(node)) {
        if (!edge.is_taken_by(outcome)) continue;
        ++taken;
        slot(edge.to).taken = true;
        if (topology_->node(edge.to).join == JoinRule::any) make_ready(edge.to, step);
    }
    const auto component = topology_->node(node).component;
    --slots_[component].component_active;
    --active_;
    close_if_finished(component, step);
    return taken;
}

bool Plan::has_edge(NodeIndex node, std::string_view outcome) const {
    for (const Edge& edge : topology_->edges_of(node))
        if (edge.is_taken_by(outcome)) return true;
    return false;
}

void Plan::make_ready(NodeIndex node, PlanStep& step) {
    slot(node).ran = true;
    ++slots_[topology_->node(node).component].component_active;
    ++active_;
    step.ready.push_back(node);
}

void Plan::close_if_finished(std::uint32_t first, PlanStep& step) {
    std::vector<std::uint32_t> closing;
    if (slots_[first].component_active == 0 && slots_[first].component_open == 0)
        closing.push_back(first);
    // An explicit list instead of recursion: death may run down a chain of thousands of nodes.
    for (std::size_t at = 0; at < closing.size(); ++at) {
        for (const NodeIndex member : topology_->members(closing[at])) {
            if (!slot(member).ran) step.skipped.push_back(member);
            for (const Edge& edge : topology_->edges_of(member)) {
                const auto& target = topology_->node(edge.to);
                if (target.component == closing[at]) continue;
                auto& state = slots_[target.component];
                if (--state.component_open != 0) continue;
                if (target.join == JoinRule::all &&
                    !topology_->component(target.component).cyclic && slot(edge.to).taken &&
                    !slot(edge.to).ran) {
                    make_ready(edge.to, step);
                } else if (state.component_active == 0) {
                    closing.push_back(target.component);
                }
            }
        }
    }
}

}  // namespace sluice
