#include "engine/run/admission.hpp"

namespace sluice {

bool Admission::has_room(const Group& group, std::uint32_t limit) const {
    const auto found = groups_.find(group);
    return found == groups_.end() ||
           (found->second.running.size() < limit && found->second.waiting.empty());
}

void Admission::occupy(const Group& group, std::uint32_t limit, const Uuid& execution) {
    auto& state = groups_[group];
    state.limit = limit;
    state.running.insert(execution);
    places_.insert_or_assign(execution, group);
}

void Admission::wait(const Group& group, std::uint32_t limit, const Uuid& execution, WallTime since,
                     int priority) {
    auto& state = groups_[group];
    state.limit = limit;
    if (state.waiting.add(execution, since, priority)) ++waiting_;
    places_.insert_or_assign(execution, group);
}

std::vector<Uuid> Admission::leave(const Uuid& execution) {
    const auto place = places_.find(execution);
    if (place == places_.end()) return {};
    const auto group = groups_.find(place->second);
    auto& state = group->second;
    if (state.running.erase(execution) == 0 && state.waiting.remove(execution)) --waiting_;
    places_.erase(place);
    auto next = admit(state);
    if (state.running.empty() && state.waiting.empty()) groups_.erase(group);
    return next;
}

std::vector<Uuid> Admission::admit(State& state) {
    std::vector<Uuid> next;
    while (state.running.size() < state.limit && !state.waiting.empty()) {
        next.push_back(*state.waiting.take());
        --waiting_;
        state.running.insert(next.back());
    }
    return next;
}

std::vector<Uuid> Admission::admit_all() {
    std::vector<Uuid> all;
    for (auto& [group, state] : groups_) {
        const auto next = admit(state);
        all.insert(all.end(), next.begin(), next.end());
    }
    return all;
}

bool Admission::occupies(const Uuid& execution) const {
    const auto place = places_.find(execution);
    return place != places_.end() && groups_.at(place->second).running.contains(execution);
}

std::vector<Uuid> Admission::running(const Group& group) const {
    const auto found = groups_.find(group);
    if (found == groups_.end()) return {};
    return {found->second.running.begin(), found->second.running.end()};
}

std::optional<Admission::Wait> Admission::wait_of(const Uuid& execution) const {
    const auto place = places_.find(execution);
    if (place == places_.end()) return std::nullopt;
    const auto& state = groups_.at(place->second);
    if (!state.waiting.contains(execution)) return std::nullopt;
    return Wait{{state.running.begin(), state.running.end()}, state.waiting.ahead_of(execution)};
}

}  // namespace sluice
