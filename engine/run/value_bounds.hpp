#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/model/value.hpp"

namespace sluice {

/// How a value keeps to its limits.
enum class Bounds : std::uint8_t { kept, too_deep, too_large };

/// Whether `value` nests at most `max_depth` levels of arrays and objects, and takes at most
/// `max_bytes` as JSON. Bytes are counted from below (escapes and the digits of numbers are not),
/// so that nothing need be encoded; `bytes` takes how many there are of what is kept. Never goes
/// deeper than `max_depth`.
[[nodiscard]] Bounds check_bounds(const Value& value, std::size_t max_depth, std::size_t max_bytes,
                                  std::size_t* bytes = nullptr);

}  // namespace sluice
