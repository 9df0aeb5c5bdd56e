#include "engine/expression/parser.hpp"

#include <algorithm>
#include <array>

#include "engine/expression/parser_state.hpp"
#include "engine/expression/problems.hpp"

namespace sluice::expression {

namespace {

constexpr int or_precedence = 1;
constexpr int bit_or_precedence = 3;
constexpr int relation_precedence = 7;

struct BinaryOperator {
    TokenKind token;
    Operation operation;
    int precedence;
};

constexpr std::array binary_operators{
    BinaryOperator{TokenKind::logical_or, Operation::logical_or, or_precedence},
    BinaryOperator{TokenKind::logical_and, Operation::logical_and, 2},
    BinaryOperator{TokenKind::pipe, Operation::bit_or, bit_or_precedence},
    BinaryOperator{TokenKind::caret, Operation::bit_xor, 4},
    BinaryOperator{TokenKind::ampersand, Operation::bit_and, 5},
    BinaryOperator{TokenKind::equal, Operation::equal, 6},
    BinaryOperator{TokenKind::not_equal, Operation::not_equal, 6},
    BinaryOperator{TokenKind::strict_equal, Operation::strict_equal, 6},
    BinaryOperator{TokenKind::strict_not_equal, Operation::strict_not_equal, 6},
    BinaryOperator{TokenKind::less, Operation::less, relation_precedence},
    BinaryOperator{TokenKind::less_equal, Operation::less_equal, relation_precedence},
    BinaryOperator{TokenKind::greater, Operation::greater, relation_precedence},
    BinaryOperator{TokenKind::greater_equal, Operation::greater_equal, relation_precedence},
    BinaryOperator{TokenKind::shift_left, Operation::shift_left, 8},
    BinaryOperator{TokenKind::shift_right, Operation::shift_right, 8},
    BinaryOperator{TokenKind::shift_right_zero, Operation::shift_right_zero, 8},
    BinaryOperator{TokenKind::plus, Operation::add, 9},
    BinaryOperator{TokenKind::minus, Operation::subtract, 9},
    BinaryOperator{TokenKind::star, Operation::multiply, 10},
    BinaryOperator{TokenKind::slash, Operation::divide, 10},
    BinaryOperator{TokenKind::percent, Operation::remainder, 10},
};

std::optional<BinaryOperator> binary_operator(const Token& token) {
    if (token.is_name("in")) return BinaryOperator{token.kind, Operation::in, relation_precedence};
    const auto* found =
        std::find_if(binary_operators.begin(), binary_operators.end(),
                     [&](const BinaryOperator& known) { return token.is(known.token); });
    if (found == binary_operators.end()) return {};
    return *found;
}

std::optional<Operation> unary_operator(const Token& token) {
    if (token.is(TokenKind::minus)) return Operation::negate;
    if (token.is(TokenKind::plus)) return Operation::plus;
    if (token.is(TokenKind::logical_not)) return Operation::logical_not;
    if (token.is(TokenKind::tilde)) return Operation::bit_not;
    if (token.is_name("typeof")) return Operation::type_of;
    return {};
}

}  // namespace

boost::system::result<Token, Problem> Parser::run() {
    advance();
    if (token_.is(TokenKind::end) || token_.is(TokenKind::right_brace)) {
        fail(syntax_problem(token_.begin, "the expression is empty"));
    }
    program_.start = expression();
    if (failed()) return *std::move(problem_);
    return token_;
}

Parser::Index Parser::expression() {
    const Nesting nesting(*this);
    if (failed()) return 0;
    return arrow_follows() ? arrow() : conditional();
}

Parser::Index Parser::conditional() {
    const std::uint32_t begin = token_.begin;
    const Index test = short_circuit();
    if (!take(TokenKind::question)) return test;
    const Index yes = expression();
    expect(TokenKind::colon, "`:` of the condition");
    const Index no = expression();
    Node node;
    node.first = test;
    node.second = yes;
    node.third = no;
    return add(Operation::conditional, begin, std::array{test, yes, no}, node);
}

Parser::Index Parser::short_circuit() {
    const std::uint32_t begin = token_.begin;
    Index left = binary(or_precedence);
    const auto refuse_mix = [this] {
        fail(syntax_problem(token_.begin,
                            "`??` cannot be mixed with `||` or `&&` without parentheses",
                            "put parentheses around the part that comes first"));
    };
    if (!failed() && token_.is(TokenKind::coalesce) && parenthesised_ != left) {
        const Operation operation = program_.nodes[left].operation;
        if (operation == Operation::logical_or || operation == Operation::logical_and) refuse_mix();
    }
    while (take(TokenKind::coalesce)) {
        const Index right = binary(bit_or_precedence);
        if (token_.is(TokenKind::logical_or) || token_.is(TokenKind::logical_and)) refuse_mix();
        Node node;
        node.first = left;
        node.second = right;
        left = add(Operation::coalesce, begin, std::array{left, right}, node);
    }
    return left;
}

Parser::Index Parser::binary(int precedence) {
    const std::uint32_t begin = token_.begin;
    Index left = power();
    while (!failed()) {
        const auto found = binary_operator(token_);
        if (!found || found->precedence < precedence) break;
        advance();
        const Index right = binary(found->precedence + 1);
        Node node;
        node.first = left;
        node.second = right;
        left = add(found->operation, begin, std::array{left, right}, node);
    }
    return left;
}

Parser::Index Parser::power() {
    const Nesting nesting(*this);
    if (failed()) return 0;
    const std::uint32_t begin = token_.begin;
    const bool prefixed = unary_operator(token_).has_value();
    const Index base = unary();
    if (!token_.is(TokenKind::power)) return base;
    if (prefixed) {
        fail(syntax_problem(token_.begin, "a sign or `!` before `**` is ambiguous",
                            "write (-a) ** b or -(a ** b)"));
        return 0;
    }
    advance();
    const Index exponent = power();
    Node node;
    node.first = base;
    node.second = exponent;
    return add(Operation::power, begin, std::array{base, exponent}, node);
}

Parser::Index Parser::unary() {
    const auto operation = unary_operator(token_);
    if (!operation) return postfix();
    const Nesting nesting(*this);
    if (failed()) return 0;
    const std::uint32_t begin = token_.begin;
    advance();
    const Index operand = unary();
    Node node;
    node.first = operand;
    return add(*operation, begin, std::array{operand}, node);
}

Parser::Index Parser::postfix() {
    const std::uint32_t begin = token_.begin;
    Index result = primary();
    bool optional = false;
    while (!failed()) {
        const Index next = link(result, begin, optional);
        if (next == result) break;
        result = next;
    }
    if (!optional) return result;
    Node node;
    node.first = result;
    return add(Operation::chain, begin, std::array{result}, node);
}

/// One `.name`, `[key]` or `(arguments)` behind an object; the object itself when there is none.
Parser::Index Parser::link(Index object, std::uint32_t begin, bool& optional) {
    Node node;
    node.first = object;
    const bool chained = take(TokenKind::optional_dot);
    if (chained) optional = true;
    if (token_.is(TokenKind::backtick)) {
        fail(beyond_expression(token_.begin, "a template literal cannot follow an operand"));
        return object;
    }
    if (take(TokenKind::left_parenthesis)) {
        bool spread = false;
        const auto arguments = items(TokenKind::right_parenthesis, spread);
        if (chained) node.flags |= optional_call;
        if (spread) node.flags |= has_spread;
        std::vector<Index> inner{object};
        inner.insert(inner.end(), arguments.begin(), arguments.end());
        const Index call = add_list(Operation::call, begin, inner, node);
        // The callee is `first`; it is put before the arguments only for the height.
        if (!failed()) {
            ++program_.nodes[call].second;
            --program_.nodes[call].third;
        }
        return call;
    }
    if (take(TokenKind::left_bracket)) {
        const Index key = expression();
        expect(TokenKind::right_bracket, "`]`");
        if (failed()) return object;
        if (chained) node.flags |= optional_link;
        // A constant name is a member however it is written.
        const Node& key_node = program_.nodes[key];
        const bool named = key_node.operation == Operation::constant &&
                           program_.constants[key_node.first].is_string();
        node.second = named ? key_node.first : key;
        return add(named ? Operation::member : Operation::index, begin, std::array{object, key},
                   node);
    }
    if (!chained && !take(TokenKind::dot)) return object;
    if (!token_.is(TokenKind::name)) {
        fail(syntax_problem(token_.begin, "a name is missing behind the dot",
                            "names with other characters go into brackets: a[\"b-c\"]"));
        return object;
    }
    if (chained) node.flags |= optional_link;
    node.second = program_.add_text(std::string(token_.name));
    advance();
    return add(Operation::member, begin, std::array{object}, node);
}

boost::system::result<Parsed, Problem> parse(std::string_view text, Ending ending,
                                             const Limits& limits) {
    auto program = std::make_shared<Program>();
    program->value_depth = limits.value_depth;
    auto behind = Parser(text, *program, limits).run();
    if (!behind) return std::move(behind).error();
    if (ending == Ending::brace && behind->is(TokenKind::right_brace)) {
        program->text = text.substr(0, behind->begin);
        return Parsed{std::move(program), behind->end};
    }
    if (behind->is(TokenKind::end) && ending == Ending::text) {
        program->text = text;
        return Parsed{std::move(program), text.size()};
    }
    if (behind->is(TokenKind::end)) {
        return syntax_problem(text.size(), "the expression has no end",
                              "close it with `}`, or write $${ for a literal ${");
    }
    return Parser::misplaced(text, *behind);
}

}  // namespace sluice::expression
