#include "engine/nodes/data/time_text.hpp"

#include <chrono>
#include <limits>
#include <locale>
#include <sstream>

#include <date/date.h>

namespace sluice::nodes {

std::optional<std::string> format_time(Milli time, const NamedZone& zone,
                                       const std::string& pattern) {
    const std::chrono::seconds offset =
        std::chrono::duration_cast<std::chrono::seconds>(Milliseconds(to_local(time, zone) - time));
    const date::local_seconds local(
        std::chrono::floor<std::chrono::seconds>(Milliseconds(to_local(time, zone))));
    const std::string abbreviation = zone.zone.abbreviation_at(static_cast<double>(time));
    std::ostringstream out;
    out.imbue(std::locale::classic());
    date::to_stream(out, pattern.c_str(), local, &abbreviation, &offset);
    if (out.fail()) return std::nullopt;
    return out.str();
}

std::optional<Milli> parse_time(const std::string& text, const std::string& pattern,
                                const NamedZone& zone) {
    constexpr auto none = std::chrono::minutes::min();
    std::istringstream in(text);
    in.imbue(std::locale::classic());
    date::local_time<Milliseconds> local;
    std::string abbreviation;
    std::chrono::minutes offset = none;
    date::from_stream(in, pattern.c_str(), local, &abbreviation, &offset);
    if (in.fail() || (in.peek(), !in.eof())) return std::nullopt;
    const Milli written = local.time_since_epoch().count();
    if (!in_range(written)) return std::nullopt;
    const Milli time =
        offset == none ? from_local(written, zone) : written - Milliseconds(offset).count();
    return in_range(time) ? std::optional(time) : std::nullopt;
}

}  // namespace sluice::nodes
