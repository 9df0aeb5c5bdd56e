#include "engine/expression/template_program.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sluice::expression {

namespace {

using Shape = TemplateProgram::Shape;
using Part = TemplateProgram::Part;
using Child = TemplateProgram::Child;

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

class Compiler {
  public:
    Compiler(TemplateProgram& program, const Names& names, const Limits& limits)
        : program_(program), names_(names), limits_(limits) {}

    std::vector<Problem> run(const Value& source) {
        program_.start = compile(source, {}, 0);
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
            return program_.parts[child.part].shape != Shape::constant;
        });
        if (!changes) return collapse(source, children);
        const Part part{source.is_array() ? Shape::array : Shape::object,
                        static_cast<std::uint32_t>(program_.children.size()),
                        static_cast<std::uint32_t>(children.size())};
        std::ranges::move(children, std::back_inserter(program_.children));
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
            place = std::move(program_.constants[program_.parts[child.part].first]);
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
            merge(program_.references.roots, part.program->references.roots);
            merge(program_.references.nodes, part.program->references.nodes);
            for (NodeUse use : part.program->node_uses) {
                use.offset += part.offset;
                use.path = path;
                program_.node_uses.push_back(std::move(use));
            }
            for (const SecretUse& use : part.program->secret_uses)
                program_.secret_uses.push_back({use.name, use.offset + part.offset, path});
        }
        program_.strings.push_back(std::move(compiled));
        return add({Shape::string, static_cast<std::uint32_t>(program_.strings.size() - 1), 0});
    }

    std::uint32_t constant(Value value) {
        program_.constants.push_back(std::move(value));
        return add({Shape::constant, static_cast<std::uint32_t>(program_.constants.size() - 1), 0});
    }

    std::uint32_t add(Part part) {
        program_.parts.push_back(part);
        return static_cast<std::uint32_t>(program_.parts.size() - 1);
    }

    TemplateProgram& program_;
    const Names& names_;
    const Limits& limits_;
    std::vector<Problem> problems_;
};

}  // namespace

std::vector<Problem> compile_template(const Value& source, const Names& names, const Limits& limits,
                                      TemplateProgram& program) {
    return Compiler(program, names, limits).run(source);
}

}  // namespace sluice::expression
