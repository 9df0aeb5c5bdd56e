#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice {

/// Whether a pattern of `RetryPolicy::on` is well formed: `*`, `timeout`, `http_429`, `http_5xx`,
/// or the code of an error.
[[nodiscard]] bool is_retry_pattern(std::string_view pattern);

/// Whether it means a failure of this code; `status` is set when an HTTP answer was the failure.
[[nodiscard]] bool matches_retry_pattern(std::string_view pattern, std::string_view code,
                                         std::optional<std::int64_t> status);

}  // namespace sluice
