#include "engine/run/admission.hpp"

#include <iterator>

namespace sluice {
namespace {

constexpr std::chrono::seconds step_of_priority{30};

}  // namespace

bool Admission::has_room(const Group& group, std::uint32_t limit) const {
    const auto found = groups_.find(group);
    return found == groups_.end() ||
           (found->second.running.size() < limit && found->second.waiting.empty());
}

void Admission::occupy(const Group& group, std::uint32_t limit, const Uuid& execution) {
    auto& state = groups_[group];
    state.limit = limit;
    state.running.insert(execution);
    places_.insert_or_assign(execution, Place{group, {}});
}

void Admission::wait(const Group& group, std::uint32_t limit, const Uuid& execution, WallTime since,
                     int priority) {
    auto& state = groups_[group];
    state.limit = limit;
    const Turn turn{since - step_of_priority * priority, execution};
    if (state.waiting.insert(turn).second) ++waiting_;
    places_.insert_or_assign(execution, Place{group, turn.rank});
}

std::vector<Uuid> Admission::leave(const Uuid& execution) {
    const auto place = places_.find(execution);
    if (place == places_.end()) return {};
    const auto group = groups_.find(place->second.group);
    auto& state = group->second;
    if (state.running.erase(execution) == 0)
        waiting_ -= state.waiting.erase({place->second.rank, execution});
    places_.erase(place);
    auto next = admit(state);
    if (state.running.empty() && state.waiting.empty()) groups_.erase(group);
    return next;
}

std::vector<Uuid> Admission::admit(State& state) {
    std::vector<Uuid> next;
    while (state.running.size() < state.limit && !state.waiting.empty()) {
        const Uuid execution = state.waiting.begin()->execution;
        state.waiting.erase(state.waiting.begin());
        --waiting_;
        state.running.insert(execution);
        next.push_back(execution);
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
    return place != places_.end() && groups_.at(place->second.group).running.contains(execution);
}

std::vector<Uuid> Admission::running(const Group& group) const {
    const auto found = groups_.find(group);
    if (found == groups_.end()) return {};
    return {found->second.running.begin(), found->second.running.end()};
}

std::size_t Admission::position(const Uuid& execution) const {
    const auto place = places_.find(execution);
    if (place == places_.end()) return 0;
    const auto& waiting = groups_.at(place->second.group).waiting;
    const auto turn = waiting.find({place->second.rank, execution});
    return turn == waiting.end() ? 0
                                 : static_cast<std::size_t>(std::distance(waiting.begin(), turn));
}

}  // namespace sluice
