#include "engine/drawing/layered_graph.hpp"

#include <algorithm>
#include <cstdint>

namespace sluice::drawing {
namespace {

// Where an edge is bent is seen most in its middle.
constexpr double inner_weight = 8;
constexpr double end_weight = 2;

struct Direction {
    std::size_t upper = 0;
    std::size_t lower = 0;
    bool upwards = false;
};

/// Which edges lead back to a box that the walk is still in.
class BackEdges {
  public:
    BackEdges(std::size_t boxes, std::span<const LayoutEdge> edges)
        : edges_(edges), leaving_(boxes), state_(boxes, State::unseen), back_(edges.size(), false) {
        std::vector<bool> entered(boxes, false);
        for (std::size_t edge = 0; edge < edges.size(); ++edge) {
            if (edges[edge].from == edges[edge].to) continue;
            leaving_[edges[edge].from].push_back(edge);
            entered[edges[edge].to] = true;
        }
        for (std::size_t box = 0; box < boxes; ++box)
            if (!entered[box]) walk(box);
        for (std::size_t box = 0; box < boxes; ++box) walk(box);
    }

    [[nodiscard]] const std::vector<bool>& found() const { return back_; }

  private:
    enum class State : std::uint8_t { unseen, open, done };
    struct Step {
        std::size_t box;
        std::size_t next = 0;
    };

    void walk(std::size_t start) {
        if (state_[start] != State::unseen) return;
        std::vector<Step> path{{start}};
        state_[start] = State::open;
        while (!path.empty()) {
            Step& step = path.back();
            if (step.next == leaving_[step.box].size()) {
                state_[step.box] = State::done;
                path.pop_back();
                continue;
            }
            const std::size_t edge = leaving_[step.box][step.next++];
            const std::size_t to = edges_[edge].to;
            back_[edge] = state_[to] == State::open;
            if (state_[to] != State::unseen) continue;
            state_[to] = State::open;
            path.push_back({to});
        }
    }

    std::span<const LayoutEdge> edges_;
    std::vector<std::vector<std::size_t>> leaving_;
    std::vector<State> state_;
    std::vector<bool> back_;
};

/// The longest path to each box, in edges.
std::vector<std::size_t> longest_paths(std::size_t boxes, std::span<const Direction> edges) {
    std::vector<std::vector<std::size_t>> below(boxes);
    std::vector<std::size_t> missing(boxes, 0);
    for (const auto& edge : edges) {
        if (edge.upper == edge.lower) continue;
        below[edge.upper].push_back(edge.lower);
        ++missing[edge.lower];
    }
    std::vector<std::size_t> ready;
    for (std::size_t box = 0; box < boxes; ++box)
        if (missing[box] == 0) ready.push_back(box);
    std::vector<std::size_t> layer(boxes, 0);
    for (std::size_t at = 0; at < ready.size(); ++at)
        for (const std::size_t lower : below[ready[at]]) {
            layer[lower] = std::max(layer[lower], layer[ready[at]] + 1);
            if (--missing[lower] == 0) ready.push_back(lower);
        }
    return layer;
}

void link(LayeredGraph& graph, std::size_t upper, std::size_t lower) {
    const bool inner = !graph.vertices[upper].is_box && !graph.vertices[lower].is_box;
    const double weight = inner ? inner_weight : end_weight;
    graph.vertices[upper].below.push_back({lower, weight});
    graph.vertices[lower].above.push_back({upper, weight});
}

Chain chain_of(LayeredGraph& graph, const Direction& edge, const Size& label) {
    Chain chain;
    chain.upwards = edge.upwards;
    if (edge.upper == edge.lower) return chain;
    const std::size_t last = graph.vertices[edge.lower].layer;
    chain.vertices.push_back(edge.upper);
    for (std::size_t layer = graph.vertices[edge.upper].layer + 1; layer < last; ++layer) {
        Vertex vertex;
        vertex.layer = layer;
        chain.vertices.push_back(graph.vertices.size());
        graph.vertices.push_back(std::move(vertex));
    }
    chain.vertices.push_back(edge.lower);
    // A label stands where its edge begins: there somebody decides which way to go.
    chain.label = edge.upwards ? chain.vertices.size() - 2 : 1;
    graph.vertices[chain.vertices[chain.label]].size = label;
    for (std::size_t at = 1; at < chain.vertices.size(); ++at)
        link(graph, chain.vertices[at - 1], chain.vertices[at]);
    return chain;
}

/// Fills the layers in the order in which a walk downwards finds the vertices.
void fill_layers(LayeredGraph& graph, std::size_t boxes) {
    std::size_t count = 0;
    for (const auto& vertex : graph.vertices) count = std::max(count, vertex.layer + 1);
    graph.layers.assign(count, {});
    std::vector<bool> seen(graph.vertices.size(), false);
    for (std::size_t root = 0; root < boxes; ++root) {
        if (!graph.vertices[root].above.empty()) continue;
        std::vector<std::size_t> open{root};
        while (!open.empty()) {
            const std::size_t at = open.back();
            open.pop_back();
            if (seen[at]) continue;
            seen[at] = true;
            graph.layers[graph.vertices[at].layer].push_back(at);
            const auto& below = graph.vertices[at].below;
            for (auto next = below.rbegin(); next != below.rend(); ++next)
                open.push_back(next->vertex);
        }
    }
}

}  // namespace

std::optional<LayeredGraph> layered(std::span<const Size> boxes, std::span<const LayoutEdge> edges,
                                    std::size_t most_points) {
    const BackEdges back(boxes.size(), edges);
    std::vector<Direction> directions;
    directions.reserve(edges.size());
    for (std::size_t at = 0; at < edges.size(); ++at)
        directions.push_back(back.found()[at] ? Direction{edges[at].to, edges[at].from, true}
                                              : Direction{edges[at].from, edges[at].to, false});
    const auto layers = longest_paths(boxes.size(), directions);
    std::size_t points = boxes.size();
    for (const auto& edge : directions)
        if (edge.upper != edge.lower) points += 2 * (layers[edge.lower] - layers[edge.upper]) - 1;
    if (points > most_points) return std::nullopt;
    LayeredGraph graph;
    graph.vertices.reserve(points);
    for (std::size_t box = 0; box < boxes.size(); ++box) {
        Vertex vertex;
        vertex.size = boxes[box];
        vertex.is_box = true;
        vertex.layer = 2 * layers[box];
        graph.vertices.push_back(std::move(vertex));
    }
    graph.chains.reserve(edges.size());
    for (std::size_t at = 0; at < edges.size(); ++at)
        graph.chains.push_back(chain_of(graph, directions[at], edges[at].label));
    fill_layers(graph, boxes.size());
    return graph;
}

}  // namespace sluice::drawing
