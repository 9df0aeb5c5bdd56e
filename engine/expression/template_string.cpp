#include "engine/expression/template_string.hpp"

#include <utility>

#include "engine/expression/parser.hpp"
#include "engine/expression/problems.hpp"
#include "engine/expression/resolver.hpp"
#include "engine/model/utf8.hpp"

namespace sluice::expression {

TemplateString compile_template_string(std::string_view source, const std::string& path,
                                       const Names& names, const Limits& limits,
                                       std::vector<Problem>& problems) {
    TemplateString result;
    const auto add_text = [&result](std::string_view text) {
        if (text.empty()) return;
        if (result.parts.empty() || result.parts.back().program) result.parts.emplace_back();
        result.parts.back().text.append(text);
    };
    const auto report = [&](Problem problem, std::size_t begin) {
        problem.offset += begin;
        problem.path = path;
        problems.push_back(std::move(problem));
    };
    if (!is_valid_utf8(source)) {
        report(not_text(), 0);
        return result;
    }
    std::size_t position = 0;
    while (position < source.size()) {
        const std::size_t mark = source.find("${", position);
        if (mark == std::string_view::npos) break;
        if (mark > position && source[mark - 1] == '$') {
            add_text(source.substr(position, mark - 1 - position));
            add_text("${");
            position = mark + 2;
            continue;
        }
        add_text(source.substr(position, mark - position));
        const std::size_t begin = mark + 2;
        auto parsed = parse(source.substr(begin), Ending::brace, limits);
        if (!parsed) {
            report(std::move(parsed).error(), begin);
            return result;
        }
        if (auto problem = resolve(*parsed->program, names)) report(*std::move(problem), begin);
        result.parts.push_back({{}, std::move(parsed->program), begin});
        position = begin + parsed->end;
    }
    add_text(source.substr(position));
    return result;
}

}  // namespace sluice::expression
