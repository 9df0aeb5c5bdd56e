#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/drawing/mermaid.hpp"
#include "engine/drawing/sketch.hpp"
#include "engine/drawing/svg.hpp"

namespace sluice::drawing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Node node(std::string id, std::string type, Value with = {}) {
    Node node;
    node.id = std::move(id);
    node.type = std::move(type);
    node.with = std::move(with);
    return node;
}

/// A loop that holds a choice; all that is written needs escaping.
FlowDefinition flow() {
    FlowDefinition flow;
    flow.name = "orders";
    flow.description = "ships <all> & \"some\"";
    Node loop = node("all", "flow.each", Object{{"items", "${input.items}"}});
    loop.composite = Composite::each;
    Node choice = node("end", "flow.if", Object{{"condition", "${item.n < 5 && item.ok}"}});
    choice.block = 1;
    Node left = node("left", "core.set");
    left.block = 1;
    Node right = node("right", "core.set");
    right.block = 1;
    flow.graph.nodes = {loop, node("sorry", "core.log", Object{{"message", "a\nb | c"}}), choice,
                        left, right};
    flow.graph.edges = {{0, 1, "error"}, {2, 3, "true"}, {2, 4, "false"}, {2, 4, "error"}};
    flow.graph.entries = {0};
    Block block;
    block.owner = 0;
    block.first = 2;
    block.count = 3;
    block.entries = {2};
    flow.graph.blocks = {block};
    return flow;
}

TEST(Sketch, NestsBlocksAndMergesEdges) {
    const SketchBlock sketch = sketch_of(flow().graph);
    ASSERT_EQ(sketch.nodes.size(), 2u);
    EXPECT_EQ(sketch.nodes[0].detail, "each: ${input.items}");
    EXPECT_TRUE(sketch.nodes[0].is_entry);
    ASSERT_EQ(sketch.nodes[0].blocks.size(), 1u);
    const SketchBlock& body = sketch.nodes[0].blocks[0];
    ASSERT_EQ(body.nodes.size(), 3u);
    EXPECT_EQ(body.nodes[0].detail, "item.n < 5 && item.ok");
    ASSERT_EQ(body.edges.size(), 2u);
    EXPECT_EQ(body.edges[1].label, "false, error");
    EXPECT_FALSE(body.edges[1].is_error);
    EXPECT_TRUE(sketch.edges[0].is_error);
}

TEST(Sketch, ShortensByColumnsAndNotWithinCharacters) {
    EXPECT_EQ(shortened("abcdef", 6), "abcdef");
    EXPECT_EQ(shortened("abcdefg", 6), "abcde…");
    EXPECT_EQ(shortened("äöüäöü", 4), "äöü…");
    EXPECT_EQ(shortened("a\n   b", 6), "a b");
    EXPECT_EQ(shortened("", 6), "");
    EXPECT_EQ(columns_of("日本"), 4u);
}

TEST(Mermaid, DrawsBlocksAsSubgraphsAndEscapes) {
    const std::string text = mermaid_of(flow());
    EXPECT_THAT(text, HasSubstr("flowchart TD\n"));
    EXPECT_THAT(text, HasSubstr("subgraph all[\"all · flow.each · each: ${input.items}\"]"));
    EXPECT_THAT(text, HasSubstr("end_{{\"end<br/>")) << "`end` is a word of Mermaid's";
    EXPECT_THAT(text, HasSubstr("item.n #60; 5 #38;#38; item.ok"));
    EXPECT_THAT(text, HasSubstr("end_ -->|\"true\"| left"));
    EXPECT_THAT(text, HasSubstr("all -.->|\"error\"| sorry"));
    EXPECT_THAT(text, HasSubstr("a b | c"));
}

TEST(Svg, ShowsEveryNodeAndEscapes) {
    const std::string text = svg_of(flow()).value();
    for (const char* part :
         {">all<", ">flow.each<", ">each: ${input.items}<", ">end<", ">left<", ">right<", ">true<",
          ">false, error<", ">sorry<", "begins here", "ships &lt;all&gt; &amp; &quot;some&quot;",
          "item.n &lt; 5 &amp;&amp;"})
        EXPECT_THAT(text, HasSubstr(part));
    EXPECT_THAT(text, Not(HasSubstr("<all>")));
    EXPECT_EQ(text, svg_of(flow()).value());
}

TEST(Svg, RefusesWhatIsTooLarge) {
    const auto drawn = svg_of(flow(), 5);
    ASSERT_FALSE(drawn);
    EXPECT_EQ(drawn.error().code, "drawing_too_large");
}

}  // namespace
}  // namespace sluice::drawing
