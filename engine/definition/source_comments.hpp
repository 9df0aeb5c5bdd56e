#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::definition {

/// A comment between two tokens of a YAML text.
struct SourceComment {
    std::string text;        ///< with its `#`, without spaces at the end
    std::size_t column = 0;  ///< from 0
    bool own_line = true;
    bool blank_before = false;  ///< an empty line stands before it
};

struct Gap {
    std::vector<SourceComment> comments;
    bool blank_at_end =
        false;  ///< an empty line stands between the last comment and the next token
};

/// Reads what stands between two tokens: a `#` there, behind a space or at the beginning of a line,
/// begins a comment (YAML 1.2.2 §6.6).
[[nodiscard]] Gap read_gap(std::string_view source, std::size_t begin, std::size_t end);

/// The spaces before the line that `at` stands in.
[[nodiscard]] std::size_t indent_of_line(std::string_view source, std::size_t at);

struct BlockHeader {
    std::string text;     ///< `|`, `>-`, `|2+`
    std::size_t end = 0;  ///< where the lines of the block begin
};

/// The header of a block scalar whose lines begin at `end` at the latest; nullopt when there is
/// none.
[[nodiscard]] std::optional<BlockHeader> block_header(std::string_view source, std::size_t begin,
                                                      std::size_t end);

/// Whether the text begins with `%YAML` or the like.
[[nodiscard]] bool has_directive(std::string_view source);

}  // namespace sluice::definition
