#include "engine/drawing/mermaid.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "engine/drawing/sketch.hpp"

namespace sluice::drawing {
namespace {

constexpr std::size_t detail_columns = 48;

/// Text between quotes: Mermaid's entities for what it, or the HTML that it makes, would read.
std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (const char byte : text) {
        if (std::string_view("\"#<>&`\\").find(byte) == std::string_view::npos)
            result += byte;
        else
            result += '#' + std::to_string(static_cast<unsigned char>(byte)) + ';';
    }
    return result + '"';
}

std::string_view class_of(Family family) {
    switch (family) {
        case Family::control:
            return "control";
        case Family::people:
            return "people";
        case Family::network:
            return "network";
        case Family::code:
            return "code";
        case Family::system:
            return "system";
        case Family::data:
            break;
    }
    return "data";
}

class Writer {
  public:
    std::string write(const FlowDefinition& flow) {
        out_ = "---\ntitle: " + quoted_title(flow.name) + "\n---\nflowchart TD\n";
        block(sketch_of(flow.graph), 1);
        out_ +=
            "    classDef data fill:#f1f5f9,stroke:#64748b,color:#0f172a\n"
            "    classDef control fill:#fef3c7,stroke:#d97706,color:#0f172a\n"
            "    classDef people fill:#dcfce7,stroke:#16a34a,color:#0f172a\n"
            "    classDef network fill:#dbeafe,stroke:#2563eb,color:#0f172a\n"
            "    classDef code fill:#ede9fe,stroke:#7c3aed,color:#0f172a\n"
            "    classDef system fill:#ffe4e6,stroke:#be123c,color:#0f172a\n"
            "    classDef entry fill:#0f172a,stroke:#0f172a\n";
        return std::move(out_);
    }

  private:
    /// The title is YAML.
    static std::string quoted_title(const std::string& name) {
        std::string result = "\"";
        for (const char byte : name) {
            if (byte == '"' || byte == '\\') result += '\\';
            result += byte;
        }
        return result + '"';
    }

    /// A node's own id where Mermaid takes it, else one that is made up.
    std::string name_for(const std::string& id) {
        constexpr std::array<std::string_view, 11> words{
            "call",  "class",     "classDef",  "click", "default", "end",
            "graph", "flowchart", "linkStyle", "style", "subgraph"};
        std::string name;
        for (const char byte : id) {
            const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                               (byte >= '0' && byte <= '9');
            name += plain ? byte : '_';
        }
        std::string lower = name;
        std::transform(lower.begin(), lower.end(), lower.begin(), [](char byte) {
            return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 32) : byte;
        });
        const bool reserved = std::any_of(words.begin(), words.end(), [&](std::string_view word) {
            return lower == word || name == word;
        });
        if (name.empty() || reserved) name += '_';
        std::string unique = name;
        for (int number = 2; !taken_.insert(unique).second; ++number)
            unique = name + "_" + std::to_string(number);
        return unique;
    }

    void line(std::size_t depth, const std::string& text) {
        out_.append(4 * depth, ' ');
        out_ += text + '\n';
    }

    void block(const SketchBlock& block, std::size_t depth) {
        std::vector<std::string> names;
        for (const auto& node : block.nodes) {
            names.push_back(name_for(node.id));
            this->node(node, names.back(), depth);
        }
        const std::string start = name_for("start");
        bool has_start = false;
        for (std::size_t at = 0; at < block.nodes.size(); ++at) {
            if (!block.nodes[at].is_entry) continue;
            if (!has_start) line(depth, start + "(( )):::entry");
            has_start = true;
            line(depth, start + " --> " + names[at]);
        }
        for (const auto& edge : block.edges) {
            const std::string arrow = edge.is_error ? " -.->" : " -->";
            const std::string label =
                edge.label.empty() ? " " : "|" + quoted(shortened(edge.label, 40)) + "| ";
            line(depth, names[edge.from] + arrow + label + names[edge.to]);
        }
    }

    void node(const SketchNode& node, const std::string& name, std::size_t depth) {
        const std::string detail = shortened(node.detail, detail_columns);
        if (!node.blocks.empty()) {
            composite(node, name, detail, depth);
            return;
        }
        std::string text = quoted(node.id);
        text.pop_back();
        text += "<br/><small>" + inside(node.type) +
                (detail.empty() ? "" : "<br/>" + inside(detail)) + "</small>\"";
        const bool asks = node.type == "flow.if" || node.type == "flow.switch";
        line(depth, name + (asks ? "{{" : "[") + text + (asks ? "}}" : "]") +
                        ":::" + std::string(class_of(node.family)));
    }

    void composite(const SketchNode& node, const std::string& name, const std::string& detail,
                   std::size_t depth) {
        std::string title = node.id + " · " + node.type;
        if (!detail.empty()) title += " · " + detail;
        line(depth, "subgraph " + name + "[" + quoted(title) + "]");
        line(depth + 1, "direction TB");
        for (const auto& held : node.blocks) {
            if (held.title.empty()) {
                block(held, depth + 1);
                continue;
            }
            line(depth + 1, "subgraph " + name_for(node.id + "_" + held.title) + "[" +
                                quoted(shortened(held.title, detail_columns)) + "]");
            line(depth + 2, "direction TB");
            block(held, depth + 2);
            line(depth + 1, "end");
        }
        line(depth, "end");
    }

    static std::string inside(const std::string& text) {
        const std::string whole = quoted(text);
        return whole.substr(1, whole.size() - 2);
    }

    std::string out_;
    std::set<std::string> taken_;
};

}  // namespace

std::string mermaid_of(const FlowDefinition& flow) {
    return Writer().write(flow);
}

}  // namespace sluice::drawing
