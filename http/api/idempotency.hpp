#pragma once

namespace sluice::http {

/// The header that names a start, so that it happens once (docs/api.md, "Starting once").
inline constexpr const char* idempotency_header = "Idempotency-Key";
/// Stands in the answer to every request but the first with the same key.
inline constexpr const char* replayed_header = "Idempotent-Replayed";

}  // namespace sluice::http
