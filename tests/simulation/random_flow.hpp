#pragma once

#include <string>

#include "tests/simulation/chance.hpp"

namespace sluice::testing {

/// A random flow in YAML: a DAG, a list or a state machine. Its input is {n, rounds, word, bits}.
/// A `repeatable` flow ends in the same state whatever the timing: without timeouts of holds,
/// without `on_interrupt` other than retry, and without failures that race.
std::string random_flow(Chance& chance, const std::string& name, bool repeatable);

}  // namespace sluice::testing
