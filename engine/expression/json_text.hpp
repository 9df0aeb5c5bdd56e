#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/expression/evaluation.hpp"
#include "engine/expression/operand.hpp"

/// JSON as JavaScript reads and writes it (ECMA-262, 25.5). Boost.JSON's own is not used because
/// numbers must be correctly rounded, and because what is read belongs into the arena and its
/// budget.
namespace sluice::expression {

/// JSON.parse without a reviver. What is wrong with the text fails the evaluation, with the place.
Operand parse_json(Evaluation& evaluation, std::string_view text);

/// What JSON.stringify is told beside the value.
struct JsonLayout {
    std::vector<std::string_view> names;  ///< of fields, in this order
    bool only_names = false;              ///< only those
    std::string indent;                   ///< of a level; empty for one line
};

/// JSON.stringify: `undefined` for undefined.
Operand json_text(Evaluation& evaluation, Operand operand, const JsonLayout& layout = {});

}  // namespace sluice::expression
