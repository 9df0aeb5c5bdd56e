#pragma once

#include <string_view>

namespace sluice::definition {

/// The JSON Schema (draft 7) of the native flow language, for editors: docs/flow.schema.json as
/// text. It describes the shape of a flow; what depends on names (nodes, types, outcomes) only
/// `parse_native` checks.
[[nodiscard]] std::string_view language_schema();

}  // namespace sluice::definition
