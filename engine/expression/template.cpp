#include "engine/expression/template.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "engine/expression/builders.hpp"
#include "engine/expression/conversion.hpp"
#include "engine/expression/evaluation.hpp"
#include "engine/expression/materialise.hpp"
#include "engine/expression/template_string.hpp"
#include "engine/expression/truthiness.hpp"

namespace sluice::expression {

namespace {

enum class Shape : std::uint8_t { constant, string, array, object };

struct Part {
    Shape shape;
    std::uint32_t first;  ///< constant or string; else the beginning in `children`
    std::uint32_t count;  ///< of children
};

struct Child {
    std::string key;  ///< of an object
    std::uint32_t part;
};

}  // namespace

/// The shape of the value: parts in a vector that name each other by position. What has no
/// expression inside is one constant, however large.
struct Template::Compiled {
    std::vector<Part> parts;
    std::vector<Child> children;
    std::vector<Value> constants;
    std::vector<TemplateString> strings;
    std::uint32_t start = 0;
    References references;
};

namespace {

std::string pointer_token(std::string_view key) {
    std::string result = "/";
    for (const char character : key) {
        if (character == '~') {
            result += "~0";
        } else if (character == '/') {
            result += "~1";
        } else {
            result += character;
        }
    }
    return result;
}

template <typename Entry>
void merge(std::vector<Entry>& into, const std::vector<Entry>& more) {
    into.insert(into.end(), more.begin(), more.end());
    std::ranges::sort(into);
    const auto surplus = std::ranges::unique(into);
    into.erase(surplus.begin(), surplus.end());
}

template <typename Compiled>
class Compiler {
  public:
    Compiler(Compiled& compiled, const Names& names, const Limits& limits)
        : compiled_(compiled), names_(names), limits_(limits) {}

    std::vector<Problem> run(const Value& source) {
        compiled_.start = compile(source, {}, 0);
        return std::move(problems_);
    }

  private:
    std::uint32_t compile(const Value& source, const std::string& path, std::size_t depth) {
        if (problems_.size() >= limits_.diagnostics) return constant(nullptr);
        if (depth > limits_.source_depth) {
            problems_.push_back(
                {"template_too_deep",
                 "the value nests deeper than " + std::to_string(limits_.source_depth),
                 0,
                 {},
                 path});
            return constant(nullptr);
        }
        if (source.is_string()) return string(source.get_string(), path);
        std::vector<Child> children;
        if (source.is_array()) {
            std::size_t position = 0;
            for (const Value& element : source.get_array()) {
                const std::string place = path + "/" + std::to_string(position++);
                children.push_back({{}, compile(element, place, depth + 1)});
            }
        } else if (source.is_object()) {
            for (const auto& field : source.get_object()) {
                const std::uint32_t part =
                    compile(field.value(), path + pointer_token(field.key()), depth + 1);
                children.push_back({std::string(field.key()), part});
            }
        }
        const bool changes = std::ranges::any_of(children, [this](const Child& child) {
            return compiled_.parts[child.part].shape != Shape::constant;
        });
        if (!changes) return collapse(source, children);
        const Part part{source.is_array() ? Shape::array : Shape::object,
                        static_cast<std::uint32_t>(compiled_.children.size()),
                        static_cast<std::uint32_t>(children.size())};
        std::ranges::move(children, std::back_inserter(compiled_.children));
        return add(part);
    }

    /// One constant in place of several. Texts in it may have had escapes, so it is put together
    /// anew.
    std::uint32_t collapse(const Value& source, const std::vector<Child>& children) {
        if (children.empty()) return constant(source);
        Value whole = source;
        std::size_t position = 0;
        for (const Child& child : children) {
            Value& place =
                whole.is_array() ? whole.get_array()[position++] : whole.get_object()[child.key];
            place = std::move(compiled_.constants[compiled_.parts[child.part].first]);
        }
        return constant(std::move(whole));
    }

    std::uint32_t string(const boost::json::string& source, const std::string& path) {
        const std::string_view text(source.data(), source.size());
        if (text.find("${") == std::string_view::npos) return constant(source);
        auto compiled = compile_template_string(text, path, names_, limits_, problems_);
        if (compiled.is_text()) {
            return constant(compiled.parts.empty() ? Value("") : Value(compiled.parts[0].text));
        }
        for (const auto& part : compiled.parts) {
            if (!part.program) continue;
            merge(compiled_.references.roots, part.program->references.roots);
            merge(compiled_.references.nodes, part.program->references.nodes);
        }
        compiled_.strings.push_back(std::move(compiled));
        return add({Shape::string, static_cast<std::uint32_t>(compiled_.strings.size() - 1), 0});
    }

    std::uint32_t constant(Value value) {
        compiled_.constants.push_back(std::move(value));
        return add(
            {Shape::constant, static_cast<std::uint32_t>(compiled_.constants.size() - 1), 0});
    }

    std::uint32_t add(Part part) {
        compiled_.parts.push_back(part);
        return static_cast<std::uint32_t>(compiled_.parts.size() - 1);
    }

    Compiled& compiled_;
    const Names& names_;
    const Limits& limits_;
    std::vector<Problem> problems_;
};

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

template <typename Compiled>
Value evaluate_part(Evaluation& evaluation, const Compiled& compiled, std::uint32_t index,
                    bool whole) {
    const Part& part = compiled.parts[index];
    switch (part.shape) {
        case Shape::constant:
            return compiled.constants[part.first];
        case Shape::string: {
            const Operand operand = run_string(evaluation, compiled.strings[part.first]);
            return evaluation.failed() ? Value() : materialise(evaluation, operand, whole);
        }
        case Shape::array: {
            Array array;
            array.reserve(part.count);
            for (std::uint32_t i = 0; i < part.count && !evaluation.failed(); ++i) {
                const std::uint32_t child = compiled.children[part.first + i].part;
                array.push_back(evaluate_part(evaluation, compiled, child, false));
            }
            return array;
        }
        case Shape::object: {
            Object object;
            object.reserve(part.count);
            for (std::uint32_t i = 0; i < part.count && !evaluation.failed(); ++i) {
                const Child& child = compiled.children[part.first + i];
                object.emplace(child.key, evaluate_part(evaluation, compiled, child.part, false));
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
    auto compiled = std::make_shared<Compiled>();
    auto problems = Compiler(*compiled, names, limits).run(source);
    if (!problems.empty()) return problems;
    Template result;
    result.compiled_ = std::move(compiled);
    return result;
}

result<Value> Template::evaluate(const Scope& scope, Budget budget) const {
    if (!compiled_) return Value();
    const Part& start = compiled_->parts[compiled_->start];
    if (start.shape == Shape::constant) return compiled_->constants[start.first];
    Evaluation evaluation(scope, budget);
    Value value = evaluate_part(evaluation, *compiled_, compiled_->start, true);
    if (evaluation.failed()) return evaluation.take_error();
    return value;
}

result<bool> Template::test(const Scope& scope, Budget budget) const {
    if (!compiled_) return false;
    const Part& start = compiled_->parts[compiled_->start];
    if (start.shape == Shape::constant) return truthy(compiled_->constants[start.first]);
    Evaluation evaluation(scope, budget);
    if (start.shape == Shape::string) {
        const Operand operand = run_string(evaluation, compiled_->strings[start.first]);
        if (evaluation.failed()) return evaluation.take_error();
        return truthy(operand);
    }
    (void)evaluate_part(evaluation, *compiled_, compiled_->start, true);
    if (evaluation.failed()) return evaluation.take_error();
    return true;
}

bool Template::constant() const {
    return !compiled_ || compiled_->parts[compiled_->start].shape == Shape::constant;
}

const References& Template::references() const {
    static const References none;
    return compiled_ ? compiled_->references : none;
}

}  // namespace sluice::expression
