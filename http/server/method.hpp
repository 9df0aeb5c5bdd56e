#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sluice::http {

/// The request methods that routes may name (RFC 9110 §9, RFC 5789); `other` is any other token.
enum class Method : std::uint8_t { get, head, post, put, patch, delete_, options, other };

inline constexpr std::size_t method_count = 8;

/// The method as it stands in a request line; "" for `other`.
constexpr std::string_view to_string(Method method) {
    constexpr std::array<std::string_view, method_count> names{"GET",   "HEAD",   "POST",    "PUT",
                                                               "PATCH", "DELETE", "OPTIONS", ""};
    return names[static_cast<std::size_t>(method)];
}

/// Methods are case-sensitive: "get" is `other`.
constexpr Method to_method(std::string_view text) {
    for (std::size_t index = 0; index + 1 < method_count; ++index) {
        const auto method = static_cast<Method>(index);
        if (to_string(method) == text) return method;
    }
    return Method::other;
}

/// A set of methods, as a bit for each.
using MethodSet = std::uint8_t;

constexpr MethodSet bit(Method method) {
    return static_cast<MethodSet>(1u << static_cast<unsigned>(method));
}

}  // namespace sluice::http
