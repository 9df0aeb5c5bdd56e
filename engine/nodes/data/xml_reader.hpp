#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/model/error.hpp"
#include "engine/model/limits.hpp"
#include "engine/model/value.hpp"

namespace sluice::nodes {

/// Reads an XML document (1.0, fifth edition) by expat, as it comes: no tree but the value itself
/// is built, and reading stops at a limit at once.
///
/// An element with neither attributes nor elements in it is its text; another one is an object
/// with attributes as `@name`, its text, if it is more than spaces, as `#text`, and elements by
/// name. Of elements with the same name the value is a list, and of those in `lists` always.
/// Comments and processing instructions are passed over; names stay as they are written
/// (`soap:Body`).
///
/// Errors: `invalid_xml` (with line and column), `xml_doctype` (a document type can define entities
/// that grow without end, and is never taken), `xml_too_deep`, `xml_too_large` (too many elements
/// and attributes).
[[nodiscard]] result<Value> read_xml(std::string_view text, const std::vector<std::string>& lists,
                                     const Limits& limits);

}  // namespace sluice::nodes
