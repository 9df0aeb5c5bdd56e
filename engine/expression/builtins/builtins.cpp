#include "engine/expression/builtins/builtins.hpp"

#include <algorithm>
#include <limits>
#include <numbers>
#include <vector>

namespace sluice::expression {

namespace {

template <typename Entry>
std::optional<std::uint16_t> position_of(std::string_view name, std::span<const Entry> table) {
    const auto found = std::ranges::find(table, name, &Entry::name);
    if (found == table.end()) return {};
    return static_cast<std::uint16_t>(found - table.begin());
}

constexpr std::array constants{
    NumberConstant{"Math.E", std::numbers::e},
    NumberConstant{"Math.LN10", std::numbers::ln10},
    NumberConstant{"Math.LN2", std::numbers::ln2},
    NumberConstant{"Math.LOG10E", std::numbers::log10e},
    NumberConstant{"Math.LOG2E", std::numbers::log2e},
    NumberConstant{"Math.PI", std::numbers::pi},
    NumberConstant{"Math.SQRT1_2", std::numbers::sqrt2 / 2},
    NumberConstant{"Math.SQRT2", std::numbers::sqrt2},
    NumberConstant{"Number.EPSILON", std::numeric_limits<double>::epsilon()},
    NumberConstant{"Number.MAX_SAFE_INTEGER", exact_limit - 1},
    NumberConstant{"Number.MAX_VALUE", std::numeric_limits<double>::max()},
    NumberConstant{"Number.MIN_SAFE_INTEGER", 1 - exact_limit},
    NumberConstant{"Number.MIN_VALUE", std::numeric_limits<double>::denorm_min()},
    NumberConstant{"Number.NEGATIVE_INFINITY", -std::numeric_limits<double>::infinity()},
    NumberConstant{"Number.NaN", std::numeric_limits<double>::quiet_NaN()},
    NumberConstant{"Number.POSITIVE_INFINITY", std::numeric_limits<double>::infinity()},
};

void add(std::vector<MethodName>& names, Receiver receiver, std::span<const Method> table) {
    for (const Method& method : table) {
        auto place = std::ranges::find(names, method.name, &MethodName::name);
        if (place == names.end()) place = names.insert(names.end(), MethodName{method.name});
        place->of[static_cast<std::size_t>(receiver)] = &method;
    }
}

}  // namespace

std::span<const MethodName> method_names() {
    static const std::vector<MethodName> all = [] {
        std::vector<MethodName> result;
        add(result, Receiver::string, string_methods());
        add(result, Receiver::string, string_search_methods());
        add(result, Receiver::string, string_pattern_methods());
        add(result, Receiver::array, array_methods());
        add(result, Receiver::array, array_callback_methods());
        add(result, Receiver::array, array_order_methods());
        add(result, Receiver::number, number_methods());
        add(result, Receiver::boolean, boolean_methods());
        add(result, Receiver::object, object_methods());
        add(result, Receiver::date, date_methods());
        add(result, Receiver::regex, regex_methods());
        return result;
    }();
    return all;
}

std::span<const Function> functions() {
    static const std::vector<Function> all = [] {
        std::vector<Function> result;
        for (const auto table : {math_functions(), number_functions(), object_functions(),
                                 array_functions(), text_functions(), date_functions()}) {
            result.insert(result.end(), table.begin(), table.end());
        }
        return result;
    }();
    return all;
}

std::span<const NumberConstant> number_constants() {
    return constants;
}

std::optional<std::uint16_t> find_method(std::string_view name) {
    return position_of(name, method_names());
}

std::optional<std::uint16_t> find_function(std::string_view name) {
    return position_of(name, functions());
}

std::optional<double> number_constant(std::string_view name) {
    const auto* const found = std::ranges::find(constants, name, &NumberConstant::name);
    if (found == constants.end()) return {};
    return found->value;
}

}  // namespace sluice::expression
