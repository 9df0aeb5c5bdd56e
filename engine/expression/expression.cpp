#include "engine/expression/expression.hpp"

#include <utility>

#include "engine/expression/conversion.hpp"
#include "engine/expression/evaluation.hpp"
#include "engine/expression/materialise.hpp"
#include "engine/expression/parser.hpp"
#include "engine/expression/problems.hpp"
#include "engine/expression/resolver.hpp"
#include "engine/expression/truthiness.hpp"
#include "engine/model/utf8.hpp"

namespace sluice::expression {

boost::system::result<Expression, Problem> Expression::compile(std::string_view text,
                                                               const Names& names,
                                                               const Limits& limits) {
    if (!is_valid_utf8(text)) return not_text();
    auto parsed = parse(text, Ending::text, limits);
    if (!parsed) return std::move(parsed).error();
    if (auto problem = resolve(*parsed->program, names)) return *std::move(problem);
    Expression result;
    result.program_ = std::move(parsed->program);
    return result;
}

result<Value> Expression::evaluate(const Scope& scope, Budget budget) const {
    if (!program_) return Value();
    Evaluation evaluation(scope, budget);
    const Operand operand = evaluation.run(*program_);
    if (evaluation.failed()) return evaluation.take_error();
    Value value = materialise(evaluation, operand, Counted::not_at_all);
    if (evaluation.failed()) return evaluation.take_error();
    return value;
}

Measured Expression::measure(const Scope& scope, Budget budget) const {
    if (!program_) return {Value(), "undefined", {}};
    Evaluation evaluation(scope, budget);
    const Operand operand = evaluation.run(*program_);
    const std::string_view type = evaluation.failed() ? std::string_view() : type_name(operand);
    Value value =
        evaluation.failed() ? Value() : materialise(evaluation, operand, Counted::not_at_all);
    const Usage used = evaluation.used();
    if (evaluation.failed()) return {evaluation.take_error(), {}, used};
    return {std::move(value), type, used};
}

result<bool> Expression::test(const Scope& scope, Budget budget) const {
    if (!program_) return false;
    Evaluation evaluation(scope, budget);
    const Operand operand = evaluation.run(*program_);
    if (evaluation.failed()) return evaluation.take_error();
    return truthy(operand);
}

const References& Expression::references() const {
    static const References none;
    return program_ ? program_->references : none;
}

const std::vector<NodeUse>& Expression::node_uses() const {
    static const std::vector<NodeUse> none;
    return program_ ? program_->node_uses : none;
}

const std::vector<SecretUse>& Expression::secret_uses() const {
    static const std::vector<SecretUse> none;
    return program_ ? program_->secret_uses : none;
}

std::string_view Expression::text() const {
    return program_ ? program_->text : std::string_view();
}

}  // namespace sluice::expression
