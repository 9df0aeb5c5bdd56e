#pragma once

#include <string>
#include <vector>

#include "app/configuration.hpp"

namespace sluice::app {

enum class Health { ok, warn, fail };

/// What one check found.
struct CheckUp {
    std::string name;
    Health health = Health::ok;
    std::string finding;
    std::string remedy = {};  ///< what to do; empty when all is well
};

/// Everything that `sluice serve` needs of its surroundings, looked at one by one. Takes up to some
/// seconds on a slow disk; writes and removes one small file beside the data file.
[[nodiscard]] std::vector<CheckUp> check_environment(const DoctorConfiguration& configuration);

}  // namespace sluice::app
