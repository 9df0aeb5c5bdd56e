#pragma once

#include <optional>

#include "engine/async/clock.hpp"
#include "engine/model/flow.hpp"

namespace sluice {

/// So many starts in a span of time, spread as they come: the generic cell rate algorithm (ITU-T
/// I.371), which needs one number. A burst of `count` is let through; then one every `per / count`.
class RateLimit {
  public:
    /// nullopt: it may start, and is counted. Otherwise how long until the next one may.
    [[nodiscard]] std::optional<std::chrono::milliseconds> refuse(const RateRule& rule,
                                                                  SteadyTime now);

  private:
    SteadyTime empty_;  // when all that was counted has drained
};

}  // namespace sluice
