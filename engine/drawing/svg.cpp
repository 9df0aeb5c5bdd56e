#include "engine/drawing/svg.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "engine/drawing/layout.hpp"
#include "engine/drawing/sketch.hpp"
#include "engine/drawing/svg_text.hpp"

namespace sluice::drawing {
namespace {

constexpr double column = 0.62;  // of the size of a font of fixed width, with a little to spare
constexpr double margin = 24;
constexpr double padding = 16;
constexpr double composite_header = 46;
constexpr double block_header = 26;
constexpr double block_gap = 20;
constexpr double row_width = 1'400;  // blocks side by side; then the next row
constexpr double least_card = 120;
constexpr double dot = 12;
constexpr std::size_t card_columns = 38;
constexpr std::size_t label_columns = 32;

struct Palette {
    const char* strong;
    const char* weak;
};

const Palette& palette_of(Family family) {
    static constexpr std::array<Palette, 6> palettes{{{"#64748b", "#f8fafc"},
                                                      {"#d97706", "#fffbeb"},
                                                      {"#16a34a", "#f0fdf4"},
                                                      {"#2563eb", "#eff6ff"},
                                                      {"#7c3aed", "#f5f3ff"},
                                                      {"#be123c", "#fff1f2"}}};
    return palettes[static_cast<std::size_t>(family)];
}

double text_width(const std::string& text, double size) {
    return static_cast<double>(columns_of(text)) * size * column;
}

struct Plan;

/// A node with the room that it takes.
struct Card {
    Size size;
    std::vector<Plan> blocks;          // of a composite node
    std::vector<Point> block_corners;  // within the card
};

/// A block, laid out: box 0 is the dot where it begins, the others are its nodes.
struct Plan {
    const SketchBlock* block = nullptr;
    std::vector<Card> cards;
    Layout layout;
    std::vector<LayoutEdge> edges;
    Size size;  ///< with title and frame
};

struct TooLarge {};

class Planner {
  public:
    explicit Planner(std::size_t most_points) : left_(most_points) {}

    Plan plan(const SketchBlock& block) {
        Plan plan;
        plan.block = &block;
        std::vector<Size> boxes{{dot, dot}};
        for (std::size_t at = 0; at < block.nodes.size(); ++at) {
            plan.cards.push_back(card(block.nodes[at]));
            boxes.push_back(plan.cards.back().size);
            if (block.nodes[at].is_entry) plan.edges.push_back({0, at + 1, {}});
        }
        for (const auto& edge : block.edges) {
            LayoutEdge laid{edge.from + 1, edge.to + 1, {}};
            if (!edge.label.empty())
                laid.label = {text_width(shortened(edge.label, label_columns), 11) + 14, 18};
            plan.edges.push_back(laid);
        }
        auto layout = lay_out(boxes, plan.edges, left_);
        if (!layout) throw TooLarge{};
        std::size_t points = boxes.size();
        for (const auto& route : layout->routes) points += route.points.size() / 2;
        left_ -= std::min(left_, points);
        plan.layout = std::move(*layout);
        plan.size = plan.layout.size;
        if (!block.title.empty()) {
            plan.size.width =
                std::max(plan.size.width, text_width(title_of(block), 11)) + 2 * padding;
            plan.size.height += block_header + padding;
        }
        return plan;
    }

    static std::string title_of(const SketchBlock& block) {
        return shortened(block.title, card_columns);
    }

  private:
    Card card(const SketchNode& node) {
        Card card;
        const std::string detail = shortened(node.detail, card_columns);
        const double header = std::max(
            {least_card, text_width(shortened(node.id, card_columns), 13) + 2 * padding,
             text_width(node.type, 11) + 2 * padding, text_width(detail, 11) + 2 * padding});
        if (node.blocks.empty()) {
            card.size = {header, detail.empty() ? 46.0 : 62.0};
            return card;
        }
        const std::string second = node.type + (detail.empty() ? "" : "  " + detail);
        const double top = composite_header;
        double x = padding;
        double y = top;
        double bottom = top;
        double right = std::max(header, text_width(second, 11) + 2 * padding);
        for (const auto& block : node.blocks) {
            card.blocks.push_back(plan(block));
            const Size& size = card.blocks.back().size;
            if (x > padding && x + size.width > row_width) {
                x = padding;
                y = bottom + block_gap;
            }
            card.block_corners.push_back({x, y});
            x += size.width + block_gap;
            right = std::max(right, x - block_gap + padding);
            bottom = std::max(bottom, y + size.height);
        }
        card.size = {right, bottom + padding};
        if (card.blocks.size() == 1)
            card.block_corners[0].x = (right - card.blocks[0].size.width) / 2;
        return card;
    }

    std::size_t left_;
};

class Painter {
  public:
    void block(const Plan& plan, Point origin) {
        const SketchBlock& block = *plan.block;
        if (!block.title.empty()) {
            out_ += rectangle(origin, plan.size,
                              {"#ffffff", "#cbd5e1", 8, " stroke-dasharray=\"4 3\""});
            out_ += "<g>" + title(block.title) +
                    text_at({origin.x + padding, origin.y + 17}, {11, "#475569", true},
                            Planner::title_of(block)) +
                    "</g>\n";
            origin.x += (plan.size.width - plan.layout.size.width) / 2;
            origin.y += block_header;
        }
        const std::size_t starts = plan.edges.size() - block.edges.size();
        for (std::size_t at = 0; at < plan.edges.size(); ++at)
            edge(plan.layout.routes[at], origin, at >= starts && block.edges[at - starts].is_error);
        const Point& first = plan.layout.boxes[0];
        out_ += "<circle cx=\"" + number(origin.x + first.x + dot / 2) + "\" cy=\"" +
                number(origin.y + first.y + dot / 2) + "\" r=\"" + number(dot / 2) +
                "\" fill=\"#0f172a\"><title>begins here</title></circle>\n";
        for (std::size_t at = 0; at < plan.cards.size(); ++at) {
            const Point& corner = plan.layout.boxes[at + 1];
            card(block.nodes[at], plan.cards[at], {origin.x + corner.x, origin.y + corner.y});
        }
        for (std::size_t at = 0; at < block.edges.size(); ++at)
            if (!block.edges[at].label.empty())
                label(block.edges[at], plan.layout.routes[starts + at].label, origin);
    }

    std::string take() { return std::move(out_); }

  private:
    static std::string title(const std::string& text) {
        return "<title>" + escaped(text) + "</title>";
    }

    void edge(const Route& route, Point origin, bool is_error) {
        out_ += "<path d=\"" + path_of(route, origin) + "\" fill=\"none\" stroke=\"" +
                (is_error ? "#dc2626\" stroke-dasharray=\"5 4" : "#64748b") +
                "\" stroke-width=\"1.5\" marker-end=\"url(#" + (is_error ? "error" : "arrow") +
                ")\"/>\n";
    }

    void label(const SketchEdge& edge, Point middle, Point origin) {
        const std::string shown = shortened(edge.label, label_columns);
        const Size size{text_width(shown, 11) + 12, 18};
        const Point centre{origin.x + middle.x, origin.y + middle.y};
        out_ += "<g>" + title(edge.label) +
                rectangle({centre.x - size.width / 2, centre.y - size.height / 2}, size,
                          {"#ffffff", edge.is_error ? "#fca5a5" : "#cbd5e1", 9}) +
                text_at({centre.x, centre.y + 4},
                        {11, edge.is_error ? "#b91c1c" : "#334155", false, "middle"}, shown) +
                "</g>\n";
    }

    void card(const SketchNode& node, const Card& card, Point corner) {
        const Palette& palette = palette_of(node.family);
        const bool composite = !node.blocks.empty();
        out_ +=
            "<g>" +
            title(node.id + "\n" + node.type + (node.detail.empty() ? "" : "\n" + node.detail)) +
            rectangle(corner, card.size,
                      {palette.weak, palette.strong, 8, composite ? " stroke-width=\"1.5\"" : ""}) +
            "<path d=\"M" + number(corner.x + 4) + " " + number(corner.y + 10) + "V" +
            number(corner.y + (composite ? 36 : card.size.height - 10)) + "\" stroke=\"" +
            palette.strong + "\" stroke-width=\"4\" stroke-linecap=\"round\"/>\n" +
            text_at({corner.x + padding, corner.y + 20}, {13, "#0f172a", true},
                    shortened(node.id, card_columns));
        const std::string detail = shortened(node.detail, card_columns);
        out_ += text_at({corner.x + padding, corner.y + 36}, {11, palette.strong}, node.type);
        if (!detail.empty()) {
            const double beside = text_width(node.type + "  ", 11);
            out_ += text_at(
                {corner.x + padding + (composite ? beside : 0), corner.y + (composite ? 36 : 52)},
                {11, "#475569"}, detail);
        }
        out_ += "</g>\n";
        for (std::size_t at = 0; at < card.blocks.size(); ++at)
            block(card.blocks[at],
                  {corner.x + card.block_corners[at].x, corner.y + card.block_corners[at].y});
    }

    std::string out_;
};

std::string marker(const char* id, const char* colour) {
    return std::string("<marker id=\"") + id +
           "\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"6\" markerHeight=\"6\" "
           "orient=\"auto\"><path d=\"M0 0.5L10 5L0 9.5z\" fill=\"" +
           colour + "\"/></marker>\n";
}

}  // namespace

result<std::string> svg_of(const FlowDefinition& flow, std::size_t most_points) {
    const SketchBlock sketch = sketch_of(flow.graph);
    Plan plan;
    try {
        plan = Planner(most_points).plan(sketch);
    } catch (const TooLarge&) {
        return Error{"drawing_too_large",
                     "the flow is too large for a picture of its layers; take `--format mermaid`",
                     Object{{"limit", most_points}}};
    }
    const std::string name = flow.flow_namespace + "/" + flow.name;
    const std::size_t columns =
        std::max<std::size_t>(48, static_cast<std::size_t>(plan.size.width / (11 * column)));
    const std::string description = shortened(flow.description, columns);
    const double top = description.empty() ? margin + 34 : margin + 52;
    const double width =
        std::max({plan.size.width, text_width(name, 16), text_width(description, 11)}) + 2 * margin;
    const double height = top + plan.size.height + margin;
    Painter painter;
    painter.block(plan, {(width - plan.size.width) / 2, top});
    std::string svg =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + number(width) + "\" height=\"" +
        number(height) + "\" viewBox=\"0 0 " + number(width) + " " + number(height) +
        "\" role=\"img\" font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, "
        "'DejaVu Sans Mono', 'Liberation Mono', monospace\">\n<title>" +
        escaped(name) + "</title>\n<defs>\n" + marker("arrow", "#64748b") +
        marker("error", "#dc2626") + "</defs>\n" + rectangle({0, 0}, {width, height}, {"#ffffff"}) +
        text_at({margin, margin + 12}, {16, "#0f172a", true}, name);
    if (!description.empty()) svg += text_at({margin, margin + 32}, {11, "#475569"}, description);
    svg += painter.take() + "</svg>\n";
    return {boost::system::in_place_value, std::move(svg)};
}

}  // namespace sluice::drawing
