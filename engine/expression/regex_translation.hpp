#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "engine/expression/regular_expression.hpp"

namespace sluice::expression {

struct RegexFlags {
    bool ignore_case = false;
    bool multiline = false;
    bool dot_all = false;
    bool unicode = false;
};

/// A pattern of JavaScript in RE2's syntax, and what has to be known about it.
struct RegexTranslation {
    std::string pattern;
    std::vector<std::string> group_names;  ///< of each group, or empty
    std::size_t longest = 0;               ///< characters in a match; 0 when there is no bound
    bool may_be_empty = false;
    bool whole_characters = true;  ///< nothing in it matches half of a surrogate pair
    bool ascii = true;
};

/// After the grammar of ECMA-262 (22.2.1), without Annex B: its leniencies are refused.
boost::system::result<RegexTranslation, RegularExpression::Refusal> translate_regex(
    std::string_view pattern, RegexFlags flags);

}  // namespace sluice::expression
