#include "engine/definition/durations.hpp"

#include <array>
#include <cstdint>

#include "engine/model/json_text.hpp"

namespace sluice::definition {

namespace {

struct Unit {
    std::string_view name;
    std::int64_t milliseconds;
};

constexpr std::array<Unit, 6> units{{{"w", 604'800'000},
                                     {"d", 86'400'000},
                                     {"h", 3'600'000},
                                     {"m", 60'000},
                                     {"s", 1'000},
                                     {"ms", 1}}};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

Error refusal(std::string_view text, std::string_view why, std::string suggestion) {
    Error error{"invalid_duration",
                "`" + std::string(text) + "` is not a duration: " + std::string(why), nullptr};
    if (!suggestion.empty()) error.details = Object{{"suggestion", suggestion}};
    return error;
}

/// Reads digits with an optional fraction as thousandths; false on none, overflow, or a fourth
/// decimal.
bool read_thousandths(std::string_view& text, std::int64_t& thousandths) {
    constexpr std::int64_t ceiling = 1'000'000'000'000;
    if (text.empty() || !is_digit(text.front())) return false;
    std::int64_t whole = 0;
    while (!text.empty() && is_digit(text.front())) {
        whole = whole * 10 + (text.front() - '0');
        if (whole > ceiling) return false;
        text.remove_prefix(1);
    }
    std::int64_t fraction = 0;
    if (!text.empty() && text.front() == '.') {
        text.remove_prefix(1);
        if (text.empty() || !is_digit(text.front())) return false;
        for (std::int64_t place = 100; !text.empty() && is_digit(text.front()); place /= 10) {
            if (place == 0) return false;
            fraction += place * (text.front() - '0');
            text.remove_prefix(1);
        }
    }
    thousandths = whole * 1'000 + fraction;
    return true;
}

}  // namespace

result<std::chrono::milliseconds> parse_duration(std::string_view text) {
    constexpr std::string_view shape = "write a number and a unit (ms, s, m, h, d, w), as in 1h30m";
    if (text == "0") return std::chrono::milliseconds(0);
    std::string_view rest = text;
    std::int64_t total = 0;
    std::size_t next_unit = 0;
    if (rest.empty()) return refusal(text, shape, "5s");
    while (!rest.empty()) {
        std::int64_t thousandths = 0;
        if (!read_thousandths(rest, thousandths)) return refusal(text, shape, {});
        std::size_t length = 0;
        while (length < rest.size() && is_letter(rest[length])) ++length;
        const std::string_view name = rest.substr(0, length);
        if (name.empty()) {
            const std::string bare(text);
            return refusal(text, rest.empty() ? "its unit is missing" : shape,
                           rest.empty() ? bare + "s" : "");
        }
        std::size_t unit = 0;
        while (unit < units.size() && units[unit].name != name) ++unit;
        if (unit == units.size())
            return refusal(
                text,
                "`" + std::string(name) + "` is not a unit; the units are ms, s, m, h, d and w",
                {});
        if (unit < next_unit)
            return refusal(text, "its units must go from large to small, each once", {});
        next_unit = unit + 1;
        rest.remove_prefix(length);
        if (thousandths > longest_duration.count() * 1'000 / units[unit].milliseconds)
            return refusal(text, "the longest is 3650d", "3650d");
        const std::int64_t scaled = thousandths * units[unit].milliseconds;
        if (scaled % 1'000 != 0) return refusal(text, "it is finer than a millisecond", {});
        total += scaled / 1'000;
    }
    if (total > longest_duration.count()) return refusal(text, "the longest is 3650d", "3650d");
    return std::chrono::milliseconds(total);
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

std::string duration_text(std::chrono::milliseconds duration) {
    std::int64_t rest = duration.count();
    if (rest == 0) return "0";
    std::string text;
    for (const auto& unit : units) {
        if (unit.name == "w" || rest < unit.milliseconds) continue;
        text += std::to_string(rest / unit.milliseconds) + std::string(unit.name);
        rest %= unit.milliseconds;
    }
    return text;
}

}  // namespace sluice::definition
