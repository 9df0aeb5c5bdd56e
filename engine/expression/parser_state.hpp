#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/expression/lexer.hpp"
#include "engine/expression/parser.hpp"

namespace sluice::expression {

/// The parser's state and its rules. A rule returns the node it made; once there is a problem,
/// every token is the end and what rules return means nothing.
class Parser {
  public:
    Parser(std::string_view text, Program& program, const Limits& limits)
        : lexer_(text), text_(text), program_(program), limits_(limits) {}

    /// Returns what follows the expression.
    boost::system::result<Token, Problem> run();

    /// The problem that a token is where it cannot be.
    static Problem misplaced(std::string_view text, const Token& token);

  private:
    using Index = std::uint32_t;

    // parser.cpp: operators, by precedence.
    Index expression();
    Index conditional();
    Index short_circuit();
    Index binary(int precedence);
    Index power();
    Index unary();
    Index postfix();
    Index link(Index object, std::uint32_t begin, bool& optional);

    // parser_primary.cpp: operands.
    Index primary();
    /// Comma-separated up to `close`; with the closing token consumed.
    std::vector<Index> items(TokenKind close, bool& spread);
    Index keyword_or_name();
    Index parenthesised();
    Index array();
    Index object();
    Index property();
    Index template_literal();
    Index construction();
    Index regular_expression();

    // parser_arrow.cpp: arrow functions.
    Index arrow();
    bool arrow_follows();
    Index bound_target();
    Index with_default(Index target);
    std::optional<Index> rest_target();
    Index array_pattern();
    Index object_pattern();
    Index property_pattern();

    void advance();
    bool take(TokenKind kind);
    void expect(TokenKind kind, std::string_view what);
    void unexpected();
    void fail(Problem problem);
    [[nodiscard]] bool failed() const { return problem_.has_value(); }

    Index add(Operation operation, std::uint32_t begin, std::span<const Index> inner,
              Node node = {});
    Index add_list(Operation operation, std::uint32_t begin, std::span<const Index> inner,
                   Node node = {});
    Index add_constant(Operand constant, std::uint32_t begin);
    Index add_text(std::string text, std::uint32_t begin);

    /// Counts how deep rules are inside each other.
    class Nesting {
      public:
        explicit Nesting(Parser& parser);
        ~Nesting() { --parser_.nesting_; }
        Nesting(const Nesting&) = delete;
        Nesting& operator=(const Nesting&) = delete;

      private:
        Parser& parser_;
    };

    Lexer lexer_;
    std::string_view text_;
    Program& program_;
    const Limits& limits_;
    Token token_;
    std::uint32_t previous_end_ = 0;
    std::vector<std::uint32_t> heights_;  ///< of each node: how deep the tree below it is
    std::optional<Index> parenthesised_;  ///< the node that parentheses were around last
    std::uint32_t nesting_ = 0;
    std::optional<Problem> problem_;
};

[[nodiscard]] bool is_reserved_word(std::string_view name);

/// What a name, a text or a number names as the key of an object; nullopt for any other token.
[[nodiscard]] std::optional<std::string> key_name(const Token& token);

}  // namespace sluice::expression
