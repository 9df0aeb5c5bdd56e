#include "engine/drawing/layout.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "engine/drawing/layered_graph.hpp"

namespace sluice::drawing {
namespace {

constexpr std::size_t plenty = 100'000;

Layout laid_out(const std::vector<Size>& boxes, const std::vector<LayoutEdge>& edges) {
    auto layout = lay_out(boxes, edges, plenty);
    EXPECT_TRUE(layout);
    return layout ? *layout : Layout{};
}

struct Rectangle {
    double left, top, right, bottom;
};

Rectangle box(const Layout& layout, const std::vector<Size>& boxes, std::size_t at) {
    const Point& corner = layout.boxes[at];
    return {corner.x, corner.y, corner.x + boxes[at].width, corner.y + boxes[at].height};
}

bool overlap(const Rectangle& left, const Rectangle& right) {
    return left.left < right.right && right.left < left.right && left.top < right.bottom &&
           right.top < left.bottom;
}

TEST(Layout, StandsChainsBelowEachOther) {
    const std::vector<Size> boxes(3, Size{100, 40});
    const Layout layout = laid_out(boxes, {{0, 1, {}}, {1, 2, {}}});
    EXPECT_EQ(layout.boxes[0].x, layout.boxes[1].x);
    EXPECT_EQ(layout.boxes[1].x, layout.boxes[2].x);
    EXPECT_LT(layout.boxes[0].y + 40, layout.boxes[1].y);
    EXPECT_LT(layout.boxes[1].y + 40, layout.boxes[2].y);
    EXPECT_EQ(layout.size.height, layout.boxes[2].y + 40);
}

TEST(Layout, PutsBranchesSideBySideInTheirOrder) {
    const std::vector<Size> boxes(4, Size{100, 40});
    const Layout layout =
        laid_out(boxes, {{0, 1, {40, 18}}, {0, 2, {40, 18}}, {1, 3, {}}, {2, 3, {}}});
    EXPECT_EQ(layout.boxes[1].y, layout.boxes[2].y);
    EXPECT_LT(layout.boxes[1].x + 100, layout.boxes[2].x);
    EXPECT_LT(layout.routes[0].label.x, layout.routes[1].label.x);
}

TEST(Layout, LeadsEdgesOfCyclesUpwards) {
    const std::vector<Size> boxes(3, Size{100, 40});
    const Layout layout = laid_out(boxes, {{0, 1, {}}, {1, 2, {}}, {2, 1, {30, 18}}, {1, 1, {}}});
    const auto& back = layout.routes[2].points;
    EXPECT_EQ(back.front().at.y, layout.boxes[2].y) << "leaves the lower box at its upper side";
    EXPECT_EQ(back.back().at.y, layout.boxes[1].y + 40);
    EXPECT_TRUE(layout.routes[3].to_self);
}

TEST(Layout, FindsAnOrderWithoutCrossings) {
    // check -> approve, check -> ship past approve, approve -> ship, approve -> note.
    const std::vector<Size> boxes(4, Size{100, 40});
    auto graph = layered(
        boxes, std::vector<LayoutEdge>{{0, 1, {}}, {0, 2, {}}, {1, 2, {}}, {1, 3, {}}}, plenty);
    ASSERT_TRUE(graph);
    order_layers(*graph);
    EXPECT_EQ(crossings(*graph), 0u);
}

TEST(Layout, RefusesWhatIsTooLarge) {
    const std::vector<Size> boxes(50, Size{10, 10});
    std::vector<LayoutEdge> edges;
    for (std::size_t at = 1; at < boxes.size(); ++at) {
        edges.push_back({at - 1, at, {}});
        edges.push_back({0, at, {}});
    }
    EXPECT_FALSE(lay_out(boxes, edges, 1'000));
    EXPECT_TRUE(lay_out(boxes, edges, plenty));
}

TEST(Layout, OfNothingIsEmpty) {
    EXPECT_EQ(laid_out({}, {}).size.width, 0);
}

RC_GTEST_PROP(Layout, NeverLetsBoxesOrLabelsOverlap, ()) {
    const auto count = *rc::gen::inRange<std::size_t>(1, 12);
    std::vector<Size> boxes;
    for (std::size_t at = 0; at < count; ++at)
        boxes.push_back({static_cast<double>(*rc::gen::inRange(10, 300)),
                         static_cast<double>(*rc::gen::inRange(10, 200))});
    std::vector<LayoutEdge> edges;
    for (std::size_t from = 0; from < count; ++from)
        for (std::size_t to = 0; to < count; ++to)
            if (*rc::gen::inRange(0, 4) == 0) edges.push_back({from, to, {40, 18}});
    const auto layout = lay_out(boxes, edges, plenty);
    RC_ASSERT(layout.has_value());
    std::vector<Rectangle> places;
    for (std::size_t at = 0; at < count; ++at) places.push_back(box(*layout, boxes, at));
    for (const auto& route : layout->routes) {
        RC_ASSERT(route.points.size() >= 2u);
        places.push_back(
            {route.label.x - 20, route.label.y - 9, route.label.x + 20, route.label.y + 9});
    }
    for (std::size_t left = 0; left < places.size(); ++left) {
        RC_ASSERT(places[left].left >= -1);
        RC_ASSERT(places[left].right <= layout->size.width + 1);
        RC_ASSERT(places[left].bottom <= layout->size.height + 1);
        for (std::size_t right = left + 1; right < places.size(); ++right)
            RC_ASSERT(!overlap(places[left], places[right]));
    }
    for (std::size_t at = 0; at < edges.size(); ++at) {
        const auto& ends = layout->routes[at].points;
        RC_ASSERT(ends.front().at.x >= places[edges[at].from].left);
        RC_ASSERT(ends.front().at.x <= places[edges[at].from].right);
        RC_ASSERT(ends.back().at.x >= places[edges[at].to].left);
        RC_ASSERT(ends.back().at.x <= places[edges[at].to].right);
    }
}

}  // namespace
}  // namespace sluice::drawing
