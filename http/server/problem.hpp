#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "engine/model/error.hpp"
#include "http/server/response.hpp"

namespace sluice::http {

/// An error as clients see it: application/problem+json (RFC 9457) with our stable `code`. The
/// `type` is `urn:sluice:problem:<code>`, the `title` the status's own phrase.
struct Problem {
    unsigned status = 500;
    std::string code;    ///< snake_case, listed in docs/operations.md
    std::string detail;  ///< one sentence: what is wrong, where, and what to do
    Array errors;        ///< every single problem, when there are several; left out when empty
    Value details;       ///< more for machines; left out when null
    std::optional<std::chrono::seconds> retry_after;  ///< also sent as Retry-After

    /// The engine's refusal under a status.
    [[nodiscard]] static Problem from(unsigned status, const Error& error);
};

[[nodiscard]] Response to_response(Problem problem);
[[nodiscard]] Response problem(unsigned status, std::string_view code, std::string_view detail);

/// What internal_error says.
inline constexpr std::string_view internal_error_detail =
    "the server failed to handle this request; its log says why";

/// The answer when a handler fails in a way that is nobody's business outside: internal_error.
[[nodiscard]] Response internal_error();

/// The answer when there is too much to do: overloaded, with Retry-After.
[[nodiscard]] Response overloaded(std::chrono::seconds retry_after);

}  // namespace sluice::http
