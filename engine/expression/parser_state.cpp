#include "engine/expression/parser_state.hpp"

#include <algorithm>
#include <utility>

#include "engine/expression/problems.hpp"

namespace sluice::expression {

namespace {

std::string quoted(std::string_view text) {
    return "`" + std::string(text) + "`";
}

std::string hint_for_keyword(std::string_view word) {
    if (word == "void") return "write undefined";
    if (word == "instanceof") return "write Array.isArray(value) or typeof value === \"string\"";
    if (word == "delete") return "take the others: object literals, Object.entries and filter";
    if (word == "new")
        return "of classes, only new Date(...) is available; a code node can do more";
    return code_node_hint;
}

}  // namespace

Parser::Nesting::Nesting(Parser& parser) : parser_(parser) {
    if (++parser.nesting_ > parser.limits_.expression_depth) {
        parser.fail(
            {"expression_too_deep",
             "the expression nests deeper than " + std::to_string(parser.limits_.expression_depth),
             parser.token_.begin,
             "split it over several nodes",
             {}});
    }
}

void Parser::advance() {
    if (failed()) return;
    previous_end_ = token_.end;
    auto next = lexer_.next();
    if (!next) return fail(std::move(next).error());
    token_ = *std::move(next);
    if (token_.end > limits_.expression_length) {
        fail({"expression_too_long",
              "the expression is longer than " + std::to_string(limits_.expression_length) +
                  " bytes",
              limits_.expression_length,
              "use a code node",
              {}});
    }
}

bool Parser::take(TokenKind kind) {
    if (!token_.is(kind) || failed()) return false;
    advance();
    return true;
}

void Parser::expect(TokenKind kind, std::string_view what) {
    if (failed() || take(kind)) return;
    if (token_.is(TokenKind::assignment) || token_.is(TokenKind::semicolon) ||
        token_.is(TokenKind::arrow)) {
        return unexpected();
    }
    fail(syntax_problem(token_.begin, std::string(what) + " is missing"));
}

void Parser::fail(Problem problem) {
    if (!failed()) problem_ = std::move(problem);
    token_ = Token{};
}

Parser::Index Parser::add(Operation operation, std::uint32_t begin, std::span<const Index> inner,
                          Node node) {
    if (failed()) return 0;
    std::uint32_t height = 0;
    for (const Index child : inner) height = std::max(height, heights_[child]);
    if (++height > limits_.expression_depth * 10) {
        fail({"expression_too_deep",
              "the expression chains too many operators",
              begin,
              "split it over several nodes",
              {}});
        return 0;
    }
    node.operation = operation;
    node.begin = begin;
    node.end = previous_end_;
    program_.nodes.push_back(node);
    heights_.push_back(height);
    return static_cast<Index>(program_.nodes.size() - 1);
}

Parser::Index Parser::add_list(Operation operation, std::uint32_t begin,
                               std::span<const Index> inner, Node node) {
    node.second = static_cast<std::uint32_t>(program_.children.size());
    node.third = static_cast<std::uint32_t>(inner.size());
    program_.children.insert(program_.children.end(), inner.begin(), inner.end());
    return add(operation, begin, inner, node);
}

Parser::Index Parser::add_constant(Operand constant, std::uint32_t begin) {
    Node node;
    node.first = program_.add_constant(constant);
    return add(Operation::constant, begin, {}, node);
}

Parser::Index Parser::add_text(std::string text, std::uint32_t begin) {
    Node node;
    node.first = program_.add_text(std::move(text));
    return add(Operation::constant, begin, {}, node);
}

Problem Parser::misplaced(std::string_view text, const Token& token) {
    const std::string_view source = text.substr(token.begin, token.end - token.begin);
    switch (token.kind) {
        case TokenKind::end:
            return syntax_problem(token.begin, "the expression ends too early");
        case TokenKind::assignment:
            return beyond_expression(token.begin, quoted(source) + " changes a value",
                                     source == "="
                                         ? "to compare, write ==; to change values, use a code node"
                                         : code_node_hint);
        case TokenKind::semicolon:
            return beyond_expression(token.begin, "this is a statement, not an expression");
        case TokenKind::comma:
            return beyond_expression(token.begin, "only one expression can be here",
                                     "a comma separates elements and arguments only");
        case TokenKind::arrow:
            return beyond_expression(token.begin, "an arrow function cannot be here",
                                     "it is an argument of a method such as map, as in "
                                     "list.map((item, index) => item.id)");
        case TokenKind::backtick:
            return syntax_problem(token.begin, "unexpected template literal",
                                  "an operator is missing before it");
        case TokenKind::name:
            if (is_reserved_word(token.name)) {
                return beyond_expression(token.begin,
                                         quoted(source) + " is not part of expressions",
                                         hint_for_keyword(token.name));
            }
            [[fallthrough]];
        case TokenKind::number:
        case TokenKind::string:
            return syntax_problem(token.begin, "unexpected " + quoted(source),
                                  "an operator is missing before it");
        default:
            return syntax_problem(token.begin, "unexpected " + quoted(source));
    }
}

void Parser::unexpected() {
    if (!failed()) fail(misplaced(text_, token_));
}

}  // namespace sluice::expression
