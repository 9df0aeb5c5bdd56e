#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "engine/expression/expression.hpp"

/// The names that expressions can use, and what to say when one is none of them.
namespace sluice::expression {

[[nodiscard]] std::optional<Root> root_of(std::string_view name);
/// Whether functions begin with this name and a dot.
[[nodiscard]] bool is_namespace(std::string_view name);

[[nodiscard]] Problem unknown_name(std::size_t offset, std::string_view name,
                                   std::span<const std::string_view> parameters,
                                   const Names& names);
[[nodiscard]] Problem unknown_node(std::size_t offset, std::string_view id, const Names& names);
[[nodiscard]] Problem unknown_function(std::size_t offset, std::string_view name);
[[nodiscard]] Problem unknown_method(std::size_t offset, std::string_view name);

}  // namespace sluice::expression
