#pragma once

#include "tests/run/simulation.hpp"

namespace sluice::testing {

inline task<std::size_t> load_and_recover(Engine& engine,
                                          std::vector<std::string>* failures = nullptr) {
    co_await engine.load();
    co_return co_await engine.recover({}, [failures](const Uuid&, const std::string& message) {
        if (failures != nullptr) failures->push_back(message);
    });
}

/// The process that comes after: it finds the first `commits` groups that `before` wrote.
inline Simulation::Setup after(const Simulation& before, std::size_t commits, std::string source,
                               Milliseconds later) {
    Simulation::Setup setup;
    setup.seed = 99;
    setup.begin = before.clock.wall() + later;
    setup.history.assign(before.journal.groups.begin(),
                         before.journal.groups.begin() + static_cast<std::ptrdiff_t>(commits));
    setup.flows = {std::move(source)};
    return setup;
}

}  // namespace sluice::testing
