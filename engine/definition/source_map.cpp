#include "engine/definition/source_map.hpp"

#include <utility>

namespace sluice::definition {

void SourceMap::add(std::string pointer, SourcePosition value, SourcePosition key) {
    places_.insert_or_assign(std::move(pointer), Places{value, key});
}

SourcePosition SourceMap::value(std::string_view pointer) const {
    for (;;) {
        if (const auto found = places_.find(pointer); found != places_.end())
            return found->second.value;
        const auto slash = pointer.rfind('/');
        if (slash == std::string_view::npos) return {};
        pointer = pointer.substr(0, slash);
    }
}

SourcePosition SourceMap::key(std::string_view pointer) const {
    if (const auto found = places_.find(pointer); found != places_.end()) return found->second.key;
    return value(pointer);
}

SourcePosition position_inside(std::string_view source, SourcePosition begin, std::size_t offset) {
    if (begin.line == 0 || offset == 0) return begin;
    std::size_t place = 0;
    for (std::size_t line = 1; line < begin.line && place != std::string_view::npos; ++line) {
        place = source.find('\n', place);
        if (place != std::string_view::npos) ++place;
    }
    if (place == std::string_view::npos) return begin;
    const auto next = [&source](std::size_t at) {
        do {
            ++at;
        } while (at < source.size() && (static_cast<unsigned char>(source[at]) & 0xC0) == 0x80);
        return at;
    };
    for (std::size_t column = 1; column < begin.column && place < source.size(); ++column)
        place = next(place);
    if (place >= source.size()) return begin;
    // The text of a block stands behind its indentation.
    for (; place < source.size() && source[place] == ' '; ++place) ++begin.column;
    if (place >= source.size()) return begin;
    if (source[place] == '|' || source[place] == '>') return begin;
    const bool quoted = source[place] == '"' || source[place] == '\'';
    const std::size_t first = place + (quoted ? 1 : 0);
    const std::string_view before = source.substr(first, offset);
    if (before.size() < offset || before.find_first_of(quoted && source[place] == '"' ? "\n\\"
                                                       : quoted                       ? "\n'"
                                                                : "\n") != std::string_view::npos)
        return begin;
    SourcePosition result = begin;
    for (std::size_t at = place; at < first + offset; at = next(at)) ++result.column;
    return result;
}

}  // namespace sluice::definition
