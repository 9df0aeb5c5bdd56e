#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "engine/definition/format_tree.hpp"

namespace sluice::definition {
namespace {

using Kind = WrittenNode::Kind;
using Keys = std::span<const std::string_view>;

constexpr std::array<std::string_view, 12> flow_keys{
    "name", "namespace", "description", "labels", "inputs", "vars",
    "code", "triggers",  "start",       "nodes",  "output", "settings"};
// What a node is; when it runs; what it does; what it holds; how often and how long; what follows.
constexpr std::array<std::string_view, 18> node_keys{
    "id",      "type",    "description", "needs",        "join",    "when",
    "foreach", "with",    "start",       "branches",     "nodes",   "output",
    "catch",   "finally", "retry",       "on_interrupt", "timeout", "next"};
constexpr std::array<std::string_view, 4> block_keys{"description", "start", "nodes", "output"};
constexpr std::array<std::string_view, 2> trigger_keys{"type", "key"};

/// Keys that are not known stay behind the known ones, in their order.
void order(WrittenNode& mapping, Keys keys) {
    struct Ranked {
        std::size_t rank;
        std::size_t place;
    };
    std::vector<Ranked> ranked;
    for (std::size_t at = 0; at < mapping.entries.size(); ++at) {
        const auto found = std::find(keys.begin(), keys.end(), mapping.entries[at].name);
        ranked.push_back({static_cast<std::size_t>(found - keys.begin()), at});
    }
    std::sort(ranked.begin(), ranked.end(), [](const Ranked& left, const Ranked& right) {
        return left.rank != right.rank ? left.rank < right.rank : left.place < right.place;
    });
    std::vector<WrittenEntry> ordered;
    ordered.reserve(mapping.entries.size());
    for (const auto& one : ranked) ordered.push_back(std::move(mapping.entries[one.place]));
    mapping.entries = std::move(ordered);
}

void order_nodes(WrittenNode& nodes);

void order_block(WrittenNode& block) {
    if (block.kind != Kind::mapping) return;
    order(block, block_keys);
    for (auto& entry : block.entries)
        if (entry.name == "nodes") order_nodes(entry.value);
}

void order_node(WrittenNode& node) {
    if (node.kind != Kind::mapping) return;
    order(node, node_keys);
    for (auto& entry : node.entries) {
        if (entry.name == "nodes") order_nodes(entry.value);
        if (entry.name == "finally") order_block(entry.value);
        if (entry.name == "branches" || entry.name == "catch")
            for (auto& block : entry.value.entries) order_block(block.value);
    }
}

void order_nodes(WrittenNode& nodes) {
    for (auto& entry : nodes.entries) order_node(entry.value);
}

}  // namespace

void order_flow(WrittenNode& root) {
    if (root.kind != Kind::mapping || root.entries.empty()) return;
    // What stands above the first key is about the file.
    auto head = std::move(root.entries.front().before);
    const bool blank = root.entries.front().blank_before;
    root.entries.front().before.clear();
    root.entries.front().blank_before = false;
    order(root, flow_keys);
    auto& first = root.entries.front();
    const bool first_blank =
        first.before.empty() ? first.blank_before || blank : first.blank_before;
    if (!head.empty()) {
        if (!first.before.empty()) first.before.front().blank_before = true;
        head.insert(head.end(), first.before.begin(), first.before.end());
        first.before = std::move(head);
    }
    first.blank_before = first_blank;
    for (auto& entry : root.entries) {
        if (entry.name == "nodes") order_nodes(entry.value);
        if (entry.name == "triggers")
            for (auto& trigger : entry.value.entries)
                if (trigger.value.kind == Kind::mapping) order(trigger.value, trigger_keys);
    }
}

}  // namespace sluice::definition
