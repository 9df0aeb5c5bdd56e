#include "engine/nodes/data/pattern.hpp"

#include <string>
#include <utility>

namespace sluice::nodes {
namespace {

// In the unit of the budget, 10 ns. Measured with RE2 of 2022: patterns of few instructions run on
// its automaton, at 1 ns a byte. Larger ones may fall back to its slow machine, which takes 10 ns a
// byte and instruction (they seldom do: a quarter is charged), and groups are always found by it.
constexpr std::size_t call_cost = 64;
constexpr std::size_t small_program = 17;
constexpr std::size_t fast_bytes = 8;
constexpr std::size_t slow_share = 4;

}  // namespace

NodeError SearchBudget::failure(std::string_view type, const Limits& limits) {
    return too_large("pattern", type, limits.data_search_bytes, "units of work",
                     "write a shorter pattern, bound its loops ({0,20} instead of *), or give it "
                     "less text");
}

Pattern Pattern::compile(std::string_view parameter, std::string_view pattern,
                         std::string_view flags, DataParameters& parameters) {
    Pattern result;
    auto compiled = expression::RegularExpression::compile(pattern, flags);
    if (compiled) {
        result.code_ = std::move(*compiled);
        return result;
    }
    const auto refusal = compiled.error();
    std::string message = "is no usable regular expression: " + refusal.message;
    if (!refusal.hint.empty()) message += " (" + refusal.hint + ')';
    parameters.problem(std::string(parameter), std::move(message));
    return result;
}

bool Pattern::find(std::string_view text, std::size_t from, std::span<std::string_view> places,
                   SearchBudget& budget) const {
    if (budget.spent() || from > text.size()) return false;
    if (!budget.allows(scan_cost(text.size() - from))) return false;
    const bool found = code_->find(text, from, places);
    const std::size_t end =
        found && !places.empty()
            ? static_cast<std::size_t>(places[0].data() - text.data()) + places[0].size()
            : text.size();
    std::size_t cost = call_cost + scan_cost(code_->looked_at(text, from, end));
    if (found && places.size() > 1) cost += places[0].size() * code_->program_size();
    return budget.spend(cost) && found;
}

std::size_t Pattern::scan_cost(std::size_t bytes) const {
    const std::size_t size = code_->program_size();
    return size <= small_program ? bytes / fast_bytes : bytes * size / slow_share;
}

}  // namespace sluice::nodes
