#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/definition/event_stream.hpp"
#include "engine/model/error.hpp"

namespace sluice::definition {

/// A comment on a line of its own.
struct WrittenComment {
    std::string text;  ///< with its `#`
    bool blank_before = false;
};

struct WrittenEntry;

/// A value as it is written.
struct WrittenNode {
    enum class Kind : unsigned char { scalar, alias, sequence, mapping };

    Kind kind = Kind::scalar;
    std::string properties;  ///< `&anchor !!tag`
    std::string text;    ///< a scalar with its quotes, a block scalar's lines, the name of an alias
    std::string header;  ///< of a block scalar: `|-`
    std::size_t indent = 0;  ///< columns before what holds it
    YamlEvent::Style style = YamlEvent::Style::plain;
    bool on_one_line = false;  ///< collections: with brackets, and they stay
    std::vector<WrittenEntry> entries;
    std::vector<WrittenComment> tail;  ///< comments behind the last entry
};

struct WrittenEntry {
    std::vector<WrittenComment> before;
    bool blank_before = false;
    std::string key;   ///< as written
    std::string name;  ///< what it says
    WrittenNode value;
    std::string beside;                 ///< comment on its line
    std::vector<WrittenComment> below;  ///< comments where the value would be, of an empty one
};

/// A document with everything that people wrote into it.
struct WrittenDocument {
    WrittenNode root;
    std::vector<std::string> comments;  ///< all of them, sorted
};

/// Reads a document that `parse_document` accepts, with line feeds only and no byte order mark.
/// Error `not_formattable`.
[[nodiscard]] result<WrittenDocument> read_written(std::string_view source);

/// Puts the keys of a flow into their order.
void order_flow(WrittenNode& root);

/// The canonical text.
[[nodiscard]] std::string write_document(const WrittenNode& root);

}  // namespace sluice::definition
