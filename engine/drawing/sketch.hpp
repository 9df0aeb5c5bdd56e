#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/model/graph.hpp"

namespace sluice::drawing {

/// What a node is about, for its colour.
enum class Family : std::uint8_t { data, control, people, network, code, system };

/// All edges from one node to another, as one.
struct SketchEdge {
    std::size_t from = 0;  ///< places in `SketchBlock::nodes`
    std::size_t to = 0;
    std::string label;      ///< the outcomes; empty for any but `error`
    bool is_error = false;  ///< only failures take it
};

struct SketchBlock;

struct SketchNode {
    std::string id;
    std::string type;
    std::string
        detail;  ///< the parameter that says most: `GET https://...`, `each: ${input.items}`
    Family family = Family::data;
    bool is_entry = false;
    std::vector<SketchBlock> blocks;  ///< that a composite node holds
};

/// The nodes of one block, and the edges between them.
struct SketchBlock {
    std::string title;  ///< `catch timeout`, `finally`, the name of a branch; may be empty
    std::vector<SketchNode> nodes;
    std::vector<SketchEdge> edges;
};

/// A graph as people are shown it: nested, with several edges as one, and a word on each node.
[[nodiscard]] SketchBlock sketch_of(const Graph& graph);

/// At most `columns` characters, the last of them an ellipsis when the text is longer; line breaks
/// and other controls as spaces.
[[nodiscard]] std::string shortened(const std::string& text, std::size_t columns);

/// How many columns a text takes in a font of fixed width.
[[nodiscard]] std::size_t columns_of(const std::string& text);

}  // namespace sluice::drawing
