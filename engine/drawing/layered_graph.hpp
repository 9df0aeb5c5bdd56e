#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "engine/drawing/layout.hpp"

namespace sluice::drawing {

/// A neighbour in the layer above or below.
struct Link {
    std::size_t vertex = 0;
    double weight = 1;  ///< how straight the way to it should be
};

/// A box, or a place where an edge passes a layer.
struct Vertex {
    Size size;
    bool is_box = false;
    std::size_t layer = 0;
    double x = 0;  ///< of its middle
    std::vector<Link> above;
    std::vector<Link> below;
};

/// What an edge became: vertices of one layer after the other, from the upper box to the lower one.
struct Chain {
    std::vector<std::size_t> vertices;  ///< empty: an edge from a box to itself
    bool upwards = false;               ///< the edge leaves the lower box
    std::size_t label = 0;              ///< the place in `vertices` of the one that has its label
};

/// Boxes stand in layers of even number, labels in those between.
struct LayeredGraph {
    std::vector<Vertex> vertices;                  ///< the boxes first, in their order
    std::vector<std::vector<std::size_t>> layers;  ///< from left to right
    std::vector<Chain> chains;                     ///< in the order of the edges
};

/// Turns edges of cycles around, gives each box the layer of its longest path, and puts vertices
/// where edges pass. Nullopt above `most_points` vertices.
[[nodiscard]] std::optional<LayeredGraph> layered(std::span<const Size> boxes,
                                                  std::span<const LayoutEdge> edges,
                                                  std::size_t most_points);

/// Orders each layer for few crossings, by the barycentres of neighbours. What needs no other order
/// stays in that of the boxes and edges.
void order_layers(LayeredGraph& graph);

/// How often edges cross, with the layers in their order.
[[nodiscard]] std::size_t crossings(const LayeredGraph& graph);

/// Gives each vertex its `x`: near its neighbours, in the order of its layer, apart from others.
void place(LayeredGraph& graph);

}  // namespace sluice::drawing
