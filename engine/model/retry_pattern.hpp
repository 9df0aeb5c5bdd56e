#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice {

/// Whether a pattern of `RetryPolicy::on` is well formed: `*`, `timeout`, `http_429`, `http_5xx`,
/// or the code of an error; with `!` before it: not these.
[[nodiscard]] bool is_retry_pattern(std::string_view pattern);

/// The pattern behind a `!`; empty when there is none.
[[nodiscard]] std::string_view excluded_retry_pattern(std::string_view pattern);

/// Whether a pattern without `!` means a failure of this code; `status` is set when an HTTP answer
/// was the failure.
[[nodiscard]] bool matches_retry_pattern(std::string_view pattern, std::string_view code,
                                         std::optional<std::int64_t> status);

}  // namespace sluice
