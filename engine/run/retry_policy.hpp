#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "engine/model/error.hpp"
#include "engine/model/graph.hpp"
#include "engine/model/identifier.hpp"

namespace sluice {

/// How long to wait before the attempt that follows `failed_attempts`; nullopt when there is none.
/// A failure whose details say `retry_after_ms` waits at least so long, whatever the policy's cap:
/// who is asked to come later and comes earlier is refused again (RFC 9110 §10.2.3).
[[nodiscard]] std::optional<std::chrono::milliseconds> next_attempt(const RetryPolicy& policy,
                                                                    const NodeError& error,
                                                                    std::uint32_t failed_attempts,
                                                                    Random& random);

}  // namespace sluice
