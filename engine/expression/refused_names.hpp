#pragma once

#include <string_view>

/// Names of JavaScript that are not available here, and what to do instead.
namespace sluice::expression {

/// For a name at the beginning, or a function with its namespace; empty when there is nothing to
/// say.
[[nodiscard]] std::string_view hint_for_name(std::string_view name);
[[nodiscard]] std::string_view hint_for_method(std::string_view name);

/// Whether JavaScript finds this name on the prototype of every object, string, array or number.
/// Reading it would give a function there, so it is refused instead of answered with `undefined`.
[[nodiscard]] bool on_object_prototype(std::string_view name);
[[nodiscard]] bool on_string_prototype(std::string_view name);
[[nodiscard]] bool on_array_prototype(std::string_view name);
[[nodiscard]] bool on_number_prototype(std::string_view name);
[[nodiscard]] bool on_date_prototype(std::string_view name);

}  // namespace sluice::expression
