#pragma once

#include <string>

#include "engine/model/error.hpp"
#include "engine/model/value.hpp"

namespace sluice::nodes {

/// Writes a value of the form that `read_xml` gives as an XML document (1.0). By hand: of the
/// packaged libraries those that write check neither names nor characters. Numbers and booleans
/// are written as their texts, null as an empty element.
///
/// Errors: `invalid_xml_value`, with the path of what cannot be written: no root or several, a name
/// that is no name in XML (§2.3), a character that XML does not have (§2.2), an attribute or
/// `#text` that is no text, a list in a list.
[[nodiscard]] result<std::string> write_xml(const Value& value, bool indent, bool declaration);

}  // namespace sluice::nodes
