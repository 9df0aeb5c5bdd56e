#pragma once

#include <string>
#include <string_view>

#include "engine/nodes/http_client.hpp"

namespace sluice {

/// A token (RFC 9110 §5.6.2): what methods and header names are made of.
[[nodiscard]] bool is_http_token(std::string_view text);

/// True when `value` cannot break out of its header line (RFC 9110 §5.5): no control characters but
/// the tab. Bytes above 0x7F are allowed.
[[nodiscard]] bool is_http_field_value(std::string_view value);

/// The header that carries a stable key, so that a receiver can tell a repeated request.
inline constexpr const char* idempotency_header = "Idempotency-Key";
/// GET, HEAD and OPTIONS change nothing at the receiver, and need no such key.
[[nodiscard]] bool is_safe_method(std::string_view method);

/// The first value of header `name`; null when there is none.
[[nodiscard]] const std::string* find_http_header(const HttpHeaders& headers,
                                                  std::string_view name);

}  // namespace sluice
