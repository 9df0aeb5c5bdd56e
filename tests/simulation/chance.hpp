#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "tests/run/fakes.hpp"

namespace sluice::testing {

/// Choices that follow from a seed alone. One stream a purpose, so that asking more of one thing
/// changes nothing else.
class Chance {
  public:
    Chance(std::uint64_t seed, std::uint64_t stream) : random_(seed * 1'000'003 + stream) {}

    /// 0 to `bound` - 1.
    std::uint64_t below(std::uint64_t bound) { return random_.next() % bound; }
    int between(int low, int high) {
        return low + static_cast<int>(below(static_cast<std::uint64_t>(high - low + 1)));
    }
    bool percent(unsigned percentage) { return below(100) < percentage; }
    template <typename T>
    T pick(std::initializer_list<T> choices) {
        return choices.begin()[below(choices.size())];
    }

  private:
    SeededRandom random_;
};

/// FNV-1a.
inline std::uint64_t digest(std::string_view text, std::uint64_t before = 0xCBF29CE484222325ULL) {
    for (const char letter : text)
        before = (before ^ static_cast<unsigned char>(letter)) * 0x100000001B3ULL;
    return before;
}

}  // namespace sluice::testing
