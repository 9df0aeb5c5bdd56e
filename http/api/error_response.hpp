#pragma once

#include <chrono>
#include <optional>

#include "engine/model/error.hpp"
#include "http/server/response.hpp"

namespace sluice::http {

/// The engine's refusals as problem+json: one table says which code has which status. Codes that
/// are not in the table are failures of ours: 500.
[[nodiscard]] unsigned status_of(std::string_view code);
/// How long a refused caller had better wait, where the error says so (`retry_after_ms`).
[[nodiscard]] std::optional<std::chrono::seconds> retry_after_of(const Error& error);
[[nodiscard]] Response error_response(const Error& error);

}  // namespace sluice::http
