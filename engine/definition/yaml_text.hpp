#pragma once

#include <string>

#include "engine/model/error.hpp"
#include "engine/model/limits.hpp"
#include "engine/model/value.hpp"

namespace sluice::definition {

/// Writes a value as a YAML 1.2 document in block style, by libfyaml. What `parse_document` reads
/// back is the same value: texts that could be taken for something else are in double quotes.
/// Errors: `yaml_too_large` beyond `Limits::source_depth` levels or `Limits::source_values` values,
/// which nothing could read back.
[[nodiscard]] result<std::string> to_yaml(const Value& value, const Limits& limits = {});

}  // namespace sluice::definition
