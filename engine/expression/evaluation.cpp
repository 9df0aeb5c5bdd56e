#include "engine/expression/evaluation.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/expression/builtins/builtins.hpp"

namespace sluice::expression {

namespace {

constexpr std::size_t longest_quote = 200;
constexpr std::size_t longest_text = 0x7FFFFFFF;  // lengths of operands have 32 bits

std::string quoted(std::string_view text) {
    if (text.size() <= longest_quote) return "`" + std::string(text) + "`";
    std::size_t end = longest_quote;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return "`" + std::string(text.substr(0, end)) + "…`";
}

}  // namespace

Operand Evaluation::run(const Program& program) {
    program_ = &program;
    place_ = program.start;
    locals_ = nullptr;
    if (program.slots != 0) {
        locals_ = memory<Operand>(program.slots);
        if (locals_ == nullptr) return {};
        std::fill_n(locals_, program.slots, Operand());
    }
    const Operand result = evaluate(program.start);
    if (!failed()) place_ = program.start;
    return result;
}

Operand Evaluation::run_constant(const Program& program, std::uint32_t index) {
    program_ = &program;
    place_ = index;
    return evaluate(index);
}

Error Evaluation::take_error() {
    Failure& failure = *failure_;
    std::string message = failure.message;
    message += " at " + quoted(failure.place);
    if (failure.place != failure.expression) message += " in " + quoted(failure.expression);
    if (!failure.hint.empty()) message += "; " + failure.hint;
    Object details;
    details["expression"] = failure.expression;
    details["place"] = failure.place;
    details["offset"] = failure.offset;
    if (!failure.hint.empty()) details["hint"] = failure.hint;
    return {failure.code, std::move(message), std::move(details)};
}

Operand Evaluation::fail(const char* code, std::string message, std::string hint) {
    if (!failed()) {
        const Node& node = program_->nodes[place_];
        failure_ = std::make_unique<Failure>(
            Failure{code, std::move(message), std::move(hint), program_->text,
                    std::string(program_->source(node)), node.begin, steps_});
    }
    steps_ = 0;
    return {};
}

Operand Evaluation::type_error(std::string message, std::string hint) {
    return fail("expression_failed", std::move(message), std::move(hint));
}

Operand Evaluation::unsupported(std::string message, std::string hint) {
    return fail("expression_unsupported", std::move(message), std::move(hint));
}

Operand Evaluation::over_budget(std::string message) {
    return fail("expression_budget", std::move(message), "a code node can do more");
}

void Evaluation::out_of_steps() {
    over_budget("the expression takes too many steps");
}

char* Evaluation::text_memory(std::size_t size) {
    if (size > budget_.text || size > longest_text) {
        over_budget("the expression makes a text of more than " +
                    std::to_string(std::min(budget_.text, longest_text)) + " bytes");
        return nullptr;
    }
    void* result = arena_.take(size, 1);
    if (result == nullptr) [[unlikely]] {
        out_of_bytes();
    }
    return static_cast<char*>(result);
}

std::string_view Evaluation::keep(std::string_view text) {
    return append({}, text);
}

bool Evaluation::extend(std::string_view text, std::string_view more) {
    return text.size() + more.size() <= std::min(budget_.text, longest_text) &&
           arena_.extend(text, more);
}

std::string_view Evaluation::append(std::string_view left, std::string_view right) {
    if (!left.empty() && extend(left, right)) return {left.data(), left.size() + right.size()};
    char* const memory = text_memory(left.size() + right.size());
    if (memory == nullptr) return {};
    if (!left.empty()) std::memcpy(memory, left.data(), left.size());
    if (!right.empty()) std::memcpy(memory + left.size(), right.data(), right.size());
    return {memory, left.size() + right.size()};
}

Operand Evaluation::call(Operand function, Arguments arguments) {
    if (!function.is(Kind::function)) return type_error("a function is expected as the argument");
    const Node& node = program_->nodes[function.as_function()];
    if (node.operation == Operation::function_reference) {
        if (!spend(1)) return {};
        return functions()[node.id].call(*this, arguments);
    }
    const std::uint32_t place = place_;
    if ((node.flags & plain_names) != 0) [[likely]] {
        const std::size_t given = std::min<std::size_t>(node.third, arguments.size());
        std::copy_n(arguments.begin(), given, locals_ + node.id);
        std::fill(locals_ + node.id + given, locals_ + node.id + node.third, Operand());
    } else {
        bind_parameters(node, arguments);
    }
    const Operand result = evaluate(node.first);
    if (!failed()) place_ = place;
    return result;
}

}  // namespace sluice::expression
