#pragma once

#include <span>
#include <string_view>

#include "engine/expression/builders.hpp"
#include "engine/expression/evaluation.hpp"
#include "engine/expression/regular_expression.hpp"

namespace sluice::expression {

/// What takes the place of a match: text with `$1` and its kin, or a function's answer
/// (ECMA-262, 22.1.3.19).
class Replacement {
  public:
    Replacement(Evaluation& evaluation, Operand operand);
    /// `places` are the match and its groups, in `text`; groups that took no part have no data.
    void add(Evaluation& evaluation, TextBuilder& out, std::string_view text,
             std::span<const std::string_view> places, const RegularExpression* expression) const;

  private:
    void add_text(TextBuilder& out, std::string_view text, std::span<const std::string_view> places,
                  const RegularExpression* expression) const;

    Operand function_;
    std::string_view text_;
};

/// A group of a match as a value; `undefined` when it took no part.
[[nodiscard]] inline Operand group_operand(std::string_view place) {
    return place.data() == nullptr ? Operand() : Operand::text(place);
}
/// The object `groups` of a match; `undefined` when no group has a name.
Operand named_groups(Evaluation& evaluation, const RegularExpression& expression,
                     std::span<const std::string_view> places);

}  // namespace sluice::expression
