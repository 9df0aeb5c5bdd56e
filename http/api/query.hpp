#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/model/error.hpp"
#include "engine/model/value.hpp"
#include "http/server/request.hpp"

namespace sluice::http {

/// Parameters that several routes share. What is malformed is refused with `invalid_parameter`,
/// which names it.

/// `?limit=`: 1 to 500, 50 when absent.
[[nodiscard]] result<std::size_t> limit_of(const Request& request);
/// `?cursor=`: what `next_cursor` of the page before said.
[[nodiscard]] result<std::optional<std::int64_t>> cursor_of(const Request& request);
/// `?wait=30s`: how long the answer may wait for the result, at most `ceiling`.
[[nodiscard]] result<std::optional<std::chrono::milliseconds>> wait_of(
    const Request& request, std::chrono::milliseconds ceiling);
/// A page: {items, next_cursor}; `next` is absent on the last page.
[[nodiscard]] Value page(Array items, std::optional<std::int64_t> next);

}  // namespace sluice::http
