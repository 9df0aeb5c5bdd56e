#pragma once

#include <cstdint>
#include <string>

namespace sluice::script {

/// The randomness of one run: the same for the same seed (SplitMix64). Not for secrets.
class SeededRandom {
  public:
    explicit SeededRandom(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        state_ += 0x9E3779B97F4A7C15;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// From 0, below 1, with all 53 bits that a double has.
    double fraction() { return static_cast<double>(next() >> 11) * 0x1p-53; }

    /// A UUID of version 4 (RFC 9562).
    std::string uuid() {
        constexpr char hex[] = "0123456789abcdef";
        const std::uint64_t high = (next() & ~std::uint64_t{0xF000}) | 0x4000;
        const std::uint64_t low = (next() & ~(std::uint64_t{3} << 62)) | (std::uint64_t{2} << 62);
        std::string text;
        for (int digit = 0; digit < 32; ++digit) {
            if (digit == 8 || digit == 12 || digit == 16 || digit == 20) text += '-';
            const std::uint64_t half = digit < 16 ? high : low;
            text += hex[(half >> (60 - 4 * (digit % 16))) & 15];
        }
        return text;
    }

  private:
    std::uint64_t state_;
};

}  // namespace sluice::script
