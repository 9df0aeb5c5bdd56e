#pragma once

#include <string>
#include <utility>

#include "engine/expression/expression.hpp"

/// The refusals that more than one part of the compiler makes.
namespace sluice::expression {

inline constexpr const char* code_node_hint =
    "only the side-effect-free part of JavaScript's expressions can be used here; "
    "a code node can do the rest";

inline Problem syntax_problem(std::size_t offset, std::string message, std::string hint = {}) {
    return {"expression_syntax", std::move(message), offset, std::move(hint), {}};
}

inline Problem not_text() {
    return syntax_problem(0, "the expression is no valid UTF-8", "save the file as UTF-8");
}

/// JavaScript, but more than an expression.
inline Problem beyond_expression(std::size_t offset, std::string message,
                                 std::string hint = code_node_hint) {
    return {"not_an_expression", std::move(message), offset, std::move(hint), {}};
}

}  // namespace sluice::expression
