#pragma once

#include "engine/model/value.hpp"

namespace sluice {

/// ToBoolean (ECMA-262, 7.1.2): false are null, false, 0, NaN and the empty string.
[[nodiscard]] bool truthy(const Value& value);

}  // namespace sluice
