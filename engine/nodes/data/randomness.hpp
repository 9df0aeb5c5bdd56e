#pragma once

#include <string>
#include <string_view>

#include "engine/model/error.hpp"

namespace sluice::nodes {

/// What a node fails with where it is run without a source of randomness.
[[nodiscard]] inline NodeError no_randomness(std::string_view type) {
    return {"no_randomness", std::string(type) + " was given no source of randomness", nullptr,
            false};
}

}  // namespace sluice::nodes
