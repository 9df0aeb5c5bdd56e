#pragma once

#include <string>
#include <vector>

#include "engine/definition/json_schema.hpp"
#include "engine/model/value.hpp"

namespace sluice::definition {

/// Everything that keeps `schema` from being compiled, as violations of the schema itself
/// (`pointer` leads into it). Empty means that it is a JSON Schema of draft 7 whose references all
/// resolve within it and descend into the value before they come round again, so that validation
/// ends.
[[nodiscard]] std::vector<Violation> schema_problems(const Value& schema);

/// The schema that `reference` (`#`, `#/definitions/a`) leads to within `root`, or null. `pointer`
/// becomes its JSON Pointer. Percent-encoding (RFC 6901 §6) is resolved.
[[nodiscard]] const Value* resolve_reference(const Value& root, std::string_view reference,
                                             std::string& pointer);

}  // namespace sluice::definition
