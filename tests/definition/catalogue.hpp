#pragma once

#include <vector>

#include "engine/definition/native.hpp"

namespace sluice::definition {

/// A catalogue like the real one, as far as the language sees it.
const std::vector<NodeTypeName>& test_catalogue();

/// Parses with that catalogue.
ParsedFlow parse_yaml(std::string_view source, const Limits& limits = {});

/// "code line:column path | message | suggestion" a line, for messages of failed tests.
std::string describe(const Diagnostics& diagnostics);

/// The first diagnostic with this code, or null.
const Diagnostic* find(const Diagnostics& diagnostics, std::string_view code);

/// A file of the source tree.
std::string read_source_file(std::string_view path);

}  // namespace sluice::definition
