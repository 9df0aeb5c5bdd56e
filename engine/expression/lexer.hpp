#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/system/result.hpp>

#include "engine/expression/expression.hpp"
#include "engine/expression/token.hpp"

namespace sluice::expression {

/// Cuts JavaScript into tokens, one at a time, because what a `}` means depends on the parser: it
/// ends a block of a template literal, an object, or the whole expression; and so does what a `/`
/// means: it divides, or begins a regular expression.
class Lexer {
  public:
    explicit Lexer(std::string_view text) : text_(text) {}

    /// The token at the position, which moves behind it.
    boost::system::result<Token, Problem> next();

    struct Chunk {
        std::string text;
        bool last = false;  ///< ended by a backtick, not by `${`
    };
    /// The part of a template literal from `position` to the next `${` or backtick.
    boost::system::result<Chunk, Problem> chunk(std::size_t position);

    struct RegularExpression {
        std::string_view pattern;
        std::string_view flags;
    };
    /// The regular expression whose first `/` is at `position`.
    boost::system::result<RegularExpression, Problem> regular_expression(std::size_t position);

    [[nodiscard]] std::size_t position() const { return position_; }
    void seek(std::size_t position) { position_ = position; }

  private:
    std::optional<Problem> skip_space();
    boost::system::result<Token, Problem> name();
    boost::system::result<Token, Problem> number();
    boost::system::result<Token, Problem> string(char quote);
    boost::system::result<Token, Problem> punctuator();
    /// Reads what follows a backslash and appends what it stands for.
    std::optional<Problem> escape(std::string& out);
    std::optional<char32_t> code_unit_escape();
    [[nodiscard]] bool at(std::string_view expected) const {
        return text_.substr(position_).starts_with(expected);
    }
    [[nodiscard]] char peek(std::size_t ahead = 0) const {
        return position_ + ahead < text_.size() ? text_[position_ + ahead] : '\0';
    }
    [[nodiscard]] Token token(TokenKind kind, std::size_t begin) const;

    std::string_view text_;
    std::size_t position_ = 0;
};

}  // namespace sluice::expression
