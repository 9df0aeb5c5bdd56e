#include <algorithm>
#include <array>

#include "engine/expression/number_text.hpp"
#include "engine/expression/parser_state.hpp"
#include "engine/expression/problems.hpp"

namespace sluice::expression {

namespace {

/// Words of ECMA-262, 12.7.2, in modules. `async`, `of`, `get` and `set` are names.
constexpr std::string_view reserved_words[] = {
    "arguments", "await",      "break",   "case",    "catch",      "class",     "const",
    "continue",  "debugger",   "default", "delete",  "do",         "else",      "enum",
    "eval",      "export",     "extends", "false",   "finally",    "for",       "function",
    "if",        "implements", "import",  "in",      "instanceof", "interface", "let",
    "new",       "null",       "package", "private", "protected",  "public",    "return",
    "static",    "super",      "switch",  "this",    "throw",      "true",      "try",
    "typeof",    "var",        "void",    "while",   "with",       "yield"};

std::string quoted(std::string_view text) {
    return "`" + std::string(text) + "`";
}

}  // namespace

bool is_reserved_word(std::string_view name) {
    return std::ranges::find(reserved_words, name) != std::end(reserved_words);
}

Parser::Index Parser::primary() {
    const std::uint32_t begin = token_.begin;
    switch (token_.kind) {
        case TokenKind::number: {
            const double value = token_.number;
            advance();
            return add_constant(Operand::number(value), begin);
        }
        case TokenKind::string: {
            std::string value = std::move(token_.string);
            advance();
            return add_text(std::move(value), begin);
        }
        case TokenKind::name:
            return keyword_or_name();
        case TokenKind::left_parenthesis:
            return parenthesised();
        case TokenKind::left_bracket:
            return array();
        case TokenKind::left_brace:
            return object();
        case TokenKind::backtick:
            return template_literal();
        case TokenKind::slash:
            fail(beyond_expression(begin, "regular expressions are not available in expressions"));
            return 0;
        default:
            unexpected();
            return 0;
    }
}

Parser::Index Parser::keyword_or_name() {
    const std::uint32_t begin = token_.begin;
    const std::string_view name = token_.name;
    if (name == "true" || name == "false" || name == "null") {
        advance();
        return add_constant(name == "null" ? Operand::null() : Operand::boolean(name == "true"),
                            begin);
    }
    if (is_reserved_word(name)) {
        unexpected();
        return 0;
    }
    advance();
    if (name == "async" && (token_.is(TokenKind::name) || token_.is(TokenKind::left_parenthesis))) {
        fail(beyond_expression(begin, "`async` is not part of expressions"));
        return 0;
    }
    Node node;
    node.first = program_.add_text(std::string(name));
    return add(Operation::name, begin, {}, node);
}

Parser::Index Parser::parenthesised() {
    advance();
    const Index inner = expression();
    if (token_.is(TokenKind::comma)) unexpected();
    expect(TokenKind::right_parenthesis, "`)`");
    if (!failed() && token_.is(TokenKind::arrow)) unexpected();
    parenthesised_ = inner;
    return inner;
}

std::vector<Parser::Index> Parser::items(TokenKind close, bool& spread) {
    std::vector<Index> result;
    while (!failed() && !token_.is(close)) {
        const std::uint32_t begin = token_.begin;
        if (close == TokenKind::right_bracket && token_.is(TokenKind::comma)) {
            fail(syntax_problem(begin, "an element is missing", "write undefined or null"));
        } else if (take(TokenKind::ellipsis)) {
            spread = true;
            Node node;
            node.first = expression();
            result.push_back(add(Operation::spread, begin, std::array{node.first}, node));
        } else {
            result.push_back(expression());
        }
        if (!token_.is(close)) {
            expect(TokenKind::comma,
                   close == TokenKind::right_bracket ? "`,` or `]`" : "`,` or `)`");
        }
    }
    if (!failed()) advance();
    return result;
}

Parser::Index Parser::array() {
    const std::uint32_t begin = token_.begin;
    advance();
    bool spread = false;
    const auto elements = items(TokenKind::right_bracket, spread);
    return add_list(Operation::array, begin, elements);
}

Parser::Index Parser::object() {
    const std::uint32_t begin = token_.begin;
    advance();
    std::vector<Index> properties;
    while (!failed() && !token_.is(TokenKind::right_brace)) {
        properties.push_back(property());
        if (!token_.is(TokenKind::right_brace)) expect(TokenKind::comma, "`,` or `}`");
    }
    if (!failed()) advance();
    return add_list(Operation::object, begin, properties);
}

Parser::Index Parser::property() {
    const std::uint32_t begin = token_.begin;
    Node node;
    if (take(TokenKind::ellipsis)) {
        node.first = expression();
        return add(Operation::spread, begin, std::array{node.first}, node);
    }
    if (take(TokenKind::left_bracket)) {
        node.first = expression();
        expect(TokenKind::right_bracket, "`]`");
        expect(TokenKind::colon, "`:` behind the key");
        node.second = expression();
        return add(Operation::computed_property, begin, std::array{node.first, node.second}, node);
    }
    const Token key = token_;
    std::string name;
    if (key.is(TokenKind::name)) {
        name = key.name;
    } else if (key.is(TokenKind::string)) {
        name = key.string;
    } else if (key.is(TokenKind::number)) {
        NumberBuffer buffer;
        name = number_text(key.number, buffer);
    } else {
        unexpected();
        return 0;
    }
    advance();
    const bool shorthand = key.is(TokenKind::name) &&
                           (token_.is(TokenKind::comma) || token_.is(TokenKind::right_brace));
    if (shorthand && is_reserved_word(name)) {
        fail(misplaced(text_, key));
        return 0;
    }
    if (!shorthand && name == "__proto__") {
        fail(beyond_expression(begin, "`__proto__` sets a prototype in JavaScript",
                               "write [\"__proto__\"]: for a key of that name"));
        return 0;
    }
    if (token_.is(TokenKind::left_parenthesis) ||
        (key.is(TokenKind::name) && !token_.is(TokenKind::colon) &&
         (name == "get" || name == "set" || name == "async"))) {
        fail(beyond_expression(begin, "an object cannot have methods here"));
        return 0;
    }
    node.first = program_.add_text(name);
    if (shorthand) {
        Node value;
        value.first = node.first;
        node.second = add(Operation::name, begin, {}, value);
    } else {
        expect(TokenKind::colon, "`:` behind the key");
        node.second = expression();
    }
    return add(Operation::property, begin, std::array{node.second}, node);
}

Parser::Index Parser::template_literal() {
    const std::uint32_t begin = token_.begin;
    std::vector<Index> parts;
    while (!failed()) {
        // The token is the backtick or the brace that ends an inner expression; text follows it.
        const std::uint32_t place = token_.end;
        auto chunk = lexer_.chunk(place);
        if (!chunk) {
            fail(std::move(chunk).error());
            break;
        }
        if (!chunk->text.empty()) parts.push_back(add_text(std::move(chunk->text), place));
        token_.end = static_cast<std::uint32_t>(lexer_.position());
        advance();
        if (chunk->last) break;
        parts.push_back(expression());
        if (!failed() && !token_.is(TokenKind::right_brace)) {
            expect(TokenKind::right_brace, "`}` of the template literal");
        }
    }
    return add_list(Operation::text, begin, parts);
}

/// Looks ahead for `name =>` or `(name, name) =>`.
bool Parser::arrow_follows() {
    if (!token_.is(TokenKind::name) && !token_.is(TokenKind::left_parenthesis)) return false;
    const std::size_t position = lexer_.position();
    bool found = false;
    bool wants_name = true;
    bool closed = token_.is(TokenKind::name);
    while (true) {
        const auto next = lexer_.next();
        if (!next) break;
        if (closed) {
            found = next->is(TokenKind::arrow);
            break;
        }
        if (next->is(TokenKind::right_parenthesis)) {
            closed = true;
        } else if (next->is(wants_name ? TokenKind::name : TokenKind::comma)) {
            wants_name = !wants_name;
        } else {
            break;
        }
    }
    lexer_.seek(position);
    return found;
}

Parser::Index Parser::arrow() {
    const std::uint32_t begin = token_.begin;
    std::vector<std::string_view> names;
    const auto parameter = [&] {
        if (is_reserved_word(token_.name)) return unexpected();
        if (std::find(names.begin(), names.end(), token_.name) != names.end()) {
            return fail(syntax_problem(token_.begin,
                                       "the parameter " + quoted(token_.name) + " is there twice"));
        }
        names.push_back(token_.name);
        advance();
    };
    if (take(TokenKind::left_parenthesis)) {
        while (!failed() && !token_.is(TokenKind::right_parenthesis)) {
            parameter();
            if (!token_.is(TokenKind::right_parenthesis)) expect(TokenKind::comma, "`,` or `)`");
        }
        if (!failed()) advance();
    } else {
        parameter();
    }
    expect(TokenKind::arrow, "`=>`");
    if (token_.is(TokenKind::left_brace)) {
        fail(beyond_expression(
            token_.begin, "the body of an arrow function is an expression here",
            "leave the braces and `return` away; put an object into parentheses"));
    }
    Node node;
    node.first = expression();
    const Index result = add(Operation::arrow, begin, std::array{node.first}, node);
    if (failed()) return 0;
    program_.nodes[result].second = static_cast<std::uint32_t>(program_.children.size());
    program_.nodes[result].third = static_cast<std::uint32_t>(names.size());
    for (const auto name : names) program_.children.push_back(program_.add_text(std::string(name)));
    return result;
}

}  // namespace sluice::expression
