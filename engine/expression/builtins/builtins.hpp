#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "engine/expression/evaluation.hpp"
#include "engine/expression/operand.hpp"

/// What expressions can call: a table for each type. To add one, write it in the file of its type
/// and name it in the table there.
namespace sluice::expression {

/// A method of strings or arrays. The receiver is of that type.
struct Method {
    std::string_view name;
    Operand (*call)(Evaluation& evaluation, Operand receiver, Arguments arguments);
    bool takes_function = false;  ///< as its first argument
};

/// A function with its whole name, such as `Math.max` or `parseInt`.
struct Function {
    std::string_view name;
    Operand (*call)(Evaluation& evaluation, Arguments arguments);
    std::uint32_t most_arguments =
        unlimited;  ///< more are refused, because JavaScript gives them a meaning
    static constexpr std::uint32_t unlimited = 0xFFFFFFFF;
};

[[nodiscard]] std::span<const Method> string_methods();
[[nodiscard]] std::span<const Method> array_methods();

[[nodiscard]] std::span<const Function> math_functions();
[[nodiscard]] std::span<const Function> number_functions();  ///< and String, Boolean, parseInt ...
[[nodiscard]] std::span<const Function> object_functions();  ///< and Array
[[nodiscard]] std::span<const Function> text_functions();    ///< JSON, Date, URI

/// All functions; the position is `Node::id`.
[[nodiscard]] std::span<const Function> functions();

[[nodiscard]] std::optional<std::uint16_t> position_of(std::string_view name,
                                                       std::span<const Method> table);
[[nodiscard]] std::optional<std::uint16_t> position_of(std::string_view name,
                                                       std::span<const Function> table);

/// The argument, or `undefined`.
[[nodiscard]] inline Operand argument(Arguments arguments, std::size_t position) {
    return position < arguments.size() ? arguments[position] : Operand();
}

}  // namespace sluice::expression
