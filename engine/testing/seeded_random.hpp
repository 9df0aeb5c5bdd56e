#pragma once

#include <cstdint>

#include "engine/model/identifier.hpp"

namespace sluice::testing {

/// Numbers that follow from a seed alone: SplitMix64 (Steele, Lea and Flood 2014).
class SeededRandom final : public Random {
  public:
    explicit SeededRandom(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() override {
        std::uint64_t mixed = (state_ += 0x9E3779B97F4A7C15ULL);
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
        return mixed ^ (mixed >> 31);
    }

  private:
    std::uint64_t state_;
};

}  // namespace sluice::testing
