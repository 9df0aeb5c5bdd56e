#include "engine/nodes/data/pattern.hpp"

#include <string>
#include <utility>

namespace sluice::nodes {
namespace {

constexpr std::size_t call_cost = 64;  ///< of a search that finds at once, in bytes

}  // namespace

NodeError SearchBudget::failure(std::string_view type, const Limits& limits) {
    return too_large("pattern", type, limits.data_search_bytes, "bytes looked at",
                     "bound its loops ({0,20} instead of *), or give it less text");
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
    const bool found = code_->find(text, from, places);
    const std::size_t end =
        found && !places.empty()
            ? static_cast<std::size_t>(places[0].data() - text.data()) + places[0].size()
            : text.size();
    // Groups are found by a slower machine of RE2's.
    const std::size_t weight = places.size() > 1 ? 4 : 1;
    return budget.spend(call_cost + code_->looked_at(text, from, end) * weight) && found;
}

}  // namespace sluice::nodes
