#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/expression/expression.hpp"
#include "engine/expression/syntax.hpp"

namespace sluice::expression {

/// A string of a template, cut into what stays and what is evaluated.
struct TemplateString {
    struct Part {
        std::string text;  ///< when there is no program
        std::shared_ptr<const Program> program;
        std::size_t offset = 0;  ///< of the program in the source
    };
    std::vector<Part> parts;  ///< no two texts in a row; none for the empty string

    [[nodiscard]] bool is_text() const {
        return parts.empty() || (parts.size() == 1 && !parts[0].program);
    }
    [[nodiscard]] bool is_expression() const { return parts.size() == 1 && parts[0].program; }
};

/// Problems are appended, with offsets into `source` and this path. After one of syntax the rest of
/// the string is not looked at, because nobody knows where the expression ends.
TemplateString compile_template_string(std::string_view source, const std::string& path,
                                       const Names& names, const Limits& limits,
                                       std::vector<Problem>& problems);

}  // namespace sluice::expression
