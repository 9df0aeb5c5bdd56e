#include "engine/definition/durations.hpp"

#include "engine/model/duration.hpp"
#include "engine/model/json_text.hpp"

namespace sluice::definition {

namespace {

constexpr std::string_view shape =
    "write a number and a unit (ms, s, m, h, d, w), from large to small and each once, as in 1h30m";

Error refusal(std::string_view text, std::string_view why, std::string suggestion) {
    Error error{"invalid_duration",
                "`" + std::string(text) + "` is not a duration: " + std::string(why), nullptr};
    if (!suggestion.empty()) error.details = Object{{"suggestion", suggestion}};
    return error;
}

bool is_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

result<std::chrono::milliseconds> parse_duration(std::string_view text) {
    const auto parsed = sluice::parse_duration(text);
    if (parsed && *parsed <= longest_duration) return *parsed;
    if (parsed) return refusal(text, "the longest is 3650d", "3650d");
    if (is_number(text)) return refusal(text, "its unit is missing", std::string(text) + "s");
    return refusal(text, shape, text.empty() ? "5s" : "");
}

result<std::chrono::milliseconds> duration_of(const Value& value) {
    if (const auto* text = value.if_string())
        return parse_duration(std::string_view(text->data(), text->size()));
    if (value.is_number()) {
        if (value.to_number<double>() == 0) return std::chrono::milliseconds(0);
        const std::string number = to_json(value);
        return refusal(number, "its unit is missing", number.front() == '-' ? "5s" : number + "s");
    }
    return refusal(to_json(value).substr(0, 40), "it must be a text such as 5s", "5s");
}

}  // namespace sluice::definition
