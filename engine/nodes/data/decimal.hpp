#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/model/value.hpp"

namespace sluice::nodes {

enum class Rounding : std::uint8_t { half_up, half_even, up, down, ceiling, floor };
inline constexpr std::array<std::string_view, 6> rounding_words{"half_up", "half_even", "up",
                                                                "down",    "ceiling",   "floor"};

/// A number as people see it: its shortest decimal digits. Rounding these, 1.005 becomes 1.01,
/// which binary fractions would miss.
class Decimal {
  public:
    /// `number` is one.
    [[nodiscard]] static Decimal of(const Value& number);

    /// To so many digits behind the point; before it with a negative number.
    void round(int places, Rounding rounding);
    /// Without an exponent, with exactly `places` digits behind the point if there are no more;
    /// signs are given.
    [[nodiscard]] std::string text(int places, std::string_view group,
                                   std::string_view point) const;
    /// A whole number of 64 bits where it is one.
    [[nodiscard]] Value value() const;

  private:
    [[nodiscard]] bool rounds_away(std::string_view rest, bool odd, Rounding rounding) const;

    bool negative_ = false;
    std::string digits_;  ///< without leading zeros; empty is 0
    int scale_ = 0;       ///< how many of them stand behind the point; may be negative
};

}  // namespace sluice::nodes
