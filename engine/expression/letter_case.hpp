#pragma once

#include <string_view>

#include "engine/expression/evaluation.hpp"

namespace sluice::expression {

enum class LetterCase : std::uint8_t { upper, lower };

/// toUpperCase and toLowerCase (ECMA-262, 22.1.3.26 and 28): of all of Unicode, without regard to
/// a language. Refuses what depends on the letters around: the Greek final sigma.
Operand change_case(Evaluation& evaluation, std::string_view text, LetterCase wanted);

}  // namespace sluice::expression
