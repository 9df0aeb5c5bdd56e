#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace sluice::drawing {

struct Size {
    double width = 0;
    double height = 0;
};

struct Point {
    double x = 0;
    double y = 0;
};

/// An edge between two boxes, by their places in the list of boxes.
struct LayoutEdge {
    std::size_t from = 0;
    std::size_t to = 0;
    Size label;  ///< room that its label needs; zero: it has none
};

/// Where an edge passes, and its direction there.
struct Waypoint {
    Point at;
    double slope = 0;  ///< how far it goes to the right for each step down; 0: upright
};

/// The way of an edge, from the box that it leaves to the one that it enters: curves from point to
/// point.
struct Route {
    std::vector<Waypoint> points;
    Point label;           ///< the middle of its label
    bool to_self = false;  ///< it leaves and enters one box at its right side: two points
};

struct Layout {
    Size size;
    std::vector<Point> boxes;   ///< upper left corners, in the order of the boxes
    std::vector<Route> routes;  ///< in the order of the edges
};

/// Lays boxes out in layers from top to bottom, so that edges lead downwards except on cycles,
/// cross seldom and touch neither boxes nor labels (Sugiyama, Tagawa, Toda 1981). Several edges
/// between the same two boxes run over each other: merge them first. Units are those of the sizes.
/// The same input gives the same layout. Nullopt when it takes more than `most_points` boxes and
/// places where an edge passes a layer.
[[nodiscard]] std::optional<Layout> lay_out(std::span<const Size> boxes,
                                            std::span<const LayoutEdge> edges,
                                            std::size_t most_points);

}  // namespace sluice::drawing
