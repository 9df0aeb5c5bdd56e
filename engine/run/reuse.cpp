#include "engine/run/reuse.hpp"

#include <algorithm>

namespace sluice {
namespace {

/// The node and everything that an edge leads to from there.
std::vector<bool> reachable_from(const Program& program, NodeIndex node) {
    std::vector<bool> reached(program.graph().nodes.size(), false);
    std::vector<NodeIndex> open{node};
    reached[node] = true;
    while (!open.empty()) {
        const NodeIndex next = open.back();
        open.pop_back();
        for (const Edge& edge : program.topology().edges_of(next)) {
            if (reached[edge.to]) continue;
            reached[edge.to] = true;
            open.push_back(edge.to);
        }
    }
    return reached;
}

bool has_error_edge(const Program& program, NodeIndex node) {
    const auto edges = program.topology().edges_of(node);
    return std::any_of(edges.begin(), edges.end(),
                       [](const Edge& edge) { return edge.is_taken_by(error_outcome); });
}

}  // namespace

result<Reuse> plan_reuse(const Program& program, const std::vector<Event>& journal,
                         const RetryFrom& from) {
    const auto count = program.graph().nodes.size();
    Reuse reuse(count);
    if (from.where == RetryFrom::Where::start) return reuse;
    std::vector<bool> again(count, false);
    if (from.where == RetryFrom::Where::node) {
        const auto node = program.graph().find(from.node);
        if (!node)
            return Error{
                "node_not_found", "the flow of this execution has no node '" + from.node + "'", {}};
        again = reachable_from(program, *node);
    }
    // A node that ran once more after a run that cannot be reused must run all of these again: its
    // ends are taken in the order of its runs.
    for (const auto& event : journal) {
        if (event.kind == EventKind::execution_retrying)  // what was put out before counts no more
            for (auto& ends : reuse) ends.clear();
        if (event.node == no_node || event.node >= count || again[event.node]) continue;
        switch (event.kind) {
            case EventKind::node_succeeded:
                reuse[event.node].push_back({false, event.text, event.data, event.artifact});
                break;
            case EventKind::node_failed:
                if (has_error_edge(program, event.node))
                    reuse[event.node].push_back({true, {}, event.data});
                else
                    again[event.node] = true;
                break;
            case EventKind::node_skipped:
            case EventKind::node_cancelled:
                again[event.node] = true;
                break;
            default:
                break;
        }
    }
    return reuse;
}

}  // namespace sluice
