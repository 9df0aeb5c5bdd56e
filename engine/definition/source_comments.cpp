#include "engine/definition/source_comments.hpp"

#include <algorithm>

namespace sluice::definition {
namespace {

bool is_space(char byte) {
    return byte == ' ' || byte == '\t';
}

/// Where a comment begins in a part of a line; npos when there is none.
std::size_t comment_in(std::string_view source, std::size_t begin, std::size_t end) {
    for (std::size_t at = begin; at < end; ++at)
        if (source[at] == '#' && (at == 0 || source[at - 1] == '\n' || is_space(source[at - 1])))
            return at;
    return std::string_view::npos;
}

std::size_t line_begin(std::string_view source, std::size_t at) {
    const auto before = at == 0 ? std::string_view::npos : source.rfind('\n', at - 1);
    return before == std::string_view::npos ? 0 : before + 1;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

}  // namespace

Gap read_gap(std::string_view source, std::size_t begin, std::size_t end) {
    Gap gap;
    // A block scalar has taken the empty lines behind it.
    bool blank = begin > 1 && source[begin - 1] == '\n' && source[begin - 2] == '\n';
    for (std::size_t at = begin; at < end;) {
        const std::size_t stop = std::min(source.find('\n', at), end);
        const std::size_t comment = comment_in(source, at, stop);
        const bool whole = at == 0 || source[at - 1] == '\n';
        if (comment != std::string_view::npos) {
            const std::size_t first = line_begin(source, comment);
            const std::size_t content = source.find_first_not_of(" \t-?", first);
            gap.comments.push_back({std::string(trimmed(source.substr(comment, stop - comment))),
                                    comment - first, content >= comment, blank});
            blank = false;
        } else if (whole && stop < end && trimmed(source.substr(at, stop - at)).empty()) {
            blank = true;
        }
        at = stop + 1;
    }
    gap.blank_at_end = blank;
    return gap;
}

std::size_t indent_of_line(std::string_view source, std::size_t at) {
    const std::size_t first = line_begin(source, at);
    const std::size_t content = source.find_first_not_of(' ', first);
    return content == std::string_view::npos ? 0 : content - first;
}

std::optional<BlockHeader> block_header(std::string_view source, std::size_t begin,
                                        std::size_t end) {
    for (std::size_t at = begin; at < end;) {
        const std::size_t stop = std::min(source.find('\n', at), source.size());
        const std::size_t comment = comment_in(source, at, stop);
        const std::string_view line = trimmed(source.substr(at, std::min(comment, stop) - at));
        const auto space = line.find_last_of(" \t");
        const std::string_view word =
            space == std::string_view::npos ? line : line.substr(space + 1);
        if (!word.empty() && (word[0] == '|' || word[0] == '>'))
            return BlockHeader{std::string(word), std::min(stop + 1, source.size())};
        at = stop + 1;
    }
    return std::nullopt;
}

bool has_directive(std::string_view source) {
    for (std::size_t at = 0; at < source.size();) {
        const std::size_t stop = std::min(source.find('\n', at), source.size());
        if (source[at] == '%') return true;
        if (source[at] != '#' && !trimmed(source.substr(at, stop - at)).empty()) return false;
        at = stop + 1;
    }
    return false;
}

}  // namespace sluice::definition
