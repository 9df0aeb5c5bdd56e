#pragma once

#include <cstddef>
#include <string_view>

#include "engine/expression/evaluation.hpp"
#include "engine/expression/operand.hpp"

namespace sluice::expression {

/// A string counted in UTF-16 units, for the methods that take and give positions.
class StringUnits {
  public:
    StringUnits(Evaluation& evaluation, std::string_view text);

    [[nodiscard]] std::string_view text() const { return text_; }
    [[nodiscard]] std::size_t length() const { return length_; }
    /// The byte where the unit begins; the next character when the unit is the second half of one.
    [[nodiscard]] std::size_t byte_of(std::size_t unit) const;
    /// How many units come before this byte.
    [[nodiscard]] std::size_t unit_of(std::size_t byte) const;
    [[nodiscard]] bool splits_character(std::size_t unit) const;
    /// From `begin` to before `end`; borrowed. Fails when it would begin or end in a character.
    [[nodiscard]] Operand slice(Evaluation& evaluation, std::size_t begin, std::size_t end) const;

  private:
    std::string_view text_;
    std::size_t length_;
    bool ascii_;
};

/// An argument as a position from 0 to `length`; undefined is `absent`.
std::size_t clamped_position(Evaluation& evaluation, Operand operand, std::size_t length,
                             std::size_t absent);
/// The same, but negative ones count from the end.
std::size_t relative_position(Evaluation& evaluation, Operand operand, std::size_t length,
                              std::size_t absent);

/// Where `needle` is at or after `from`, in bytes, or npos. Linear in the length of the text;
/// counts as work.
std::size_t find_text(Evaluation& evaluation, std::string_view text, std::string_view needle,
                      std::size_t from);

// string_search.cpp: with text for a pattern
Operand string_split(Evaluation& evaluation, Operand receiver, Arguments arguments);
Operand string_replace(Evaluation& evaluation, Operand receiver, Arguments arguments);
Operand string_replace_all(Evaluation& evaluation, Operand receiver, Arguments arguments);

}  // namespace sluice::expression
