#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/drawing/layered_graph.hpp"

namespace sluice::drawing {
namespace {

constexpr double box_gap = 32;
constexpr double mixed_gap = 22;
constexpr double edge_gap = 16;
constexpr int sweeps = 12;

double distance(const Vertex& left, const Vertex& right) {
    const double gap = left.is_box && right.is_box   ? box_gap
                       : left.is_box || right.is_box ? mixed_gap
                                                     : edge_gap;
    return (left.size.width + right.size.width) / 2 + gap;
}

/// Which neighbours a vertex is drawn to.
enum class Side { above, below, both };

struct Target {
    double x = 0;
    double weight = 0;
};

Target target_of(const LayeredGraph& graph, const Vertex& vertex, Side side) {
    Target target;
    const auto add = [&](const std::vector<Link>& links) {
        for (const auto& link : links) {
            target.x += link.weight * graph.vertices[link.vertex].x;
            target.weight += link.weight;
        }
    };
    if (side != Side::below) add(vertex.above);
    if (side != Side::above) add(vertex.below);
    if (target.weight > 0) target.x /= target.weight;
    // Without neighbours it stays where it is, unless others need the room.
    if (target.weight == 0) target = {vertex.x, 0.01};
    return target;
}

/// The places nearest to the targets, by weighted squares, with `distance` between neighbours: with
/// the distances subtracted that is isotonic regression, and pooling adjacent violators solves it.
void place_layer(LayeredGraph& graph, const std::vector<std::size_t>& layer, Side side) {
    struct Pool {
        double x;
        double weight;
        std::size_t count;
    };
    std::vector<Pool> pools;
    std::vector<double> offsets;
    double offset = 0;
    for (std::size_t at = 0; at < layer.size(); ++at) {
        const Vertex& vertex = graph.vertices[layer[at]];
        if (at > 0) offset += distance(graph.vertices[layer[at - 1]], vertex);
        offsets.push_back(offset);
        const Target target = target_of(graph, vertex, side);
        pools.push_back({target.x - offset, target.weight, 1});
        while (pools.size() > 1 && pools[pools.size() - 2].x > pools.back().x) {
            const Pool last = pools.back();
            pools.pop_back();
            Pool& pool = pools.back();
            pool.x = (pool.x * pool.weight + last.x * last.weight) / (pool.weight + last.weight);
            pool.weight += last.weight;
            pool.count += last.count;
        }
    }
    std::size_t at = 0;
    for (const auto& pool : pools)
        for (std::size_t member = 0; member < pool.count; ++member, ++at)
            graph.vertices[layer[at]].x = pool.x + offsets[at];
}

void place_side_by_side(LayeredGraph& graph) {
    for (const auto& layer : graph.layers) {
        double width = 0;
        for (std::size_t at = 0; at < layer.size(); ++at) {
            if (at > 0) width += distance(graph.vertices[layer[at - 1]], graph.vertices[layer[at]]);
            graph.vertices[layer[at]].x = width;
        }
        for (const std::size_t vertex : layer) graph.vertices[vertex].x -= width / 2;
    }
}

/// How far a vertex can move without coming too near to those beside it.
struct Room {
    double left = std::numeric_limits<double>::lowest();
    double right = std::numeric_limits<double>::max();
};

Room room_of(const LayeredGraph& graph, std::size_t vertex, std::size_t position) {
    Room room;
    const auto& layer = graph.layers[graph.vertices[vertex].layer];
    const Vertex& own = graph.vertices[vertex];
    if (position > 0) {
        const Vertex& left = graph.vertices[layer[position - 1]];
        room.left = left.x + distance(left, own);
    }
    if (position + 1 < layer.size()) {
        const Vertex& right = graph.vertices[layer[position + 1]];
        room.right = right.x - distance(own, right);
    }
    return room;
}

/// Draws the places that an edge passes into as few upright lines as the room allows.
void straighten(LayeredGraph& graph) {
    std::vector<std::size_t> position(graph.vertices.size(), 0);
    for (const auto& layer : graph.layers)
        for (std::size_t at = 0; at < layer.size(); ++at) position[layer[at]] = at;
    for (const auto& chain : graph.chains) {
        if (chain.vertices.size() < 4) continue;
        const std::size_t end = chain.vertices.size() - 1;
        for (std::size_t first = 1; first < end;) {
            Room room = room_of(graph, chain.vertices[first], position[chain.vertices[first]]);
            double sum = graph.vertices[chain.vertices[first]].x;
            std::size_t last = first + 1;
            for (; last < end; ++last) {
                const std::size_t vertex = chain.vertices[last];
                const Room next = room_of(graph, vertex, position[vertex]);
                const Room both{std::max(room.left, next.left), std::min(room.right, next.right)};
                if (both.left > both.right) break;
                room = both;
                sum += graph.vertices[vertex].x;
            }
            const double x =
                std::min(std::max(sum / static_cast<double>(last - first), room.left), room.right);
            if (last - first > 1)
                for (std::size_t at = first; at < last; ++at)
                    graph.vertices[chain.vertices[at]].x = x;
            first = last;
        }
    }
}

}  // namespace

void place(LayeredGraph& graph) {
    place_side_by_side(graph);
    const auto downwards = [&](Side side) {
        for (const auto& layer : graph.layers) place_layer(graph, layer, side);
    };
    const auto upwards = [&](Side side) {
        for (auto layer = graph.layers.rbegin(); layer != graph.layers.rend(); ++layer)
            place_layer(graph, *layer, side);
    };
    for (int sweep = 0; sweep < sweeps; ++sweep) {
        downwards(Side::above);
        upwards(Side::below);
    }
    for (int sweep = 0; sweep < sweeps; ++sweep) {
        downwards(Side::both);
        upwards(Side::both);
    }
    straighten(graph);
    double left = 0;
    bool first = true;
    for (const auto& vertex : graph.vertices) {
        const double edge = vertex.x - vertex.size.width / 2;
        left = first ? edge : std::min(left, edge);
        first = false;
    }
    for (auto& vertex : graph.vertices) vertex.x = std::round(vertex.x - left);
}

}  // namespace sluice::drawing
