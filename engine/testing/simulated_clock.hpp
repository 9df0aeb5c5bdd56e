#pragma once

#include "engine/async/clock.hpp"

namespace sluice::testing {

/// Time that passes when it is told to.
class SimulatedClock final : public Clock {
  public:
    static constexpr WallTime default_begin{Milliseconds{1'800'000'000'000}};

    explicit SimulatedClock(WallTime begin = default_begin) : wall_(begin) {}

    [[nodiscard]] WallTime wall() const override { return wall_; }
    [[nodiscard]] SteadyTime steady() const override { return steady_; }
    void advance(Milliseconds span) {
        wall_ += span;
        steady_ += span;
    }
    /// Somebody sets the clock on the wall.
    void set_wall(WallTime time) { wall_ = time; }

  private:
    WallTime wall_;
    SteadyTime steady_{};
};

}  // namespace sluice::testing
