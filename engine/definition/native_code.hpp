#pragma once

#include "engine/definition/section.hpp"
#include "engine/model/code.hpp"
#include "engine/model/limits.hpp"

namespace sluice::definition {

/// Reads a flow's `code`: the modules that its code nodes share, by language and name. The code
/// itself is not judged here.
[[nodiscard]] CodeModules read_code(const Section& flow, const Limits& limits);

}  // namespace sluice::definition
