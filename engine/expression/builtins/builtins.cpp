#include "engine/expression/builtins/builtins.hpp"

#include <algorithm>
#include <vector>

namespace sluice::expression {

namespace {

template <typename Entry>
std::optional<std::uint16_t> find(std::string_view name, std::span<const Entry> table) {
    const auto found = std::ranges::find(table, name, &Entry::name);
    if (found == table.end()) return {};
    return static_cast<std::uint16_t>(found - table.begin());
}

}  // namespace

std::span<const Function> functions() {
    static const std::vector<Function> all = [] {
        std::vector<Function> result;
        for (const auto table :
             {math_functions(), number_functions(), object_functions(), text_functions()}) {
            result.insert(result.end(), table.begin(), table.end());
        }
        return result;
    }();
    return all;
}

std::optional<std::uint16_t> position_of(std::string_view name, std::span<const Method> table) {
    return find(name, table);
}

std::optional<std::uint16_t> position_of(std::string_view name, std::span<const Function> table) {
    return find(name, table);
}

}  // namespace sluice::expression
