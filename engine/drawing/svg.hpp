#pragma once

#include <cstddef>
#include <string>

#include "engine/model/error.hpp"
#include "engine/model/flow.hpp"

namespace sluice::drawing {

/// Nodes, and places where an edge passes a layer, of the largest picture.
inline constexpr std::size_t drawing_points = 20'000;

/// A flow as a picture: SVG 1.1 with its own colours and no script, style sheet or font, so that it
/// looks the same in a browser, a document and a converter. Whole texts of what is cut short are in
/// `<title>` elements. Error `drawing_too_large` above `most_points`.
[[nodiscard]] result<std::string> svg_of(const FlowDefinition& flow,
                                         std::size_t most_points = drawing_points);

}  // namespace sluice::drawing
