#include "engine/definition/source_map.hpp"

#include <algorithm>
#include <utility>

namespace sluice::definition {
namespace {

/// The text from a line on; empty when there are fewer lines.
std::string_view from_line(std::string_view source, std::size_t line) {
    for (; line > 1; --line) {
        const auto end = source.find('\n');
        if (end == std::string_view::npos) return {};
        source.remove_prefix(end + 1);
    }
    return source;
}

/// A line that ends in the `|` of a block whose indentation is that of its first line.
bool opens_literal_block(std::string_view line) {
    line = line.substr(0, line.find('\n'));
    if (const auto comment = line.find(" #"); comment != std::string_view::npos)
        line = line.substr(0, comment);
    const auto end = line.find_last_not_of(" \t\r+-");
    return end != std::string_view::npos && line[end] == '|';
}

/// Where a block's lines begin: the spaces before its first line that has more.
std::size_t indentation_of(std::string_view block) {
    for (;;) {
        const auto text = block.find_first_not_of(' ');
        if (text == std::string_view::npos) return 0;
        if (block[text] != '\n' && block[text] != '\r') return text;
        const auto end = block.find('\n');
        if (end == std::string_view::npos) return 0;
        block.remove_prefix(end + 1);
    }
}

}  // namespace

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

SourcePosition position_in_text(std::string_view source, SourcePosition begin,
                                std::string_view text, SourcePosition within) {
    if (begin.line == 0 || within.line == 0) return begin;
    const std::size_t column = std::max<std::size_t>(within.column, 1);
    if (begin.line > 1 && begin.column == 1 &&
        opens_literal_block(from_line(source, begin.line - 1)))
        return {begin.line + within.line - 1,
                indentation_of(from_line(source, begin.line)) + column};
    if (within.line > 1) return begin;
    std::size_t offset = 0;
    for (std::size_t at = 1; at < column && offset < text.size(); ++at) do {
            ++offset;
        } while (offset < text.size() && (static_cast<unsigned char>(text[offset]) & 0xC0) == 0x80);
    return position_inside(source, begin, offset);
}

}  // namespace sluice::definition
