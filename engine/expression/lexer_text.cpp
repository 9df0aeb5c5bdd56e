#include <utility>

#include "engine/expression/lexer.hpp"
#include "engine/expression/number_text.hpp"
#include "engine/expression/problems.hpp"
#include "engine/expression/utf16.hpp"

/// Strings, the parts of template literals, and escapes (ECMA-262, 12.9.4 and 12.9.6).
namespace sluice::expression {

namespace {

bool is_digit(char character) {
    return character >= '0' && character <= '9';
}

}  // namespace

boost::system::result<Token, Problem> Lexer::string(char quote) {
    const std::size_t begin = position_++;
    std::string value;
    while (true) {
        if (position_ >= text_.size() || peek() == '\n' || peek() == '\r') {
            return syntax_problem(begin, "the string has no end",
                                  std::string("close it with ") + quote);
        }
        const char character = text_[position_++];
        if (character == quote) break;
        if (character != '\\') {
            value.push_back(character);
        } else if (auto problem = escape(value)) {
            return *std::move(problem);
        }
    }
    Token result = token(TokenKind::string, begin);
    result.string = std::move(value);
    return result;
}

boost::system::result<Lexer::Chunk, Problem> Lexer::chunk(std::size_t position) {
    position_ = position;
    Chunk result;
    while (position_ < text_.size()) {
        if (at("${")) {
            position_ += 2;
            return result;
        }
        const char character = text_[position_++];
        if (character == '`') {
            result.last = true;
            return result;
        }
        if (character == '\r') {  // template literals read every line end as \n
            if (peek() == '\n') ++position_;
            result.text.push_back('\n');
        } else if (character != '\\') {
            result.text.push_back(character);
        } else if (auto problem = escape(result.text)) {
            return *std::move(problem);
        }
    }
    return syntax_problem(position, "the template literal has no end", "close it with `");
}

boost::system::result<Lexer::RegularExpression, Problem> Lexer::regular_expression(
    std::size_t position) {
    position_ = position + 1;
    bool in_class = false;
    while (true) {
        const std::size_t place = position_;
        if (place >= text_.size() || peek() == '\n' || peek() == '\r') {
            return syntax_problem(position, "the regular expression has no end", "close it with /");
        }
        const char32_t character = decode_utf8(text_, position_);
        if (character == 0x2028 || character == 0x2029) {
            return syntax_problem(position, "the regular expression has no end", "close it with /");
        }
        if (character == '\\') {
            if (position_ < text_.size() && peek() != '\n' && peek() != '\r') ++position_;
        } else if (character == '[') {
            in_class = true;
        } else if (character == ']') {
            in_class = false;
        } else if (character == '/' && !in_class) {
            break;
        }
    }
    RegularExpression result;
    result.pattern = text_.substr(position + 1, position_ - position - 2);
    const std::size_t flags = position_;
    while ((peek() >= 'a' && peek() <= 'z') || (peek() >= 'A' && peek() <= 'Z') || is_digit(peek()))
        ++position_;
    result.flags = text_.substr(flags, position_ - flags);
    return result;
}

std::optional<char32_t> Lexer::code_unit_escape() {
    const auto hexadecimal = [this](std::size_t count) -> std::optional<char32_t> {
        char32_t value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const int digit = digit_value(peek(i));
            if (digit > 15) return {};
            value = value * 16 + static_cast<char32_t>(digit);
        }
        position_ += count;
        return value;
    };
    if (peek() != '{') return hexadecimal(4);
    ++position_;
    char32_t value = 0;
    bool any = false;
    for (; digit_value(peek()) < 16; ++position_, any = true) {
        value = value * 16 + static_cast<char32_t>(digit_value(peek()));
        if (value > 0x10FFFF) return {};
    }
    if (!any || peek() != '}') return {};
    ++position_;
    return value;
}

std::optional<Problem> Lexer::escape(std::string& out) {
    const std::size_t begin = position_ - 1;
    if (position_ >= text_.size()) return syntax_problem(begin, "nothing follows the `\\`");
    const char character = text_[position_++];
    switch (character) {
        case 'n':
            out.push_back('\n');
            return {};
        case 't':
            out.push_back('\t');
            return {};
        case 'b':
            out.push_back('\b');
            return {};
        case 'v':
            out.push_back('\v');
            return {};
        case 'f':
            out.push_back('\f');
            return {};
        case 'r':
            out.push_back('\r');
            return {};
        case '\n':
            return {};
        case '\r':
            if (peek() == '\n') ++position_;
            return {};
        case 'x': {
            const int high = digit_value(peek());
            const int low = digit_value(peek(1));
            if (high > 15 || low > 15) {
                return syntax_problem(begin, "`\\x` needs two hexadecimal digits");
            }
            position_ += 2;
            encode_utf8(static_cast<char32_t>(high * 16 + low), out);
            return {};
        }
        case 'u': {
            auto unit = code_unit_escape();
            if (!unit) {
                return syntax_problem(begin,
                                      "`\\u` needs four hexadecimal digits, or some in braces",
                                      "write \\u00e9 or \\u{1F600}");
            }
            if (*unit >= 0xD800 && *unit < 0xDC00 && at("\\u")) {
                position_ += 2;
                const auto low = code_unit_escape();
                if (low && *low >= 0xDC00 && *low < 0xE000) {
                    unit = 0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00);
                }
            }
            if (*unit >= 0xD800 && *unit < 0xE000) {
                return Problem{"expression_unsupported",
                               "half of a surrogate pair is no character",
                               begin,
                               "write both halves, or the character as \\u{1F600}",
                               {}};
            }
            encode_utf8(*unit, out);
            return {};
        }
        default:
            break;
    }
    if (is_digit(character)) {
        if (character == '0' && !is_digit(peek())) {
            out.push_back('\0');
            return {};
        }
        return syntax_problem(begin, "octal escapes are not allowed",
                              "write \\x and two hexadecimal digits");
    }
    --position_;
    const std::size_t place = position_;
    const char32_t whole = decode_utf8(text_, position_);
    // A backslash before U+2028 or U+2029 continues the line, before anything else it means
    // nothing.
    if (whole != 0x2028 && whole != 0x2029) out.append(text_.substr(place, position_ - place));
    return {};
}

}  // namespace sluice::expression
