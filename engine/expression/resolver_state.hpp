#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/expression/builtins/builtins.hpp"
#include "engine/expression/expression.hpp"
#include "engine/expression/syntax.hpp"

namespace sluice::expression {

/// Finds out what every name of a program stands for. The first problem ends it.
class Resolver {
  public:
    Resolver(Program& program, const Names& names) : program_(program), names_(names) {}

    std::optional<Problem> run() {
        resolve(program_.start);
        return std::move(problem_);
    }

  private:
    /// A parameter of an arrow function; its position is its slot.
    struct Local {
        std::string_view name;
        bool ready;  ///< false while the parameters before it are worked out
    };

    // resolver.cpp: names and values. References into `nodes` stay valid: no node is added.
    void resolve(std::uint32_t index, bool iterated = false);
    void resolve_children(const Node& node);
    void resolve_name(Node& node);
    void resolve_member(Node& node);
    void resolve_node_output(Node& node);
    void resolve_secret(Node& node);
    void constant(Node& node, Operand value);

    // resolver_calls.cpp: calls and what may be their arguments.
    void resolve_call(Node& node, bool iterated);
    void resolve_function(Node& node, const std::string& name);
    void resolve_method(Node& node, const Node& callee, bool iterated);
    void resolve_arguments(Node& node, std::uint8_t functions, std::uint8_t regexes, bool iterates);
    bool resolve_function_argument(std::uint32_t index);
    void check_arity(const Node& node, std::string_view name, std::size_t least, std::size_t most);
    void resolve_arrow(Node& node);
    void declare(Node& node, std::size_t outer);
    void bind(Node& node);
    /// Whether nobody else can see the array that this makes.
    [[nodiscard]] bool is_fresh(std::uint32_t index) const;

    [[nodiscard]] std::string_view text(std::uint32_t constant) const {
        return program_.constants[constant].as_text();
    }
    /// No parameter has this name.
    [[nodiscard]] bool is_free(std::string_view name) const;
    [[nodiscard]] bool is_free_name(std::uint32_t index, std::string_view name) const;
    void fail(Problem problem) {
        if (!problem_) problem_ = std::move(problem);
    }

    Program& program_;
    const Names& names_;
    std::vector<Local> locals_;
    std::optional<Problem> problem_;
};

}  // namespace sluice::expression
