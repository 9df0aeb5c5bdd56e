#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::http {

/// Appends `text` with its `%XX` escapes replaced (RFC 3986 §2.1). False when an escape is
/// malformed or stands for NUL; `out` then holds what came before it.
[[nodiscard]] bool percent_decode(std::string_view text, std::string& out);

/// The first value of `name` in a query string, decoded as forms write it (`+` is a space; WHATWG
/// URL, application/x-www-form-urlencoded). `a` and `a=` are both present and empty; a malformed
/// escape stands for itself.
[[nodiscard]] std::optional<std::string> query_value(std::string_view query, std::string_view name);

/// Calls `visit` with each name and value of a query string or form, decoded as `query_value` does;
/// a name without
/// `=` has an empty value.
void for_each_form_field(
    std::string_view form,
    const std::function<void(std::string_view name, std::string_view value)>& visit);

}  // namespace sluice::http
