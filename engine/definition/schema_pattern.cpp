#include "engine/definition/schema_pattern.hpp"

#include <cstdint>
#include <utility>

#include <re2/re2.h>

namespace sluice::definition {

namespace {

constexpr std::int64_t pattern_memory = 1 << 20;  // of the compiled program; more is refused
constexpr std::size_t pattern_length = 4'096;

// ECMA 262 §22.2.2.9: WhiteSpace and LineTerminator, which RE2's \s has only in part.
constexpr std::string_view space_class =
    R"(\t\n\v\f\r \x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF})";

int hexadecimal_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// Four hexadecimal digits at `at`; -1 when they are not there.
std::int32_t four_digits(std::string_view text, std::size_t at) {
    if (at + 4 > text.size()) return -1;
    std::int32_t unit = 0;
    for (std::size_t place = at; place < at + 4; ++place) {
        const int digit = hexadecimal_digit(text[place]);
        if (digit < 0) return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

void append_code_point(std::string& out, std::int32_t code_point) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    out += R"(\x{)";
    for (int shift = 20; shift >= 0; shift -= 4)
        out += digits[static_cast<std::size_t>(code_point >> shift) & 15];
    out += '}';
}

/// Translates the escape at `at` (a backslash) and answers the place behind it.
std::size_t translate_escape(std::string_view pattern, std::size_t at, bool in_class,
                             std::string& out) {
    const char kind = at + 1 < pattern.size() ? pattern[at + 1] : '\0';
    if (kind == 'u') {
        std::int32_t unit = four_digits(pattern, at + 2);
        if (unit >= 0) {
            std::size_t end = at + 6;
            const bool high = unit >= 0xD800 && unit <= 0xDBFF;
            if (high && pattern.substr(end).starts_with("\\u")) {
                const std::int32_t low = four_digits(pattern, end + 2);
                if (low >= 0xDC00 && low <= 0xDFFF) {
                    unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                    end += 6;
                }
            }
            append_code_point(out, unit);
            return end;
        }
    }
    if (kind == 'c' && at + 2 < pattern.size()) {
        append_code_point(out, pattern[at + 2] & 31);
        return at + 3;
    }
    if (kind == 's' || (kind == 'S' && !in_class)) {
        if (!in_class) out += kind == 's' ? "[" : "[^";
        out += space_class;
        if (!in_class) out += ']';
        return at + 2;
    }
    if (kind == 'b' && in_class) {
        append_code_point(out, 8);
        return at + 2;
    }
    if (kind == '0') {
        append_code_point(out, 0);
        return at + 2;
    }
    out += pattern.substr(at, 2);
    return at + 2;
}

std::string explanation(const re2::RE2& expression, std::string_view pattern) {
    const bool lookaround = pattern.find("(?=") != std::string_view::npos ||
                            pattern.find("(?!") != std::string_view::npos ||
                            pattern.find("(?<=") != std::string_view::npos ||
                            pattern.find("(?<!") != std::string_view::npos;
    if (lookaround) return "lookahead and lookbehind are not supported";
    if (expression.error_code() == re2::RE2::ErrorBadEscape)
        return "the escape `" + expression.error_arg() + "` is not supported";
    return expression.error();
}

}  // namespace

std::string to_re2_syntax(std::string_view pattern) {
    std::string out;
    out.reserve(pattern.size() + 16);
    bool in_class = false;
    for (std::size_t at = 0; at < pattern.size();) {
        const std::string_view rest = pattern.substr(at);
        if (rest.front() == '\\') {
            at = translate_escape(pattern, at, in_class, out);
        } else if (in_class) {
            in_class = rest.front() != ']';
            if (rest.front() == '[') out += '\\';
            out += rest.front();
            ++at;
        } else if (rest.starts_with("[^]")) {
            out += R"([\x{0}-\x{10FFFF}])";
            at += 3;
        } else if (rest.starts_with("[]")) {
            out += R"([^\x{0}-\x{10FFFF}])";
            at += 2;
        } else if (rest.front() == '[') {
            in_class = true;
            const bool negated = rest.starts_with("[^");
            out += negated ? "[^" : "[";
            at += negated ? 2 : 1;
        } else if (rest.front() == '.') {
            out += R"([^\n\r\x{2028}\x{2029}])";
            ++at;
        } else if (rest.starts_with("(?<") && !rest.starts_with("(?<=") &&
                   !rest.starts_with("(?<!")) {
            out += "(?P<";
            at += 3;
        } else {
            out += rest.front();
            ++at;
        }
    }
    return out;
}

result<SchemaPattern> SchemaPattern::compile(std::string_view pattern) {
    const auto refuse = [&](std::string_view why) {
        return Error{"invalid_pattern",
                     "`" + std::string(pattern.substr(0, 80)) +
                         "` is not a usable regular expression: " + std::string(why),
                     nullptr};
    };
    if (pattern.size() > pattern_length) return refuse("it is longer than 4096 bytes");
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(pattern_memory);
    auto expression = std::make_shared<const re2::RE2>(to_re2_syntax(pattern), options);
    if (!expression->ok()) return refuse(explanation(*expression, pattern));
    return SchemaPattern(std::move(expression));
}

bool SchemaPattern::matches(std::string_view text) const {
    return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *expression_);
}

}  // namespace sluice::definition
