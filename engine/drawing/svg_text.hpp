#pragma once

#include <string>
#include <string_view>

#include "engine/drawing/layout.hpp"

namespace sluice::drawing {

/// Text between tags or in an attribute; what XML cannot hold becomes U+FFFD.
[[nodiscard]] std::string escaped(std::string_view text);

/// A coordinate with at most one decimal.
[[nodiscard]] std::string number(double value);

struct TextStyle {
    double size = 13;  ///< pixels; a column is 0.6 of it
    const char* colour = "#0f172a";
    bool bold = false;
    const char* anchor = "start";
};

/// One line of text; `y` is its base line.
[[nodiscard]] std::string text_at(Point at, const TextStyle& style, const std::string& text);

struct RectangleStyle {
    const char* fill = "none";
    const char* stroke = "none";
    double radius = 0;
    const char* extra = "";  ///< further attributes
};

[[nodiscard]] std::string rectangle(Point corner, Size size, const RectangleStyle& style);

/// The `d` of an edge's path.
[[nodiscard]] std::string path_of(const Route& route, Point origin);

}  // namespace sluice::drawing
