#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/model/code.hpp"
#include "engine/model/value.hpp"

namespace sluice::nodes {

/// The template of what a piece of JavaScript may see of its execution: an object of the roots of
/// expressions (`input`, `nodes`, `trigger` ...) that the code mentions, and of `nodes` only those
/// that it names (`nodes.a`, `nodes["a-b"]`), all of them when it does anything else with `nodes`.
/// Of `secrets` it has only those that are named in so many words: `secrets.A`, `secrets["A"]`,
/// `const {A, B: b} = secrets`. `input` is the code's own when it is not null. Reads words, not
/// syntax: what is mentioned in a comment is there, too, and nothing that the code can reach is
/// missing. In Python `nodes` and `secrets` are dicts, of which `nodes.get` names no node.
[[nodiscard]] Object code_scope(std::string_view code, const Value& input,
                                std::span<const std::string> nodes,
                                CodeLanguage language = CodeLanguage::javascript);

/// `text` as a template that evaluates to it, whatever stands in it.
[[nodiscard]] std::string verbatim(std::string_view text);

}  // namespace sluice::nodes
