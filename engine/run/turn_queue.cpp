#include "engine/run/turn_queue.hpp"

#include <iterator>

namespace sluice {
namespace {

constexpr std::chrono::seconds step_of_priority{30};

}  // namespace

bool TurnQueue::add(const Uuid& execution, WallTime since, int priority) {
    const auto [place, added] = ranks_.try_emplace(execution, since - step_of_priority * priority);
    if (added) turns_.insert({place->second, execution});
    return added;
}

bool TurnQueue::remove(const Uuid& execution) {
    const auto place = ranks_.find(execution);
    if (place == ranks_.end()) return false;
    turns_.erase({place->second, execution});
    ranks_.erase(place);
    return true;
}

std::optional<Uuid> TurnQueue::take() {
    if (turns_.empty()) return std::nullopt;
    const Uuid execution = turns_.begin()->execution;
    remove(execution);
    return execution;
}

std::size_t TurnQueue::ahead_of(const Uuid& execution) const {
    const auto place = ranks_.find(execution);
    if (place == ranks_.end()) return 0;
    return static_cast<std::size_t>(
        std::distance(turns_.begin(), turns_.find({place->second, execution})));
}

}  // namespace sluice
