#pragma once

#include <chrono>

namespace sluice {

using Milliseconds = std::chrono::milliseconds;
/// Time of day in UTC, to the millisecond: what is stored and shown.
using WallTime = std::chrono::time_point<std::chrono::system_clock, Milliseconds>;
/// Time that never jumps: what waits are measured in.
using SteadyTime = std::chrono::steady_clock::time_point;

/// Where the engine learns the time. It never asks the system, so that the whole of it runs under a
/// simulated clock. Implementations are called on the loop thread only.
class Clock {
  public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual WallTime wall() const = 0;
    [[nodiscard]] virtual SteadyTime steady() const = 0;
};

/// The system's clocks.
class SystemClock final : public Clock {
  public:
    [[nodiscard]] WallTime wall() const override {
        return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
    }
    [[nodiscard]] SteadyTime steady() const override { return std::chrono::steady_clock::now(); }
};

}  // namespace sluice
