#pragma once

#include <memory>
#include <string_view>

#include <boost/system/result.hpp>

#include "engine/expression/expression.hpp"
#include "engine/expression/syntax.hpp"

namespace sluice::expression {

/// Where the text of an expression ends.
enum class Ending : std::uint8_t {
    text,   ///< with the text
    brace,  ///< at the first `}` that belongs to nothing inside the expression
};

struct Parsed {
    std::shared_ptr<Program> program;  ///< names are not resolved yet
    std::size_t end = 0;               ///< bytes in the text: past the end, or past the brace
};

/// Parses by recursive descent, after the grammar of ECMA-262 (13, Expressions). How deep
/// operators, brackets and functions nest is limited (`Limits::expression_depth`), so that neither
/// this nor the evaluation can exhaust the stack. A chain such as `a + b + c` nests as well, but
/// may be ten times as long.
boost::system::result<Parsed, Problem> parse(std::string_view text, Ending ending,
                                             const Limits& limits);

}  // namespace sluice::expression
