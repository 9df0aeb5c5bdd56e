#include "engine/drawing/sketch.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>

#include "engine/model/json_text.hpp"

namespace sluice::drawing {
namespace {

std::string text_of(const Value& value) {
    return value.is_string() ? std::string(value.get_string()) : to_json(value);
}

/// A text that is wholly one expression, without its braces.
std::string bare(std::string text) {
    const bool whole =
        text.starts_with("${") && text.ends_with("}") && text.find("${", 2) == std::string::npos;
    return whole ? text.substr(2, text.size() - 3) : text;
}

std::string parameter(const Node& node, std::string_view name) {
    const auto* const object = node.with.if_object();
    const Value* const found = object == nullptr ? nullptr : object->if_contains(name);
    return found == nullptr || found->is_null() ? std::string() : text_of(*found);
}

std::string loop_of(const Node& node) {
    switch (node.composite) {
        case Composite::each:
            return "each: " + parameter(node, "items");
        case Composite::loop_while:
            return "while: " + parameter(node, "condition");
        case Composite::loop_until:
            return "until: " + parameter(node, "condition");
        default:
            break;
    }
    const std::string wait = parameter(node, "wait");
    return wait.empty() ? wait : "wait: " + wait;
}

std::string doing_of(const Node& node) {
    if (node.composite != Composite::none) return loop_of(node);
    if (node.type == "http.request") {
        const std::string method = parameter(node, "method");
        return (method.empty() ? "GET" : method) + " " + parameter(node, "url");
    }
    constexpr std::array<std::pair<std::string_view, std::string_view>, 9> telling{
        {{"flow.if", "condition"},
         {"flow.switch", "value"},
         {"flow.delay", "duration"},
         {"flow.delay", "until"},
         {"flow.wait", "name"},
         {"flow.approval", "message"},
         {"core.fail", "code"},
         {"core.log", "message"},
         {"http.respond", "status"}}};
    for (const auto& [type, name] : telling)
        if (node.type == type)
            if (std::string text = bare(parameter(node, name)); !text.empty()) return text;
    return {};
}

std::string detail_of(const Node& node) {
    std::string detail = doing_of(node);
    if (!node.when) return detail;
    const std::string when = "when " + bare(text_of(*node.when));
    return detail.empty() ? when : detail + ", " + when;
}

Family family_of(std::string_view type) {
    if (type == "flow.approval" || type == "flow.wait") return Family::people;
    constexpr std::array<std::pair<std::string_view, Family>, 5> prefixes{
        {{"flow.", Family::control},
         {"http.", Family::network},
         {"code.", Family::code},
         {"shell.", Family::system},
         {"file.", Family::system}}};
    for (const auto& [prefix, family] : prefixes)
        if (type.find(prefix) != std::string_view::npos) return family;
    return Family::data;
}

std::string title_of(const Block& block) {
    switch (block.role) {
        case BlockRole::branch:
            return block.name;
        case BlockRole::handler:
            return "catch " + block.name;
        case BlockRole::cleanup:
            return "finally";
        case BlockRole::compensation:
            return "compensate";
        case BlockRole::body:
            break;
    }
    return {};
}

/// Outcomes of all edges between two nodes, as one label.
SketchEdge merged(std::size_t from, std::size_t to, const std::vector<std::string>& outcomes) {
    const auto has = [&](const char* outcome) {
        return std::find(outcomes.begin(), outcomes.end(), outcome) != outcomes.end();
    };
    SketchEdge edge{from, to, {}, false};
    if (has(always_outcome) || (has(any_outcome) && has(error_outcome))) {
        edge.label = "always";
    } else if (!has(any_outcome)) {
        for (const auto& outcome : outcomes)
            edge.label += (edge.label.empty() ? "" : ", ") + outcome;
        edge.is_error = outcomes.size() == 1 && has(error_outcome);
    }
    return edge;
}

class Sketcher {
  public:
    explicit Sketcher(const Graph& graph) : graph_(graph), blocks_of_(graph.nodes.size()) {
        for (BlockIndex at = 0; at < graph.blocks.size(); ++at)
            blocks_of_[graph.blocks[at].owner].push_back(at);
        for (NodeIndex from = 0; const auto& edge : graph.edges) {
            from = edge.from;
            auto& outcomes = outcomes_[{from, edge.to}];
            if (outcomes.empty()) targets_[from].push_back(edge.to);
            outcomes.push_back(edge.outcome);
        }
    }

    SketchBlock block(NodeIndex first, NodeIndex count, const std::vector<NodeIndex>& entries) {
        SketchBlock block;
        for (NodeIndex at = first; at < first + count; ++at) {
            block.nodes.push_back(node(at));
            for (const NodeIndex to : targets_[at])
                block.edges.push_back(merged(at - first, to - first, outcomes_[{at, to}]));
        }
        for (const NodeIndex entry : entries) block.nodes[entry - first].is_entry = true;
        return block;
    }

  private:
    SketchNode node(NodeIndex at) {
        const Node& source = graph_.nodes[at];
        SketchNode node;
        node.id = source.id;
        node.type = source.type;
        node.detail = detail_of(source);
        node.family = family_of(source.type);
        for (const BlockIndex index : blocks_of_[at]) {
            const Block& held = graph_.blocks[index];
            node.blocks.push_back(block(held.first, held.count, held.entries));
            node.blocks.back().title = title_of(held);
        }
        return node;
    }

    const Graph& graph_;
    std::vector<std::vector<BlockIndex>> blocks_of_;
    std::map<std::pair<NodeIndex, NodeIndex>, std::vector<std::string>> outcomes_;
    std::map<NodeIndex, std::vector<NodeIndex>> targets_;
};

bool begins_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
}

/// Columns of the character that begins with this byte: those of three bytes and more from U+1100
/// on are mostly wide.
std::size_t width_of(unsigned char lead, unsigned char second) {
    if (lead < 0xE1) return 1;
    if (lead == 0xE1) return second < 0x84 || second > 0x87 ? 1 : 2;
    return lead == 0xE2 ? 1 : 2;
}

}  // namespace

SketchBlock sketch_of(const Graph& graph) {
    return Sketcher(graph).block(0, graph.outermost(), graph.entries);
}

std::size_t columns_of(const std::string& text) {
    std::size_t columns = 0;
    for (std::size_t at = 0; at < text.size(); ++at)
        if (begins_character(text[at]))
            columns +=
                width_of(static_cast<unsigned char>(text[at]),
                         at + 1 < text.size() ? static_cast<unsigned char>(text[at + 1]) : 0);
    return columns;
}

std::string shortened(const std::string& text, std::size_t columns) {
    std::string result;
    std::size_t used = 0;
    std::size_t fitting = 0;  // bytes of what leaves room for the ellipsis
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at + 1;
        while (end < text.size() && !begins_character(text[end])) ++end;
        const std::string character = text.substr(at, end - at);
        const auto lead = static_cast<unsigned char>(character.front());
        if (used + columns_of(character) > columns) return result.substr(0, fitting) + "…";
        const bool control = lead < 0x20 || lead == 0x7F;
        // Runs of spaces come of texts that are folded over several lines.
        if (!(control || lead == ' ') || (!result.empty() && result.back() != ' ')) {
            result += control ? std::string(" ") : character;
            used += columns_of(character);
        }
        if (used < columns) fitting = result.size();
        at = end;
    }
    return result;
}

}  // namespace sluice::drawing
