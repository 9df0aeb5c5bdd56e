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

}  // namespace

bool is_reserved_word(std::string_view name) {
    return std::ranges::find(reserved_words, name) != std::end(reserved_words);
}

std::optional<std::string> key_name(const Token& token) {
    if (token.is(TokenKind::name)) return std::string(token.name);
    if (token.is(TokenKind::string)) return token.string;
    if (!token.is(TokenKind::number)) return std::nullopt;
    NumberBuffer buffer;
    return std::string(number_text(token.number, buffer));
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
            return regular_expression();
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
    if (name == "new") return construction();
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

/// `new Date` with or without arguments.
Parser::Index Parser::construction() {
    const Token word = token_;
    advance();
    if (!token_.is_name("Date")) {
        fail(misplaced(text_, word));
        return 0;
    }
    Node node;
    node.first = program_.add_text("new Date");
    advance();
    std::vector<Index> arguments;
    bool spread = false;
    if (take(TokenKind::left_parenthesis)) {
        arguments = items(TokenKind::right_parenthesis, spread);
    } else if (token_.is(TokenKind::dot)) {
        fail(beyond_expression(token_.begin, "of `Date` nothing else can be made",
                               "write new Date(...) with parentheses"));
    }
    if (spread) node.flags |= has_spread;
    return add_list(Operation::construct, word.begin, arguments, node);
}

Parser::Index Parser::regular_expression() {
    const std::uint32_t begin = token_.begin;
    auto read = lexer_.regular_expression(begin);
    if (!read) {
        fail(std::move(read).error());
        return 0;
    }
    auto compiled = RegularExpression::compile(read->pattern, read->flags);
    token_.end = static_cast<std::uint32_t>(lexer_.position());
    if (!compiled) {
        auto refusal = std::move(compiled).error();
        fail({refusal.code,
              std::move(refusal.message),
              begin + 1 + refusal.offset,
              std::move(refusal.hint),
              {}});
        return 0;
    }
    Node node;
    node.first = static_cast<std::uint32_t>(program_.regular_expressions.size());
    program_.regular_expressions.push_back(*std::move(compiled));
    advance();
    return add(Operation::regex, begin, {}, node);
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
    const auto name = key_name(key);
    if (!name) {
        unexpected();
        return 0;
    }
    advance();
    const bool shorthand = key.is(TokenKind::name) &&
                           (token_.is(TokenKind::comma) || token_.is(TokenKind::right_brace));
    if (shorthand && is_reserved_word(*name)) {
        fail(misplaced(text_, key));
        return 0;
    }
    if (!shorthand && *name == "__proto__") {
        fail(beyond_expression(begin, "`__proto__` sets a prototype in JavaScript",
                               "write [\"__proto__\"]: for a key of that name"));
        return 0;
    }
    if (token_.is(TokenKind::left_parenthesis) ||
        (key.is(TokenKind::name) && !token_.is(TokenKind::colon) &&
         (*name == "get" || *name == "set" || *name == "async"))) {
        fail(beyond_expression(begin, "an object cannot have methods here"));
        return 0;
    }
    node.first = program_.add_text(*name);
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

}  // namespace sluice::expression
