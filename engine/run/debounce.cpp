#include "engine/run/debounce.hpp"

#include <algorithm>

namespace sluice {

Debounce::Turn Debounce::arrive(const Group& group, const DebounceRule& rule, const Uuid& execution,
                                WallTime now) {
    Turn turn{now + rule.quiet, std::nullopt};
    const auto [place, first] = held_.try_emplace(group, Held{execution, now});
    if (!first) {
        turn.instead_of = place->second.execution;
        groups_.erase(place->second.execution);
        place->second.execution = execution;
        if (rule.max_wait)
            turn.due = std::max(now, std::min(turn.due, place->second.first + *rule.max_wait));
    }
    groups_.emplace(execution, group);
    return turn;
}

std::optional<Uuid> Debounce::remember(const Group& group, const Uuid& execution, WallTime since) {
    const auto [place, first] = held_.try_emplace(group, Held{execution, since});
    std::optional<Uuid> older;
    if (!first) {
        auto& held = place->second;
        older = std::min(held.execution, execution);  // ids are in the order of time
        held.execution = std::max(held.execution, execution);
        held.first = std::min(held.first, since);
        groups_.erase(*older);
    }
    groups_.insert_or_assign(place->second.execution, group);
    return older;
}

bool Debounce::leave(const Uuid& execution) {
    const auto group = groups_.find(execution);
    if (group == groups_.end()) return false;
    held_.erase(group->second);
    groups_.erase(group);
    return true;
}

}  // namespace sluice
