#include <array>

#include "engine/expression/parser_state.hpp"
#include "engine/expression/problems.hpp"

/// Arrow functions and what their parameters bind (ECMA-262, 14.3.3 and 15.3).
namespace sluice::expression {

/// Looks ahead for `name =>` or `( what can be parameters ) =>`. Only parameters have a `=`, so
/// what has one is taken for them.
bool Parser::arrow_follows() {
    const bool single = token_.is(TokenKind::name);
    if (!single && !token_.is(TokenKind::left_parenthesis)) return false;
    const std::size_t position = lexer_.position();
    std::size_t open = single ? 0 : 1;
    bool found = false;
    while (true) {
        const auto next = lexer_.next();
        if (!next) break;
        if (open == 0) {
            found = next->is(TokenKind::arrow);
            break;
        }
        const TokenKind kind = next->kind;
        if (kind == TokenKind::assignment || (open == 1 && kind == TokenKind::ellipsis)) {
            found = text_.substr(next->begin, next->end - next->begin) == "=" ||
                    kind == TokenKind::ellipsis;
            break;
        }
        if (kind == TokenKind::left_bracket || kind == TokenKind::left_brace) {
            ++open;
        } else if (kind == TokenKind::right_bracket || kind == TokenKind::right_brace ||
                   kind == TokenKind::right_parenthesis) {
            --open;
        } else if (kind != TokenKind::name && kind != TokenKind::string &&
                   kind != TokenKind::number && kind != TokenKind::comma &&
                   kind != TokenKind::colon && kind != TokenKind::ellipsis) {
            break;
        }
    }
    lexer_.seek(position);
    return found;
}

Parser::Index Parser::arrow() {
    const std::uint32_t begin = token_.begin;
    std::vector<Index> parameters;
    std::optional<Token> assignment;
    if (take(TokenKind::left_parenthesis)) {
        while (!failed() && !token_.is(TokenKind::right_parenthesis)) {
            if (const auto rest = rest_target()) {
                parameters.push_back(*rest);
                break;
            }
            const Index target = bound_target();
            if (token_.is(TokenKind::assignment) && !assignment) assignment = token_;
            parameters.push_back(with_default(target));
            if (!token_.is(TokenKind::right_parenthesis)) expect(TokenKind::comma, "`,` or `)`");
        }
        expect(TokenKind::right_parenthesis, "`)` behind the parameters");
    } else {
        parameters.push_back(bound_target());
    }
    if (!failed() && assignment && !token_.is(TokenKind::arrow)) {
        fail(misplaced(text_, *assignment));
        return 0;
    }
    expect(TokenKind::arrow, "`=>`");
    if (token_.is(TokenKind::left_brace)) {
        fail(beyond_expression(
            token_.begin, "the body of an arrow function is an expression here",
            "leave the braces and `return` away; put an object into parentheses"));
    }
    Node node;
    node.first = expression();
    std::vector<Index> inner = parameters;
    inner.push_back(node.first);
    const Index result = add_list(Operation::arrow, begin, inner, node);
    if (!failed()) --program_.nodes[result].third;  // the body is there for the height only
    return result;
}

/// A name or a pattern.
Parser::Index Parser::bound_target() {
    const Nesting nesting(*this);
    if (failed()) return 0;
    if (token_.is(TokenKind::left_bracket)) return array_pattern();
    if (token_.is(TokenKind::left_brace)) return object_pattern();
    if (!token_.is(TokenKind::name) || is_reserved_word(token_.name)) {
        unexpected();
        return 0;
    }
    const std::uint32_t begin = token_.begin;
    Node node;
    node.first = program_.add_text(std::string(token_.name));
    advance();
    return add(Operation::bind_name, begin, {}, node);
}

Parser::Index Parser::with_default(Index target) {
    const bool given = token_.is(TokenKind::assignment) && token_.end - token_.begin == 1;
    if (failed() || !given) return target;
    const std::uint32_t begin = program_.nodes[target].begin;
    advance();
    Node node;
    node.first = target;
    node.second = expression();
    return add(Operation::bind_default, begin, std::array{node.first, node.second}, node);
}

/// `...name` at the end of parameters or of a pattern.
std::optional<Parser::Index> Parser::rest_target() {
    if (!token_.is(TokenKind::ellipsis)) return {};
    const std::uint32_t begin = token_.begin;
    advance();
    Node node;
    node.first = bound_target();
    return add(Operation::bind_rest, begin, std::array{node.first}, node);
}

Parser::Index Parser::array_pattern() {
    const std::uint32_t begin = token_.begin;
    advance();
    std::vector<Index> elements;
    while (!failed() && !token_.is(TokenKind::right_bracket)) {
        if (token_.is(TokenKind::comma)) {
            elements.push_back(add(Operation::bind_nothing, token_.begin, {}));
        } else if (const auto rest = rest_target()) {
            elements.push_back(*rest);
            break;
        } else {
            elements.push_back(with_default(bound_target()));
        }
        if (!token_.is(TokenKind::right_bracket)) expect(TokenKind::comma, "`,` or `]`");
    }
    expect(TokenKind::right_bracket, "`]` of the pattern");
    return add_list(Operation::bind_array, begin, elements);
}

Parser::Index Parser::object_pattern() {
    const std::uint32_t begin = token_.begin;
    advance();
    std::vector<Index> properties;
    while (!failed() && !token_.is(TokenKind::right_brace)) {
        if (const auto rest = rest_target()) {
            if (!failed() &&
                program_.nodes[program_.nodes[*rest].first].operation != Operation::bind_name)
                fail(syntax_problem(program_.nodes[*rest].begin,
                                    "only a name can follow `...` here"));
            properties.push_back(*rest);
            break;
        }
        properties.push_back(property_pattern());
        if (!token_.is(TokenKind::right_brace)) expect(TokenKind::comma, "`,` or `}`");
    }
    expect(TokenKind::right_brace, "`}` of the pattern");
    return add_list(Operation::bind_object, begin, properties);
}

Parser::Index Parser::property_pattern() {
    const Token key = token_;
    const auto name = key_name(key);
    if (!name) {
        fail(beyond_expression(key.begin, "a name is missing in the pattern",
                               "computed keys are not available in parameters"));
        return 0;
    }
    Node node;
    node.first = program_.add_text(*name);
    const bool shorthand = key.is(TokenKind::name) && !is_reserved_word(*name);
    if (shorthand) {
        const Index target = bound_target();
        if (!take(TokenKind::colon)) {
            node.second = with_default(target);
        } else {
            node.second = with_default(bound_target());
        }
    } else {
        advance();
        expect(TokenKind::colon, "`:` behind the key");
        node.second = with_default(bound_target());
    }
    return add(Operation::bind_property, key.begin, std::array{node.second}, node);
}

}  // namespace sluice::expression
