#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "engine/expression/evaluation.hpp"
#include "engine/expression/operand.hpp"

/// What expressions can call: a table for each type. To add one, write it in the file of its type
/// and name it in the table there.
namespace sluice::expression {

/// What built-ins do beyond giving a value; bits of `traits`.
inline constexpr std::uint8_t gives_list = 1;        ///< when it gives an array, one of its own
inline constexpr std::uint8_t gives_iterator = 2;    ///< only what iterates may call it
inline constexpr std::uint8_t takes_iterator = 4;    ///< as its first argument
inline constexpr std::uint8_t changes_receiver = 8;  ///< so that it may only be a new array
inline constexpr std::uint8_t changes_first = 16;    ///< its first argument: a new object
inline constexpr std::uint8_t unsteady = 32;         ///< depends on more than the arguments

/// A method of one type. The receiver is of that type.
struct Method {
    std::string_view name;
    Operand (*call)(Evaluation& evaluation, Operand receiver, Arguments arguments);
    std::uint8_t least = 0;  ///< arguments; fewer or more are refused when compiled
    std::uint8_t most = 0;
    std::uint8_t traits = 0;
    std::uint8_t functions = 0;  ///< bits of the arguments that may be functions
    std::uint8_t regexes = 0;    ///< bits of the arguments that may be regular expressions
    static constexpr std::uint8_t unlimited = 255;
};

/// A function with its whole name, such as `Math.max`, `parseInt` or `new Date`.
struct Function {
    std::string_view name;
    Operand (*call)(Evaluation& evaluation, Arguments arguments);
    std::uint8_t least = 0;
    std::uint8_t most = 0;
    std::uint8_t traits = 0;
    std::uint8_t functions = 0;
};

/// A constant with its whole name, such as `Math.PI`.
struct NumberConstant {
    std::string_view name;
    double value;
};

/// What methods belong to.
enum class Receiver : std::uint8_t { string, array, number, boolean, object, date, regex };
inline constexpr std::size_t receivers = 7;

/// The methods of one name.
struct MethodName {
    std::string_view name;
    std::array<const Method*, receivers> of{};  ///< by `Receiver`; nullptr where there is none
};

[[nodiscard]] std::span<const Method> string_methods();
[[nodiscard]] std::span<const Method> string_search_methods();
[[nodiscard]] std::span<const Method> string_pattern_methods();  ///< with regular expressions
[[nodiscard]] std::span<const Method> array_methods();
[[nodiscard]] std::span<const Method> array_callback_methods();  ///< that call a function
[[nodiscard]] std::span<const Method> array_order_methods();
[[nodiscard]] std::span<const Method> number_methods();
[[nodiscard]] std::span<const Method> boolean_methods();
[[nodiscard]] std::span<const Method> object_methods();
[[nodiscard]] std::span<const Method> date_methods();
[[nodiscard]] std::span<const Method> regex_methods();

[[nodiscard]] std::span<const Function> math_functions();
[[nodiscard]] std::span<const Function> number_functions();  ///< and String, Boolean, parseInt ...
[[nodiscard]] std::span<const Function> object_functions();
[[nodiscard]] std::span<const Function> array_functions();
[[nodiscard]] std::span<const Function> text_functions();  ///< JSON, URI, base64
[[nodiscard]] std::span<const Function> date_functions();

/// All of them; the position is `Node::id`.
[[nodiscard]] std::span<const MethodName> method_names();
[[nodiscard]] std::span<const Function> functions();
[[nodiscard]] std::span<const NumberConstant> number_constants();

[[nodiscard]] std::optional<std::uint16_t> find_method(std::string_view name);
[[nodiscard]] std::optional<std::uint16_t> find_function(std::string_view name);
[[nodiscard]] std::optional<double> number_constant(std::string_view name);

/// The argument, or `undefined`.
[[nodiscard]] inline Operand argument(Arguments arguments, std::size_t position) {
    return position < arguments.size() ? arguments[position] : Operand();
}

}  // namespace sluice::expression
