#include "engine/expression/lexer.hpp"

#include <array>
#include <utility>

#include <re2/re2.h>

#include "engine/expression/number_text.hpp"
#include "engine/expression/problems.hpp"
#include "engine/expression/utf16.hpp"

namespace sluice::expression {

namespace {

struct Punctuator {
    std::string_view text;
    TokenKind kind;
};

/// Longer ones first.
constexpr std::array punctuators{
    Punctuator{">>>=", TokenKind::assignment},
    Punctuator{"...", TokenKind::ellipsis},
    Punctuator{"===", TokenKind::strict_equal},
    Punctuator{"!==", TokenKind::strict_not_equal},
    Punctuator{"**=", TokenKind::assignment},
    Punctuator{"<<=", TokenKind::assignment},
    Punctuator{">>=", TokenKind::assignment},
    Punctuator{"&&=", TokenKind::assignment},
    Punctuator{"||=", TokenKind::assignment},
    Punctuator{"?\?=", TokenKind::assignment},
    Punctuator{">>>", TokenKind::shift_right_zero},
    Punctuator{"=>", TokenKind::arrow},
    Punctuator{"==", TokenKind::equal},
    Punctuator{"!=", TokenKind::not_equal},
    Punctuator{"<=", TokenKind::less_equal},
    Punctuator{">=", TokenKind::greater_equal},
    Punctuator{"&&", TokenKind::logical_and},
    Punctuator{"||", TokenKind::logical_or},
    Punctuator{"??", TokenKind::coalesce},
    Punctuator{"**", TokenKind::power},
    Punctuator{"++", TokenKind::assignment},
    Punctuator{"--", TokenKind::assignment},
    Punctuator{"+=", TokenKind::assignment},
    Punctuator{"-=", TokenKind::assignment},
    Punctuator{"*=", TokenKind::assignment},
    Punctuator{"%=", TokenKind::assignment},
    Punctuator{"&=", TokenKind::assignment},
    Punctuator{"|=", TokenKind::assignment},
    Punctuator{"^=", TokenKind::assignment},
    Punctuator{"<<", TokenKind::shift_left},
    Punctuator{">>", TokenKind::shift_right},
    Punctuator{".", TokenKind::dot},
    Punctuator{",", TokenKind::comma},
    Punctuator{":", TokenKind::colon},
    Punctuator{"?", TokenKind::question},
    Punctuator{"(", TokenKind::left_parenthesis},
    Punctuator{")", TokenKind::right_parenthesis},
    Punctuator{"[", TokenKind::left_bracket},
    Punctuator{"]", TokenKind::right_bracket},
    Punctuator{"{", TokenKind::left_brace},
    Punctuator{"}", TokenKind::right_brace},
    Punctuator{"+", TokenKind::plus},
    Punctuator{"-", TokenKind::minus},
    Punctuator{"*", TokenKind::star},
    Punctuator{"/", TokenKind::slash},
    Punctuator{"%", TokenKind::percent},
    Punctuator{"<", TokenKind::less},
    Punctuator{">", TokenKind::greater},
    Punctuator{"=", TokenKind::assignment},
    Punctuator{"!", TokenKind::logical_not},
    Punctuator{"&", TokenKind::ampersand},
    Punctuator{"|", TokenKind::pipe},
    Punctuator{"^", TokenKind::caret},
    Punctuator{"~", TokenKind::tilde},
    Punctuator{";", TokenKind::semicolon},
    Punctuator{"`", TokenKind::backtick},
};

bool is_digit(char character) {
    return character >= '0' && character <= '9';
}

bool begins_name(char character) {
    const char lower = static_cast<char>(character | 0x20);
    return (lower >= 'a' && lower <= 'z') || character == '_' || character == '$' ||
           static_cast<unsigned char>(character) >= 0x80;
}

/// IdentifierName of ECMA-262, 12.7, without escapes.
bool is_identifier(std::string_view name) {
    static const re2::RE2 pattern(
        R"([\p{L}\p{Nl}$_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}$\x{200c}\x{200d}]*)",
        re2::RE2::Quiet);
    return re2::RE2::FullMatch(re2::StringPiece(name.data(), name.size()), pattern);
}

}  // namespace

Token Lexer::token(TokenKind kind, std::size_t begin) const {
    Token result;
    result.kind = kind;
    result.begin = static_cast<std::uint32_t>(begin);
    result.end = static_cast<std::uint32_t>(position_);
    return result;
}

std::optional<Problem> Lexer::skip_space() {
    while (position_ < text_.size()) {
        if (at("//")) {
            while (position_ < text_.size() && peek() != '\n' && peek() != '\r') ++position_;
        } else if (at("/*")) {
            const std::size_t end = text_.find("*/", position_ + 2);
            if (end == std::string_view::npos) {
                return syntax_problem(position_, "the comment has no end", "write `*/` behind it");
            }
            position_ = end + 2;
        } else {
            std::size_t next = position_;
            if (!is_space(decode_utf8(text_, next))) break;
            position_ = next;
        }
    }
    return {};
}

boost::system::result<Token, Problem> Lexer::next() {
    if (auto problem = skip_space()) return *std::move(problem);
    if (position_ >= text_.size()) return token(TokenKind::end, text_.size());
    const char first = peek();
    if (begins_name(first)) return name();
    if (is_digit(first) || (first == '.' && is_digit(peek(1)))) return number();
    if (first == '"' || first == '\'') return string(first);
    return punctuator();
}

boost::system::result<Token, Problem> Lexer::name() {
    const std::size_t begin = position_;
    while (position_ < text_.size() && (begins_name(peek()) || is_digit(peek()))) {
        std::size_t next = position_;
        if (is_space(decode_utf8(text_, next))) break;
        position_ = next;
    }
    Token result = token(TokenKind::name, begin);
    result.name = text_.substr(begin, position_ - begin);
    if (!is_ascii(result.name) && !is_identifier(result.name)) {
        return syntax_problem(begin, "`" + std::string(result.name) + "` is no name in JavaScript",
                              "keys with other characters go into quotes: a[\"b c\"]");
    }
    return result;
}

boost::system::result<Token, Problem> Lexer::number() {
    const std::size_t begin = position_;
    const char mark = static_cast<char>(peek(1) | 0x20);
    const int bits = peek() != '0' ? 0 : mark == 'x' ? 4 : mark == 'o' ? 3 : mark == 'b' ? 1 : 0;
    std::string digits;
    bool separated = false;  // by a `_` that no digit follows yet
    const auto take = [&](auto&& belongs) {
        while (belongs(peek()) ||
               (peek() == '_' && !separated && !digits.empty() && belongs(digits.back()))) {
            separated = peek() == '_';
            if (!separated) digits.push_back(peek());
            ++position_;
        }
    };
    double value = 0;
    if (bits != 0) {
        position_ += 2;
        take([bits](char character) { return digit_value(character) < 1 << bits; });
        if (digits.empty()) return syntax_problem(begin, "the number has no digits");
        value = binary_value(digits, bits);
    } else {
        if (peek() == '0' && is_digit(peek(1))) {
            return syntax_problem(begin, "a number cannot begin with 0 and another digit",
                                  "leave the 0 away, or write octal numbers as 0o17");
        }
        take(is_digit);
        if (peek() == '.' && !separated) {
            digits.push_back('.');
            ++position_;
            take(is_digit);
        }
        if ((peek() == 'e' || peek() == 'E') && !separated) {
            digits.push_back('e');
            ++position_;
            if (peek() == '+' || peek() == '-') digits.push_back(text_[position_++]);
            if (!is_digit(peek())) return syntax_problem(position_, "the exponent has no digits");
            take(is_digit);
        }
        value = decimal_value(digits);
    }
    if (separated) return syntax_problem(position_ - 1, "a digit is missing behind `_`");
    if (peek() == 'n') {
        return beyond_expression(begin, "big integers are not available", "leave the `n` away");
    }
    if (begins_name(peek()) || is_digit(peek())) {
        std::size_t next = position_;
        if (!is_space(decode_utf8(text_, next))) {
            return syntax_problem(position_,
                                  "a number must not be followed by a name or digit at once",
                                  "put a space or an operator between");
        }
    }
    Token result = token(TokenKind::number, begin);
    result.number = value;
    return result;
}

boost::system::result<Token, Problem> Lexer::punctuator() {
    const std::size_t begin = position_;
    // `a?.5:b` is a condition with the number .5.
    if (at("?.") && !is_digit(peek(2))) {
        position_ += 2;
        return token(TokenKind::optional_dot, begin);
    }
    for (const auto& known : punctuators) {
        if (!at(known.text)) continue;
        position_ += known.text.size();
        return token(known.kind, begin);
    }
    return syntax_problem(begin, std::string("unexpected character `") + peek() + "`");
}

}  // namespace sluice::expression
