#include "engine/testing/call_pattern.hpp"

#include <algorithm>

#include "engine/model/json_text.hpp"
#include "engine/testing/difference.hpp"

namespace sluice::testing {
namespace {

bool same_word(std::string_view left, std::string_view right) {
    const auto lower = [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
    };
    return std::ranges::equal(left, right, {}, lower, lower);
}

}  // namespace

bool fits(std::string_view pattern, std::string_view text) {
    std::size_t at = 0;
    std::size_t here = 0;
    std::size_t star = std::string_view::npos;  // the newest one, and where its text may end
    std::size_t resume = 0;
    while (here < text.size()) {
        if (at < pattern.size() && pattern[at] == '*') {
            star = at++;
            resume = here;
        } else if (at < pattern.size() && pattern[at] == text[here]) {
            ++at;
            ++here;
        } else if (star != std::string_view::npos) {
            at = star + 1;
            here = ++resume;
        } else {
            return false;
        }
    }
    while (at < pattern.size() && pattern[at] == '*') ++at;
    return at == pattern.size();
}

Value body_of(const HttpRequest& request) {
    if (request.body.empty()) return nullptr;
    auto parsed = parse_json(request.body);
    return parsed ? std::move(*parsed) : Value(request.body);
}

bool fits(const CallPattern& pattern, const HttpRequest& request) {
    if (!pattern.method.empty() && !same_word(pattern.method, request.method)) return false;
    if (!fits(pattern.url, request.url)) return false;
    for (const auto& [name, value] : pattern.headers) {
        const auto found = std::ranges::find_if(request.headers, [&](const auto& header) {
            return same_word(header.first, name) && fits(value, header.second);
        });
        if (found == request.headers.end()) return false;
    }
    if (!pattern.body && !pattern.body_contains) return true;
    const Value body = body_of(request);
    if (pattern.body && !difference("body", *pattern.body, body, Comparison::equal).empty())
        return false;
    return !pattern.body_contains ||
           difference("body", *pattern.body_contains, body, Comparison::contains).empty();
}

std::string describe(const CallPattern& pattern) {
    std::string text =
        (pattern.method.empty() ? "any call of " : pattern.method + " ") + pattern.url;
    for (const auto& [name, value] : pattern.headers) text += ", " + name + ": " + value;
    if (pattern.body) text += " with the body " + brief(*pattern.body);
    if (pattern.body_contains)
        text += " with a body that contains " + brief(*pattern.body_contains);
    return text;
}

}  // namespace sluice::testing
