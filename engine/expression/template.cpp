#include "engine/expression/template.hpp"

#include <utility>

#include "engine/expression/builders.hpp"
#include "engine/expression/conversion.hpp"
#include "engine/expression/evaluation.hpp"
#include "engine/expression/materialise.hpp"
#include "engine/expression/template_program.hpp"
#include "engine/expression/truthiness.hpp"

namespace sluice::expression {

namespace {

using Shape = TemplateProgram::Shape;
using Part = TemplateProgram::Part;
using Child = TemplateProgram::Child;

/// What an expression looks like inside of text.
std::string_view interpolated(Evaluation& evaluation, Operand operand, NumberBuffer& buffer) {
    if (operand.is_undefined()) {
        evaluation.type_error("undefined cannot become part of a text: this is the value",
                              "write ${value ?? \"\"} where it may be missing");
        return {};
    }
    if (operand.is_object()) {
        evaluation.type_error("an object cannot become part of a text: this is the value",
                              "write ${JSON.stringify(value)}");
        return {};
    }
    return to_text(evaluation, operand, buffer);
}

/// The text is put together in the arena, so that it counts against the budget.
Operand run_string(Evaluation& evaluation, const TemplateString& string) {
    if (string.is_expression()) return evaluation.run(*string.parts[0].program);
    TextBuilder text(evaluation);
    for (const auto& part : string.parts) {
        if (!part.program) {
            text.add(part.text);
            continue;
        }
        const Operand operand = evaluation.run(*part.program);
        if (evaluation.failed()) return {};
        NumberBuffer buffer;
        const std::string_view more = interpolated(evaluation, operand, buffer);
        if (evaluation.failed()) return {};
        text.add(more);
    }
    return text.finish();
}

Value evaluate_part(Evaluation& evaluation, const TemplateProgram& program, std::uint32_t index,
                    bool whole) {
    const Part& part = program.parts[index];
    switch (part.shape) {
        case Shape::constant:
            return program.constants[part.first];
        case Shape::string: {
            const auto& string = program.strings[part.first];
            const Operand operand = run_string(evaluation, string);
            const auto counted = whole                    ? Counted::not_at_all
                                 : string.is_expression() ? Counted::as_passed_on
                                                          : Counted::as_made;
            return evaluation.failed() ? Value() : materialise(evaluation, operand, counted);
        }
        case Shape::array: {
            Array array;
            array.reserve(part.count);
            for (std::uint32_t i = 0; i < part.count && !evaluation.failed(); ++i) {
                const std::uint32_t child = program.children[part.first + i].part;
                array.push_back(evaluate_part(evaluation, program, child, false));
            }
            return array;
        }
        case Shape::object: {
            Object object;
            object.reserve(part.count);
            for (std::uint32_t i = 0; i < part.count && !evaluation.failed(); ++i) {
                const Child& child = program.children[part.first + i];
                object.emplace(child.key, evaluate_part(evaluation, program, child.part, false));
            }
            return object;
        }
    }
    return nullptr;
}

}  // namespace

boost::system::result<Template, std::vector<Problem>> Template::compile(const Value& source,
                                                                        const Names& names,
                                                                        const Limits& limits) {
    auto program = std::make_shared<TemplateProgram>();
    auto problems = compile_template(source, names, limits, *program);
    if (!problems.empty()) return problems;
    Template result;
    result.program_ = std::move(program);
    return result;
}

result<Value> Template::evaluate(const Scope& scope, Budget budget) const {
    if (!program_) return Value();
    const Part& start = program_->parts[program_->start];
    if (start.shape == Shape::constant) return program_->constants[start.first];
    Evaluation evaluation(scope, budget);
    Value value = evaluate_part(evaluation, *program_, program_->start, true);
    if (evaluation.failed()) return evaluation.take_error();
    return value;
}

result<bool> Template::test(const Scope& scope, Budget budget) const {
    if (!program_) return false;
    const Part& start = program_->parts[program_->start];
    if (start.shape == Shape::constant) return truthy(program_->constants[start.first]);
    Evaluation evaluation(scope, budget);
    if (start.shape == Shape::string) {
        const Operand operand = run_string(evaluation, program_->strings[start.first]);
        if (evaluation.failed()) return evaluation.take_error();
        return truthy(operand);
    }
    (void)evaluate_part(evaluation, *program_, program_->start, true);
    if (evaluation.failed()) return evaluation.take_error();
    return true;
}

bool Template::constant() const {
    return !program_ || program_->parts[program_->start].shape == Shape::constant;
}

const std::vector<NodeUse>& Template::node_uses() const {
    static const std::vector<NodeUse> none;
    return program_ ? program_->node_uses : none;
}

const std::vector<SecretUse>& Template::secret_uses() const {
    static const std::vector<SecretUse> none;
    return program_ ? program_->secret_uses : none;
}

const References& Template::references() const {
    static const References none;
    return program_ ? program_->references : none;
}

}  // namespace sluice::expression
