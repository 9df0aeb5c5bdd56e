#include "engine/model/retry_pattern.hpp"

#include <algorithm>
#include <string>

namespace sluice {
namespace {

constexpr std::string_view http_prefix = "http_";

bool is_digit(char character) {
    return character >= '0' && character <= '9';
}

/// `429` or `5xx`: what follows `http_` in a pattern of statuses.
bool is_status_pattern(std::string_view text) {
    if (text.size() != 3 || text[0] < '1' || text[0] > '5') return false;
    return text.substr(1) == "xx" || (is_digit(text[1]) && is_digit(text[2]));
}

}  // namespace

std::string_view excluded_retry_pattern(std::string_view pattern) {
    return pattern.starts_with('!') ? pattern.substr(1) : std::string_view();
}

bool is_retry_pattern(std::string_view pattern) {
    if (pattern.starts_with('!')) pattern.remove_prefix(1);
    if (pattern == "*") return true;
    if (pattern.empty()) return false;
    if (pattern.starts_with(http_prefix) && pattern.size() > http_prefix.size() &&
        is_digit(pattern[http_prefix.size()]))
        return is_status_pattern(pattern.substr(http_prefix.size()));
    return std::all_of(pattern.begin(), pattern.end(), [](char character) {
        return is_digit(character) || character == '_' || (character >= 'a' && character <= 'z');
    });
}

bool matches_retry_pattern(std::string_view pattern, std::string_view code,
                           std::optional<std::int64_t> status) {
    if (pattern == "*" || pattern == code) return true;
    if (pattern == "timeout") return code == "node_timeout" || code == "http_timeout";
    if (!status || !pattern.starts_with(http_prefix)) return false;
    const auto wanted = pattern.substr(http_prefix.size());
    if (!is_status_pattern(wanted)) return false;
    const std::string text = std::to_string(*status);
    return wanted.ends_with("xx") ? text.front() == wanted.front() : text == wanted;
}

}  // namespace sluice
