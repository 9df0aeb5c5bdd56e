#pragma once

#include <cstdint>

#include "engine/testing/seeded_random.hpp"

namespace sluice::testing {

/// What goes wrong while a test runs, by a seed: the same seed, the same faults.
struct TestFaults {
    std::uint64_t seed = 1;
    bool kill = false;  ///< the process dies at commits and between them, and recovers
    bool http = false;  ///< calls fail before they are answered, as far as retries are left
    bool clock =
        false;  ///< somebody sets the wall clock wrong, by a quarter of the next wait at most
    [[nodiscard]] bool any() const { return kill || http || clock; }
};

/// How many did.
struct FaultCounts {
    std::uint32_t kills = 0;
    std::uint32_t failed_calls = 0;
    std::uint32_t clock_jumps = 0;
};

/// Choices that follow from a seed; one stream a purpose, so that asking more of one thing changes
/// nothing else.
class TestLuck {
  public:
    TestLuck(std::uint64_t seed, std::uint64_t stream) : random_(seed * 1'000'003 + stream) {}

    [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return random_.next() % bound; }
    [[nodiscard]] bool percent(unsigned percentage) { return below(100) < percentage; }

  private:
    SeededRandom random_;
};

}  // namespace sluice::testing
