#include "http/api/query.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "engine/model/duration.hpp"

namespace sluice::http {
namespace {

constexpr std::int64_t default_limit = 50;
constexpr std::int64_t largest_limit = 500;

Error malformed(std::string_view name, std::string_view expectation, std::string_view found) {
    return {"invalid_parameter",
            "the query parameter '" + std::string(name) + "' must be " + std::string(expectation) +
                ", not '" + std::string(found) + "'",
            Object{{"parameter", name}}};
}

result<std::optional<std::int64_t>> integer(const Request& request, std::string_view name,
                                            std::int64_t lowest, std::int64_t highest,
                                            std::string_view expectation) {
    const auto text = request.query(name);
    if (!text) return std::optional<std::int64_t>{};
    std::int64_t number = 0;
    const auto end = std::from_chars(text->data(), text->data() + text->size(), number);
    if (end.ec != std::errc() || end.ptr != text->data() + text->size() || number < lowest ||
        number > highest)
        return malformed(name, expectation, *text);
    return std::optional(number);
}

}  // namespace

result<std::size_t> limit_of(const Request& request) {
    const auto limit = integer(request, "limit", 1, largest_limit, "a number from 1 to 500");
    if (!limit) return limit.error();
    return static_cast<std::size_t>(limit->value_or(default_limit));
}

result<std::optional<std::int64_t>> cursor_of(const Request& request) {
    return integer(request, "cursor", 0, INT64_MAX, "the `next_cursor` of a page");
}

result<std::optional<std::chrono::milliseconds>> wait_of(const Request& request,
                                                         std::chrono::milliseconds ceiling) {
    const auto text = request.query("wait");
    if (!text) return std::optional<std::chrono::milliseconds>{};
    const auto duration = parse_duration(*text);
    if (!duration) return malformed("wait", "a duration such as 30s", *text);
    return std::optional(std::min(*duration, ceiling));
}

Value page(Array items, std::optional<std::int64_t> next) {
    Object object{{"items", std::move(items)}};
    object["next_cursor"] = next ? Value(std::to_string(*next)) : Value(nullptr);
    return object;
}

}  // namespace sluice::http
