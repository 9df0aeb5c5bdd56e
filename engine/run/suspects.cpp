#include "engine/run/suspects.hpp"

#include <iterator>

namespace sluice {

void Suspects::add(const Uuid& execution, std::uint32_t recoveries_alone) {
    if (counts_.emplace(execution, recoveries_alone).second)
        turns_.emplace(recoveries_alone, execution);
}

void Suspects::remove(const Uuid& execution) {
    const auto found = counts_.find(execution);
    if (found == counts_.end()) return;
    turns_.erase({found->second, execution});
    counts_.erase(found);
}

std::optional<Uuid> Suspects::take() {
    now_.reset();
    if (turns_.empty()) return std::nullopt;
    now_ = turns_.begin()->second;
    remove(*now_);
    return now_;
}

std::optional<Suspects::Wait> Suspects::wait_of(const Uuid& execution) const {
    const auto found = counts_.find(execution);
    if (found == counts_.end()) return std::nullopt;
    const auto turn = turns_.find({found->second, execution});
    return Wait{static_cast<std::size_t>(std::distance(turns_.begin(), turn)), now_};
}

}  // namespace sluice
