#pragma once

#include <string>
#include <string_view>

#include "engine/model/error.hpp"
#include "engine/model/limits.hpp"

namespace sluice::definition {

/// A flow's YAML in its canonical form: keys of flows, nodes, blocks and triggers in their order
/// (format_order.cpp), two spaces a level, `- ` below its key, `{a: 1}` where it stood on one line,
/// double quotes where they say the same, at most one empty line, two spaces before a comment.
/// What people wrote stays: comments, anchors, aliases, numbers and texts as they are spelt, the
/// order of nodes and of all else. The result means the same and has the same comments, and
/// formatting it again changes nothing; all of that is checked here. Where an alias would come
/// before its anchor, keys keep their order.
///
/// Errors: `not_formattable` with the reason and the line; those of `parse_document` in
/// `details.diagnostics`, when the text is no YAML document.
[[nodiscard]] result<std::string> format_flow(std::string_view source, const Limits& limits = {});

}  // namespace sluice::definition
