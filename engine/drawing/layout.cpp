#include "engine/drawing/layout.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/drawing/layered_graph.hpp"

namespace sluice::drawing {
namespace {

constexpr double layer_gap = 18;
constexpr double most_extra_gap = 48;
constexpr double port_gap = 28;
constexpr double port_margin = 16;
constexpr double most_drop = 24;   // of a low box below the upper end of a high layer
constexpr double loop_width = 34;  // of an edge from a box to itself

/// The room that a box takes together with the edges from itself to itself.
std::vector<Size> with_loops(std::span<const Size> boxes, std::span<const LayoutEdge> edges) {
    std::vector<Size> sizes(boxes.begin(), boxes.end());
    std::vector<bool> done(boxes.size(), false);
    for (const auto& edge : edges) {
        if (edge.from != edge.to || done[edge.from]) continue;
        done[edge.from] = true;
        sizes[edge.from].width += loop_width + edge.label.width;
        sizes[edge.from].height = std::max(sizes[edge.from].height, edge.label.height);
    }
    return sizes;
}

struct Band {
    double top = 0;
    double bottom = 0;
};

/// Where each layer begins and ends: further from the one before where edges go far to the side.
std::vector<Band> bands_of(const LayeredGraph& graph) {
    std::vector<Band> bands;
    double y = 0;
    for (const auto& layer : graph.layers) {
        double height = 0;
        double far = 0;
        for (const std::size_t at : layer) {
            const Vertex& vertex = graph.vertices[at];
            height = std::max(height, vertex.size.height);
            for (const auto& link : vertex.above)
                far = std::max(far, std::abs(graph.vertices[link.vertex].x - vertex.x));
        }
        if (!bands.empty()) y += layer_gap + std::clamp(far / 8 - 12, 0.0, most_extra_gap);
        bands.push_back({std::round(y), std::round(y + height)});
        y += height;
    }
    return bands;
}

class Router {
  public:
    Router(const LayeredGraph& graph, std::span<const Size> boxes, const std::vector<Band>& bands,
           const std::vector<Point>& corners)
        : graph_(graph), boxes_(boxes), bands_(bands), corners_(corners) {
        std::vector<std::vector<std::size_t>> leaving(boxes.size());
        std::vector<std::vector<std::size_t>> entering(boxes.size());
        for (std::size_t at = 0; at < graph.chains.size(); ++at) {
            const auto& vertices = graph.chains[at].vertices;
            if (vertices.empty()) continue;
            leaving[vertices.front()].push_back(at);
            entering[vertices.back()].push_back(at);
        }
        upper_.resize(graph.chains.size());
        lower_.resize(graph.chains.size());
        for (std::size_t box = 0; box < boxes.size(); ++box) {
            spread(box, std::move(leaving[box]), true);
            spread(box, std::move(entering[box]), false);
        }
    }

    [[nodiscard]] Route route(std::size_t edge, const LayoutEdge& source) const {
        const Chain& chain = graph_.chains[edge];
        if (chain.vertices.empty()) return loop(source);
        Route route;
        const std::size_t last = chain.vertices.size() - 1;
        for (std::size_t at = 0; at <= last; ++at) {
            const std::size_t vertex = chain.vertices[at];
            const Band& band = bands_[graph_.vertices[vertex].layer];
            const double x = at == 0      ? upper_[edge]
                             : at == last ? lower_[edge]
                                          : graph_.vertices[vertex].x;
            if (at == chain.label) route.label = {x, (band.top + band.bottom) / 2};
            if (at % 2 == 1) {
                route.points.push_back({{x, (band.top + band.bottom) / 2}});
                continue;
            }
            // Beside boxes it is upright.
            route.points.push_back(
                {{x, at == 0 ? corners_[vertex].y + boxes_[vertex].height : band.top}});
            route.points.push_back({{x, at == last ? corners_[vertex].y : band.bottom}});
        }
        for (std::size_t at = 2; at + 2 < route.points.size(); at += 3)
            route.points[at].slope = slope_at(route.points, at);
        if (chain.upwards) std::reverse(route.points.begin(), route.points.end());
        return route;
    }

  private:
    /// The slope at a point that makes the curve neither turn back nor bulge: the harmonic mean of
    /// the slopes beside it (Fritsch and Butland 1984).
    static double slope_at(const std::vector<Waypoint>& points, std::size_t at) {
        const auto between = [&](std::size_t first) {
            const Point& from = points[first].at;
            const Point& to = points[first + 1].at;
            return to.y > from.y ? (to.x - from.x) / (to.y - from.y) : 0.0;
        };
        const double before = between(at - 1);
        const double after = between(at);
        return before * after <= 0 ? 0 : 2 * before * after / (before + after);
    }

    /// Gives the edges at one side of a box places of their own, in the order of where they go.
    void spread(std::size_t box, std::vector<std::size_t> edges, bool below) {
        const auto neighbour = [&](std::size_t edge) {
            const auto& vertices = graph_.chains[edge].vertices;
            return graph_.vertices[below ? vertices[1] : vertices[vertices.size() - 2]].x;
        };
        std::sort(edges.begin(), edges.end(), [&](std::size_t left, std::size_t right) {
            return std::pair(neighbour(left), left) < std::pair(neighbour(right), right);
        });
        const double middle = corners_[box].x + boxes_[box].width / 2;
        const double room = std::max(0.0, boxes_[box].width - 2 * port_margin);
        const auto count = static_cast<double>(edges.size());
        if (edges.size() == 1) {
            const double near = std::min(port_gap, room / 2);
            (below ? upper_ : lower_)[edges[0]] =
                std::clamp(neighbour(edges[0]), middle - near, middle + near);
            return;
        }
        const double step = std::min(port_gap, room / (count - 1));
        for (std::size_t at = 0; at < edges.size(); ++at)
            (below ? upper_ : lower_)[edges[at]] =
                middle + (static_cast<double>(at) - (count - 1) / 2) * step;
    }

    [[nodiscard]] Route loop(const LayoutEdge& edge) const {
        const Point& corner = corners_[edge.from];
        const Size& box = boxes_[edge.from];
        const double right = corner.x + box.width;
        Route route;
        route.to_self = true;
        route.points = {{{right, corner.y + box.height * 0.7}},
                        {{right, corner.y + box.height * 0.3}}};
        route.label = {right + loop_width - 6 + edge.label.width / 2, corner.y + box.height / 2};
        return route;
    }

    const LayeredGraph& graph_;
    std::span<const Size> boxes_;
    const std::vector<Band>& bands_;
    const std::vector<Point>& corners_;
    std::vector<double> upper_;  // x of the upper end, by edge
    std::vector<double> lower_;
};

}  // namespace

std::optional<Layout> lay_out(std::span<const Size> boxes, std::span<const LayoutEdge> edges,
                              std::size_t most_points) {
    const auto rooms = with_loops(boxes, edges);
    auto graph = layered(rooms, edges, most_points);
    if (!graph) return std::nullopt;
    order_layers(*graph);
    place(*graph);
    const auto bands = bands_of(*graph);
    Layout layout;
    for (std::size_t box = 0; box < boxes.size(); ++box) {
        const Vertex& vertex = graph->vertices[box];
        const Band& band = bands[vertex.layer];
        const double spare = band.bottom - band.top - boxes[box].height;
        layout.boxes.push_back(
            {vertex.x - rooms[box].width / 2, band.top + std::min(spare / 2, most_drop)});
    }
    const Router router(*graph, boxes, bands, layout.boxes);
    for (std::size_t edge = 0; edge < edges.size(); ++edge)
        layout.routes.push_back(router.route(edge, edges[edge]));
    for (const auto& vertex : graph->vertices)
        layout.size.width = std::max(layout.size.width, vertex.x + vertex.size.width / 2);
    if (!bands.empty()) layout.size.height = bands.back().bottom;
    return layout;
}

}  // namespace sluice::drawing
