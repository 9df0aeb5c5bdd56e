#include "engine/drawing/svg_text.hpp"

#include <array>
#include <charconv>

namespace sluice::drawing {

std::string escaped(std::string_view text) {
    std::string result;
    for (const char byte : text) {
        const auto code = static_cast<unsigned char>(byte);
        if (byte == '&')
            result += "&amp;";
        else if (byte == '<')
            result += "&lt;";
        else if (byte == '>')
            result += "&gt;";
        else if (byte == '"')
            result += "&quot;";
        else if (code < 0x20 && byte != '\n' && byte != '\t')
            result += "\xEF\xBF\xBD";
        else
            result += byte;
    }
    return result;
}

std::string number(double value) {
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                   std::chars_format::fixed, 1);
    std::string text(buffer.data(), end.ptr);
    if (text.ends_with(".0")) text.resize(text.size() - 2);
    return text == "-0" ? "0" : text;
}

std::string text_at(Point at, const TextStyle& style, const std::string& text) {
    return "<text x=\"" + number(at.x) + "\" y=\"" + number(at.y) + "\" font-size=\"" +
           number(style.size) + "\" fill=\"" + style.colour + "\"" +
           (style.bold ? " font-weight=\"bold\"" : "") +
           (std::string_view(style.anchor) == "start"
                ? std::string()
                : std::string(" text-anchor=\"") + style.anchor + "\"") +
           ">" + escaped(text) + "</text>\n";
}

std::string rectangle(Point corner, Size size, const RectangleStyle& style) {
    return "<rect x=\"" + number(corner.x) + "\" y=\"" + number(corner.y) + "\" width=\"" +
           number(size.width) + "\" height=\"" + number(size.height) + "\"" +
           (style.radius > 0 ? " rx=\"" + number(style.radius) + "\"" : "") + " fill=\"" +
           style.fill + "\" stroke=\"" + style.stroke + "\"" + style.extra + "/>\n";
}

std::string path_of(const Route& route, Point origin) {
    const auto point = [&](double x, double y) {
        return number(origin.x + x) + " " + number(origin.y + y);
    };
    const auto& points = route.points;
    std::string path = "M" + point(points.front().at.x, points.front().at.y);
    if (route.to_self) {
        const double bulge = points.front().at.x + 34;
        return path + "C" + point(bulge, points[0].at.y) + " " + point(bulge, points[1].at.y) +
               " " + point(points[1].at.x, points[1].at.y);
    }
    for (std::size_t next = 1; next < points.size(); ++next) {
        const Waypoint& from = points[next - 1];
        const Waypoint& to = points[next];
        const double down = to.at.y - from.at.y;
        if (from.at.x == to.at.x) {
            if (down != 0) path += "L" + point(to.at.x, to.at.y);
            continue;
        }
        const double reach = down * 0.42;
        path += "C" + point(from.at.x + from.slope * reach, from.at.y + reach) + " " +
                point(to.at.x - to.slope * reach, to.at.y - reach) + " " + point(to.at.x, to.at.y);
    }
    return path;
}

}  // namespace sluice::drawing
