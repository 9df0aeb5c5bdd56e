#pragma once

#include <string>

#include "engine/model/code.hpp"
#include "engine/nodes/node_type.hpp"

namespace sluice::nodes {

/// The type of node that runs code of a language: `code.LANGUAGE`. All languages have the same
/// parameters, see the same names and make the same calls.
[[nodiscard]] NodeType code_node(CodeLanguage language, std::string description);

}  // namespace sluice::nodes
