#pragma once

#include <cstdint>
#include <optional>

#include "engine/async/clock.hpp"

namespace sluice {

/// How long ended executions are kept. What is not set does not limit.
struct RetentionRule {
    std::optional<Milliseconds> age = std::nullopt;     ///< since the end
    std::optional<std::uint64_t> count = std::nullopt;  ///< the newest of each flow

    [[nodiscard]] bool limits() const { return age || count; }
};

}  // namespace sluice
