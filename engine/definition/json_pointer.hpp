#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/model/value.hpp"

namespace sluice::definition {

/// Appends one reference token to a JSON Pointer (RFC 6901 §3: `~` becomes `~0`, `/` becomes `~1`).
void append_token(std::string& pointer, std::string_view token);

/// The pointer of the member `token` of the object at `parent`.
[[nodiscard]] std::string child_pointer(std::string_view parent, std::string_view token);

/// The pointer of the element `index` of the array at `parent`.
[[nodiscard]] std::string child_pointer(std::string_view parent, std::size_t index);

/// The value at `pointer`, or null when there is none. The pointer is RFC 6901 text; `""` is `root`
/// itself.
[[nodiscard]] const Value* find_pointer(const Value& root, std::string_view pointer);

/// The pointer as people write paths: `/nodes/a/with/0/url` is `nodes.a.with[0].url`; `""` stays
/// empty.
[[nodiscard]] std::string readable_path(std::string_view pointer);

}  // namespace sluice::definition
