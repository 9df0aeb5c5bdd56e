#include "engine/run/hold_changes.hpp"

#include <algorithm>

namespace sluice {

void HoldChanges::open(HoldRecord hold) {
    opened_.push_back(std::move(hold));
}

void HoldChanges::close(HoldNumber run) {
    const auto opened = std::find_if(opened_.begin(), opened_.end(),
                                     [run](const HoldRecord& hold) { return hold.run == run; });
    if (opened != opened_.end())
        opened_.erase(opened);
    else
        closed_.push_back(run);
}

void HoldChanges::put_back(std::vector<HoldRecord> opened, std::vector<HoldNumber> closed) {
    auto later_opened = std::exchange(opened_, std::move(opened));
    auto later_closed = std::exchange(closed_, std::move(closed));
    for (const HoldNumber run : later_closed) close(run);
    for (auto& hold : later_opened) open(std::move(hold));
}

}  // namespace sluice
