#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/expression/scope.hpp"
#include "engine/model/error.hpp"
#include "engine/model/limits.hpp"
#include "engine/model/value.hpp"

namespace sluice::expression {

/// Why an expression does not compile.
struct Problem {
    std::string
        code;  ///< `expression_syntax`, `unknown_name`, `unknown_node`, `not_an_expression` ...
    std::string message;
    std::size_t offset = 0;  ///< byte offset of the fault in the text given to `compile`
    std::string hint;        ///< what to write instead; may be empty
    std::string path;  ///< templates: JSON Pointer of the string inside the template; else empty
};

/// What one evaluation may use. An evaluation over its budget fails with `expression_budget`.
struct Budget {
    std::uint32_t steps;  ///< about one an operator, an element, or 256 bytes looked through
    std::size_t bytes;    ///< made, the result included
    std::size_t text = 4u << 20;    ///< bytes of the longest text made
    std::size_t items = 1'000'000;  ///< elements of the longest array made
    /// For values that a template passes on as they are: they are as large as inputs and outputs
    /// may be, and only the number of their copies is to be bounded.
    std::size_t passed_on = Limits{}.output_bytes;
    static Budget from(const Limits& limits) {
        return {limits.expression_steps, limits.expression_bytes, limits.expression_text,
                limits.expression_items, limits.output_bytes};
    }
};

/// What an evaluation has used of its budget.
struct Usage {
    std::uint32_t steps = 0;
    std::size_t bytes = 0;
};

/// An evaluation for people who want to know more than the value.
struct Measured {
    result<Value> value;
    std::string_view type;  ///< "undefined", "null", "number", "date" ...; empty after a failure
    Usage used;
};

struct Program;  // the compiled form; see syntax.hpp

/// A compiled expression: the text between `${` and `}`. Immutable and shareable.
class Expression {
  public:
    /// Parses and checks. All names are resolved here.
    static boost::system::result<Expression, Problem> compile(std::string_view text,
                                                              const Names& names,
                                                              const Limits& limits = {});

    /// Evaluates. `undefined`, NaN and infinities become null. Errors: `expression_failed`
    /// (JavaScript throws), `expression_unsupported` (JavaScript does not, but an exact answer is
    /// not available here), `unknown_secret` and `expression_budget`; the message quotes the
    /// expression and the place, `details` holds `expression`, `place`, `offset` and perhaps
    /// `hint`.
    [[nodiscard]] result<Value> evaluate(const Scope& scope, Budget budget) const;

    /// The same, with the type and what was used.
    [[nodiscard]] Measured measure(const Scope& scope, Budget budget) const;

    /// JavaScript's truthiness of the value; the cheap way for conditions.
    [[nodiscard]] result<bool> test(const Scope& scope, Budget budget) const;

    [[nodiscard]] const References& references() const;
    [[nodiscard]] const std::vector<NodeUse>& node_uses() const;
    [[nodiscard]] const std::vector<SecretUse>& secret_uses() const;
    [[nodiscard]] std::string_view text() const;

  private:
    std::shared_ptr<const Program> program_;
};

}  // namespace sluice::expression
