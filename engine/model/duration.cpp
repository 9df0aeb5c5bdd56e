#include "engine/model/duration.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace sluice {
namespace {

struct Unit {
    std::string_view name;
    std::int64_t milliseconds;
};

// From the largest to the smallest.
constexpr std::array<Unit, 6> units{{{"w", 604'800'000},
                                     {"d", 86'400'000},
                                     {"h", 3'600'000},
                                     {"m", 60'000},
                                     {"s", 1'000},
                                     {"ms", 1}}};

constexpr bool is_digit(char character) {
    return character >= '0' && character <= '9';
}

std::size_t length_of(std::string_view text, bool (*belongs)(char)) {
    std::size_t length = 0;
    while (length < text.size() && belongs(text[length])) ++length;
    return length;
}

constexpr std::size_t max_digits = 18;  // 10^18 fits 64 bits

std::int64_t number(std::string_view digits) {
    std::int64_t value = 0;
    for (const char digit : digits) value = value * 10 + (digit - '0');
    return value;
}

/// `fraction` (the digits after the point) of one unit; nullopt when it is not whole milliseconds.
std::optional<std::int64_t> part_of(std::string_view fraction, std::int64_t unit) {
    while (fraction.ends_with('0')) fraction.remove_suffix(1);
    if (fraction.size() > 8) return std::nullopt;  // no unit divides that finely
    std::int64_t scale = 1;
    for (std::size_t at = 0; at < fraction.size(); ++at) scale *= 10;
    const std::int64_t product = number(fraction) * unit;
    if (product % scale != 0) return std::nullopt;
    return product / scale;
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
    if (text.empty()) return std::nullopt;
    if (text == "0") return std::chrono::milliseconds(0);
    std::int64_t total = 0;
    std::size_t next_unit = 0;
    const auto take = [&text](bool (*belongs)(char)) {
        const auto taken = text.substr(0, length_of(text, belongs));
        text.remove_prefix(taken.size());
        return taken;
    };
    while (!text.empty()) {
        const auto digits = take(is_digit);
        std::string_view fraction;
        const bool fractional = text.starts_with('.');
        if (fractional) {
            text.remove_prefix(1);
            fraction = take(is_digit);
        }
        const auto name = take([](char character) { return character >= 'a' && character <= 'z'; });
        if (digits.empty() || digits.size() > max_digits) return std::nullopt;
        if (fractional && (fraction.empty() || !text.empty())) return std::nullopt;
        while (next_unit < units.size() && units[next_unit].name != name) ++next_unit;
        if (next_unit == units.size()) return std::nullopt;
        const auto unit = units[next_unit++].milliseconds;

        const auto part = part_of(fraction, unit);
        const auto count = number(digits);
        if (!part || count > (std::numeric_limits<std::int64_t>::max() - total - *part) / unit)
            return std::nullopt;
        total += count * unit + *part;
    }
    return std::chrono::milliseconds(total);
}

std::string format_duration(std::chrono::milliseconds duration) {
    if (duration.count() == 0) return "0s";
    std::string text;
    // Unsigned: the smallest negative number has no positive counterpart.
    auto rest = static_cast<std::uint64_t>(duration.count());
    if (duration.count() < 0) {
        text += '-';
        rest = 0 - rest;
    }
    for (const auto& unit : units) {
        if (unit.name == "w") continue;
        const auto size = static_cast<std::uint64_t>(unit.milliseconds);
        if (rest >= size) {
            text += std::to_string(rest / size);
            text += unit.name;
            rest %= size;
        }
    }
    return text;
}

}  // namespace sluice
