#pragma once

#include <memory>
#include <vector>

#include "engine/expression/expression.hpp"

namespace sluice::expression {

struct TemplateProgram;  // the compiled form; see template_program.hpp

/// A JSON value whose strings may hold `${ expression }`. A string that is wholly one expression
/// keeps the expression's type (`undefined` becomes null); otherwise it is interpolated as text,
/// where `undefined` is an error because nobody wants it in a URL, and so are objects
/// (JSON.stringify says how). `$${` is a literal
/// `${`. Object keys are never templates.
class Template {
  public:
    Template() = default;  ///< evaluates to null

    /// Compiles every string of `source`; all problems are returned, each with the path of its
    /// string.
    static boost::system::result<Template, std::vector<Problem>> compile(const Value& source,
                                                                         const Names& names,
                                                                         const Limits& limits = {});

    /// Errors as `Expression::evaluate`.
    [[nodiscard]] result<Value> evaluate(const Scope& scope, Budget budget) const;

    /// JavaScript's truthiness of what `evaluate` would give.
    [[nodiscard]] result<bool> test(const Scope& scope, Budget budget) const;

    /// True when there is no expression inside: the value is the same every time.
    [[nodiscard]] bool constant() const;
    [[nodiscard]] const References& references() const;
    /// Every place that reads the output of a node.
    [[nodiscard]] const std::vector<NodeUse>& node_uses() const;
    /// Every place that reads a secret.
    [[nodiscard]] const std::vector<SecretUse>& secret_uses() const;

  private:
    std::shared_ptr<const TemplateProgram> program_;
};

}  // namespace sluice::expression
