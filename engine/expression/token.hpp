#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::expression {

enum class TokenKind : std::uint8_t {
    end,
    name,  ///< an identifier or a keyword
    number,
    string,
    backtick,  ///< the beginning of a template literal; its parts are read with `Lexer::chunk`
    dot,
    optional_dot,
    ellipsis,
    comma,
    colon,
    question,
    coalesce,
    left_parenthesis,
    right_parenthesis,
    left_bracket,
    right_bracket,
    left_brace,
    right_brace,
    plus,
    minus,
    star,
    slash,
    percent,
    power,
    less,
    less_equal,
    greater,
    greater_equal,
    equal,
    not_equal,
    strict_equal,
    strict_not_equal,
    logical_and,
    logical_or,
    logical_not,
    ampersand,
    pipe,
    caret,
    tilde,
    shift_left,
    shift_right,
    shift_right_zero,
    arrow,
    assignment,  ///< `=`, `+=`, `++` ...: not part of expressions
    semicolon,   ///< not part of expressions
};

struct Token {
    TokenKind kind = TokenKind::end;
    std::uint32_t begin = 0;  ///< bytes in the text
    std::uint32_t end = 0;
    double number = 0;
    std::string string;     ///< strings: what they stand for
    std::string_view name;  ///< names: borrowed from the text

    [[nodiscard]] bool is(TokenKind other) const { return kind == other; }
    [[nodiscard]] bool is_name(std::string_view other) const {
        return kind == TokenKind::name && name == other;
    }
};

}  // namespace sluice::expression
