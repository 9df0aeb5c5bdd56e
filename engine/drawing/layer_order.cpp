#include <algorithm>
#include <compare>
#include <utility>

#include "engine/drawing/layered_graph.hpp"

namespace sluice::drawing {
namespace {

constexpr int rounds = 24;
constexpr int patience = 6;  // rounds without a better order
/// Swapping neighbours is looked at for graphs of this size: its cost grows with the square of a
/// vertex's edges.
constexpr std::size_t swapped_points = 2'000;

std::vector<std::size_t> positions(const LayeredGraph& graph) {
    std::vector<std::size_t> position(graph.vertices.size(), 0);
    for (const auto& layer : graph.layers)
        for (std::size_t at = 0; at < layer.size(); ++at) position[layer[at]] = at;
    return position;
}

/// Inversions of a list of numbers below `range`, by a Fenwick tree.
std::size_t inversions(const std::vector<std::size_t>& list, std::size_t range) {
    std::vector<std::size_t> tree(range + 1, 0);
    std::size_t found = 0;
    std::size_t seen = 0;
    for (const std::size_t number : list) {
        std::size_t not_greater = 0;
        for (std::size_t at = number + 1; at > 0; at &= at - 1) not_greater += tree[at];
        found += seen++ - not_greater;
        for (std::size_t at = number + 1; at <= range; at += at & (~at + 1)) ++tree[at];
    }
    return found;
}

/// std::stable_sort calls what C++17 deprecates.
struct Keyed {
    double key = 0;
    std::size_t place = 0;
    std::size_t vertex = 0;
    auto operator<=>(const Keyed&) const = default;
};

void sort_layer(LayeredGraph& graph, std::size_t layer, bool by_above, bool turn_ties,
                std::vector<std::size_t>& position) {
    auto& vertices = graph.layers[layer];
    std::vector<Keyed> keyed;
    keyed.reserve(vertices.size());
    for (const std::size_t vertex : vertices) {
        const auto& links = by_above ? graph.vertices[vertex].above : graph.vertices[vertex].below;
        double sum = 0;
        for (const auto& link : links) sum += static_cast<double>(position[link.vertex]);
        const double key = links.empty() ? static_cast<double>(position[vertex])
                                         : sum / static_cast<double>(links.size());
        const std::size_t place = keyed.size();
        keyed.push_back({key, turn_ties ? vertices.size() - place : place, vertex});
    }
    std::sort(keyed.begin(), keyed.end());
    for (std::size_t at = 0; at < vertices.size(); ++at) {
        vertices[at] = keyed[at].vertex;
        position[vertices[at]] = at;
    }
}

/// How many crossings there are between the edges of two vertices that stand side by side.
std::size_t crossings_of(const std::vector<Link>& left, const std::vector<Link>& right,
                         const std::vector<std::size_t>& position) {
    std::size_t count = 0;
    for (const auto& one : left)
        for (const auto& other : right)
            if (position[one.vertex] > position[other.vertex]) ++count;
    return count;
}

/// Exchanges neighbours wherever that takes crossings away; true when it did.
bool swap_neighbours(LayeredGraph& graph, std::vector<std::size_t>& position) {
    bool better = false;
    for (auto& layer : graph.layers)
        for (std::size_t at = 1; at < layer.size(); ++at) {
            const Vertex& left = graph.vertices[layer[at - 1]];
            const Vertex& right = graph.vertices[layer[at]];
            const auto now = crossings_of(left.above, right.above, position) +
                             crossings_of(left.below, right.below, position);
            const auto then = crossings_of(right.above, left.above, position) +
                              crossings_of(right.below, left.below, position);
            if (then >= now) continue;
            std::swap(layer[at - 1], layer[at]);
            position[layer[at - 1]] = at - 1;
            position[layer[at]] = at;
            better = true;
        }
    return better;
}

}  // namespace

std::size_t crossings(const LayeredGraph& graph) {
    const auto position = positions(graph);
    std::size_t count = 0;
    for (std::size_t layer = 0; layer + 1 < graph.layers.size(); ++layer) {
        std::vector<std::size_t> ends;
        for (const std::size_t vertex : graph.layers[layer]) {
            const std::size_t first = ends.size();
            for (const auto& link : graph.vertices[vertex].below)
                ends.push_back(position[link.vertex]);
            std::sort(ends.begin() + static_cast<std::ptrdiff_t>(first), ends.end());
        }
        count += inversions(ends, graph.layers[layer + 1].size());
    }
    return count;
}

void order_layers(LayeredGraph& graph) {
    auto best = graph.layers;
    std::size_t fewest = crossings(graph);
    auto position = positions(graph);
    int stale = 0;
    for (int round = 0; round < rounds && fewest > 0 && stale < patience; ++round) {
        // Of equally good orders now the one, now the other: one of them may lead further.
        const bool turn_ties = round % 4 >= 2;
        if (round % 2 == 0)
            for (std::size_t layer = 1; layer < graph.layers.size(); ++layer)
                sort_layer(graph, layer, true, turn_ties, position);
        else
            for (std::size_t layer = graph.layers.size() - 1; layer-- > 0;)
                sort_layer(graph, layer, false, turn_ties, position);
        if (graph.vertices.size() <= swapped_points)
            for (int again = 0; again < patience && swap_neighbours(graph, position); ++again) {
            }
        const std::size_t count = crossings(graph);
        ++stale;
        if (count >= fewest) continue;
        fewest = count;
        best = graph.layers;
        stale = 0;
    }
    graph.layers = std::move(best);
}

}  // namespace sluice::drawing
