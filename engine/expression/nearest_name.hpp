#pragma once

#include <span>
#include <string_view>

namespace sluice::expression {

/// The known name that `name` was probably meant to be; empty when none is near. Near is: a third
/// of its letters changed, added, left out or swapped, or only case differs.
[[nodiscard]] std::string_view nearest_name(std::string_view name,
                                            std::span<const std::string_view> known);

}  // namespace sluice::expression
