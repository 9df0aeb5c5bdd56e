#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "engine/expression/arena.hpp"
#include "engine/expression/expression.hpp"
#include "engine/expression/operand.hpp"
#include "engine/expression/syntax.hpp"

namespace sluice::expression {

class ListBuilder;
using Arguments = std::span<const Operand>;

/// One evaluation: a walk over the tree of a program, with its memory and its budget.
///
/// A failure is remembered, not thrown: the first one takes away all steps that are left, so that
/// everything returns at once, and what is returned then means nothing. Code that loops asks
/// `failed()`; code that does not may go on with such values, which are always safe to use.
class Evaluation {
  public:
    Evaluation(const Scope& scope, Budget budget)
        : scope_(scope),
          budget_(budget),
          steps_(budget.steps),
          passed_on_left_(std::max(budget.passed_on, budget.bytes)),
          arena_(budget.bytes) {}
    Evaluation(const Evaluation&) = delete;
    Evaluation& operator=(const Evaluation&) = delete;

    /// The value of a program. A template runs several on one budget.
    Operand run(const Program& program);

    /// One node of a program that reads nothing but constants; for the compiler.
    Operand run_constant(const Program& program, std::uint32_t index);

    [[nodiscard]] bool failed() const { return failure_ != nullptr; }
    [[nodiscard]] Error take_error();
    [[nodiscard]] Usage used() const {
        const std::uint32_t left = failed() ? failure_->steps_left : steps_;
        return {budget_.steps - left, budget_.bytes - arena_.left()};
    }

    // For operators and built-ins.

    /// Remembers the failure, with the place that is being evaluated, and returns `undefined`.
    /// `type_error`: JavaScript would throw. `unsupported`: it would not, but we cannot do the
    /// same.
    Operand type_error(std::string message, std::string hint = {});
    Operand unsupported(std::string message, std::string hint = {});
    Operand over_budget(std::string message);
    Operand out_of_bytes() { return over_budget("the expression makes too much data"); }

    /// Counts steps. False when there are too few.
    bool spend(std::uint64_t steps) {
        if (steps > steps_) [[unlikely]] {
            out_of_steps();
            return false;
        }
        steps_ -= static_cast<std::uint32_t>(steps);
        return !failed();
    }
    /// Counts the work of looking through so many bytes: a step is worth 256 of them.
    bool scan(std::size_t bytes) { return spend(bytes >> 8); }
    /// Counts bytes that are not made in the arena.
    bool count_bytes(std::size_t bytes) {
        if (arena_.count(bytes)) return !failed();
        out_of_bytes();
        return false;
    }
    /// Counts bytes of a value that is passed on as it is.
    bool count_passed_on(std::size_t bytes) {
        if (bytes <= passed_on_left_) {
            passed_on_left_ -= bytes;
            return !failed();
        }
        over_budget("the template passes on more than one output may have");
        return false;
    }
    [[nodiscard]] std::size_t bytes_left() const { return arena_.left(); }

    /// Memory for text, or nullptr with a failure.
    char* text_memory(std::size_t size);
    /// Uninitialised memory for trivial types, or nullptr with a failure.
    template <typename Trivial>
    Trivial* memory(std::size_t count) {
        void* result = arena_.take(count * sizeof(Trivial), alignof(Trivial));
        if (result == nullptr) [[unlikely]] {
            out_of_bytes();
        }
        return static_cast<Trivial*>(result);
    }
    /// A copy that lives as long as this evaluation.
    std::string_view keep(std::string_view text);
    /// Lengthens a text in place; false unless it was the last thing made.
    bool extend(std::string_view text, std::string_view more);
    /// Both texts one after the other; in place when `left` was the last thing made.
    std::string_view append(std::string_view left, std::string_view right);

    /// Calls an argument that is a function; anything else is a type error.
    Operand call(Operand function, Arguments arguments);

    [[nodiscard]] const Scope& scope() const { return scope_; }
    [[nodiscard]] const Budget& budget() const { return budget_; }
    [[nodiscard]] std::size_t value_depth() const { return program_->value_depth; }

  private:
    struct Failure {
        const char* code;
        std::string message;
        std::string hint;
        std::string expression;
        std::string place;
        std::size_t offset;
        std::uint32_t steps_left;
    };

    // evaluator.cpp
    Operand evaluate(std::uint32_t index);
    Operand walk(std::uint32_t index);
    Operand follow(const Link& link, Operand object);
    Operand read_member(std::uint32_t index);
    Operand read_index(std::uint32_t index);
    Operand read_secret(std::uint32_t index);
    Operand operate(std::uint32_t index);
    Operand make_text(std::uint32_t index);
    Operand make_array(std::uint32_t index);
    Operand make_object(std::uint32_t index);
    void spread_into(std::uint32_t index, ListBuilder& list);

    // binding.cpp
    void bind_parameters(const Node& arrow, Arguments arguments);
    void bind(std::uint32_t index, Operand value);
    void bind_array(const Node& pattern, Operand value);
    void bind_object(std::uint32_t index, Operand value);

    // calls.cpp
    Operand call_method(std::uint32_t index);
    Operand call_function(std::uint32_t index);
    Operand refuse_method(std::uint32_t index, Operand receiver);
    /// The arguments, in `few` when they fit and none is spread, else in the arena.
    Arguments arguments(const Node& node, std::span<Operand> few);
    /// What comes of a link to null or undefined.
    Operand link_to_nothing(Operand object, std::uint32_t index, std::string_view name);

    Operand fail(const char* code, std::string message, std::string hint);
    void out_of_steps();

    const Scope& scope_;
    Budget budget_;
    const Program* program_ = nullptr;
    Operand* locals_ = nullptr;
    std::unique_ptr<Failure> failure_;
    std::uint32_t steps_;
    std::size_t passed_on_left_;
    std::uint32_t place_ = 0;  ///< the node whose operator or built-in is at work, for messages
    Arena arena_;
};

}  // namespace sluice::expression
