#include "engine/definition/native_graph.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "engine/definition/graph_checks.hpp"
#include "engine/definition/json_pointer.hpp"
#include "engine/model/nearest_name.hpp"

namespace sluice::definition {

namespace {

class GraphBuilder {
  public:
    /// Of the flow, or of the block at `pointer`; `ids` are those of all nodes.
    GraphBuilder(NativeNodes nodes, std::string pointer, const std::vector<std::string>& all_ids,
                 NodeTypeNames node_types, const Limits& limits, Problems& problems)
        : pointer_(std::move(pointer)),
          all_ids_(all_ids),
          links_(std::move(nodes.links)),
          pointers_(std::move(nodes.pointers)),
          in_order_(nodes.in_order),
          node_types_(node_types),
          limits_(limits),
          problems_(problems) {
        graph_.nodes = std::move(nodes.nodes);
        for (NodeIndex index = 0; index < graph_.nodes.size(); ++index) {
            places_.emplace(graph_.nodes[index].id, index);
            ids_.push_back(graph_.nodes[index].id);
        }
    }

    Graph build(const Value* start) {
        for (const Link& link : links_) add_edge(link);
        drop_covered_edges();
        if (graph_.edges.size() > limits_.edges)
            problems_.at_value(pointer_ + "/nodes", "too_many_edges",
                               "the flow has " + std::to_string(graph_.edges.size()) +
                                   " edges; the limit is " + std::to_string(limits_.edges));
        find_entries(start);
        if (!graph_.nodes.empty()) check();
        return std::move(graph_);
    }

  private:
    using Key = std::tuple<NodeIndex, NodeIndex, std::string>;

    std::optional<NodeIndex> resolve(const std::string& id, const std::string& pointer,
                                     bool at_key = false) {
        if (const auto found = places_.find(id); found != places_.end()) return found->second;
        const std::string nearest = nearest_name(id, ids_);
        std::string message = "there is no node " + quoted(id);
        if (std::ranges::find(all_ids_, id) != all_ids_.end())
            message = "the node " + quoted(id) +
                      " is in another block: edges lead from node to node of one block";
        std::string suggestion = nearest.empty() ? "" : "write `" + nearest + '`';
        if (at_key)
            problems_.at_key(pointer, "unknown_node", std::move(message), std::move(suggestion));
        else
            problems_.at_value(pointer, "unknown_node", std::move(message), std::move(suggestion));
        all_known_ = false;
        return std::nullopt;
    }

    void add_edge(const Link& link) {
        const bool names_source = link.named == Link::Side::source;
        // In `needs: {a: success}` the source is a key.
        const bool source_is_key = names_source && link.outcome != any_outcome;
        const auto from =
            names_source ? resolve(link.from, source_pointer(link, source_is_key), source_is_key)
                         : std::optional(places_.at(link.from));
        const auto to =
            names_source ? std::optional(places_.at(link.to)) : resolve(link.to, link.pointer);
        if (!from || !to) return;
        check_outcome(link, graph_.nodes[*from]);
        if (seen_.emplace(*from, *to, link.outcome).second)
            graph_.edges.push_back({*from, *to, link.outcome});
    }

    /// The pointer of the key `a` in `needs: {a: success}` or `needs: {a: [success, error]}`.
    static std::string source_pointer(const Link& link, bool is_key) {
        if (!is_key) return link.pointer;
        const std::string key = child_pointer("", link.from);
        const auto at = link.pointer.rfind(key);
        return at == std::string::npos ? link.pointer : link.pointer.substr(0, at + key.size());
    }

    void check_outcome(const Link& link, const Node& source) {
        if (link.outcome == any_outcome || link.outcome == error_outcome) return;
        const auto type = std::ranges::find(node_types_, source.type, &NodeTypeName::id);
        const bool is_key = link.named == Link::Side::target;
        // `next: {outcome: [a, b]}`: the key is the parent of the targets.
        std::string pointer = link.pointer;
        if (is_key && !pointer.ends_with(child_pointer("", link.outcome)))
            pointer.resize(pointer.rfind('/'));
        const auto report = [&](std::string message, std::string suggestion) {
            if (is_key)
                problems_.at_key(pointer, "unknown_outcome", std::move(message),
                                 std::move(suggestion));
            else
                problems_.at_value(pointer, "unknown_outcome", std::move(message),
                                   std::move(suggestion));
        };
        if (link.outcome.empty()) return report("an outcome must not be empty", "");
        if (type == node_types_.end() || type->outcomes.empty()) return;
        if (std::ranges::find(type->outcomes, link.outcome) != type->outcomes.end()) return;
        std::vector<std::string> known = type->outcomes;
        known.emplace_back(error_outcome);
        const std::string nearest = nearest_name(link.outcome, known);
        report(quoted(source.id) + " (" + source.type + ") never ends with " +
                   quoted(link.outcome) + "; its outcomes are " + listed(known),
               nearest.empty() ? "" : "write `" + nearest + '`');
    }

    /// An edge by `*` covers every edge between the same nodes by another outcome than `error`: two
    /// would start the target twice under `join: any`.
    void drop_covered_edges() {
        std::erase_if(graph_.edges, [&](const Edge& edge) {
            return edge.outcome != any_outcome && edge.outcome != error_outcome &&
                   seen_.contains(Key{edge.from, edge.to, any_outcome});
        });
    }

    void find_entries(const Value* start) {
        if (start != nullptr) return read_start(*start, pointer_ + "/start");
        graph_.entries = nodes_without_incoming(graph_);
        if (in_order_ && !graph_.nodes.empty() &&
            (graph_.entries.empty() || graph_.entries.front() != 0))
            graph_.entries.insert(graph_.entries.begin(), 0);
    }

    void read_start(const Value& start, const std::string& place) {
        const auto one = [&](const Value& item, const std::string& pointer) {
            const auto* text = item.if_string();
            if (text == nullptr) {
                all_known_ = false;
                return problems_.at_value(pointer, "wrong_type",
                                          "`start` must be a node or a list of nodes, not " +
                                              std::string(kind_name(item)));
            }
            const auto node = resolve(std::string(text->data(), text->size()), pointer);
            if (node && std::ranges::find(graph_.entries, *node) == graph_.entries.end())
                graph_.entries.push_back(*node);
        };
        if (const Array* items = start.if_array()) {
            for (std::size_t at = 0; at < items->size(); ++at)
                one((*items)[at], child_pointer(place, at));
        } else {
            one(start, place);
        }
    }

    void check() {
        for (const Cycle& cycle : cycles_under_all(graph_)) report_cycle(cycle);
        // After a wrong name these would only repeat that it is wrong.
        if (!all_known_) return;
        if (graph_.entries.empty())
            return problems_.at_key(pointer_ + "/nodes", "no_entry",
                                    "no node can begin: each has an incoming edge",
                                    "name the first one, as in `start: " + ids_.front() + '`');
        std::vector<std::string_view> entries;
        entries.reserve(graph_.entries.size());
        for (const NodeIndex entry : graph_.entries) entries.emplace_back(graph_.nodes[entry].id);
        for (const NodeIndex node : unreachable_nodes(graph_))
            problems_.at_key(
                pointers_[node], "unreachable_node",
                "no path leads to " + quoted(graph_.nodes[node].id) + " from " + listed(entries),
                "connect it by `needs` or `next`, or add it to `start`");
    }

    void report_cycle(const Cycle& cycle) {
        constexpr std::size_t longest = 12;
        std::string path;
        for (std::size_t at = 0; at < cycle.path.size(); ++at) {
            if (at == longest && cycle.path.size() > longest + 2) {
                path += " → …";
                at = cycle.path.size() - 1;
            }
            path += (path.empty() ? "" : " → ") + graph_.nodes[cycle.path[at]].id;
        }
        std::vector<std::string_view> waiting;
        waiting.reserve(cycle.waiting.size());
        for (const NodeIndex node : cycle.waiting) waiting.emplace_back(graph_.nodes[node].id);
        problems_.at_key(pointers_[cycle.path.front()], "cycle_under_all",
                         path + " is a cycle, but " + listed(waiting) +
                             (waiting.size() == 1 ? " waits" : " wait") +
                             " for all incoming edges (`join: all`), so for " +
                             (waiting.size() == 1 ? "itself" : "themselves"),
                         "write `join: any` at " + listed(waiting) +
                             ", or `join: any` under `settings` for the whole flow");
    }

    std::string pointer_;
    const std::vector<std::string>& all_ids_;
    std::vector<Link> links_;
    std::vector<std::string> pointers_;
    bool in_order_;
    NodeTypeNames node_types_;
    const Limits& limits_;
    Problems& problems_;
    Graph graph_;
    std::unordered_map<std::string, NodeIndex> places_;
    std::vector<std::string> ids_;
    std::set<Key> seen_;
    bool all_known_ = true;
};

}  // namespace

Graph connect(NativeGraph nodes, const Value* start, NodeTypeNames node_types, const Limits& limits,
              Problems& problems) {
    std::vector<std::string> ids;
    const auto gather = [&](const NativeNodes& content) {
        for (const Node& node : content.nodes) ids.push_back(node.id);
    };
    gather(nodes.flow);
    for (const auto& block : nodes.blocks) gather(block.content);
    const auto build = [&](NativeNodes content, std::string pointer, const Value* begin) {
        return GraphBuilder(std::move(content), std::move(pointer), ids, node_types, limits,
                            problems)
            .build(begin);
    };
    Graph graph = build(std::move(nodes.flow), "", start);
    for (auto& nested : nodes.blocks) {
        const NodeIndex first = nested.block.first;
        Graph part = build(std::move(nested.content), nested.block.pointer, nested.start);
        graph.blocks.push_back(std::move(nested.block));
        const auto index = static_cast<BlockIndex>(graph.blocks.size());
        for (Node& node : part.nodes) {
            node.block = index;
            graph.nodes.push_back(std::move(node));
        }
        for (Edge& edge : part.edges) {
            edge.from += first;
            edge.to += first;
            graph.edges.push_back(std::move(edge));
        }
        for (const NodeIndex entry : part.entries)
            graph.blocks.back().entries.push_back(first + entry);
    }
    return graph;
}

}  // namespace sluice::definition
