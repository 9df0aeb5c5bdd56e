#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/people.hpp"

namespace sluice::testing {

/// How one run of a seed came out.
struct Outcome {
    std::vector<std::string> violations;
    std::uint64_t journal_digest = 0;
    /// By start: how it ended, with the end of each of its nodes. Only of repeatable scripts.
    std::map<std::int64_t, std::string> final_states;
    bool repeatable = false;
    std::uint64_t executions = 0;
    std::uint64_t events = 0;
    std::uint64_t effects = 0;
    std::uint64_t crashes = 0;
    std::uint64_t passivated = 0;
};

/// Runs the whole engine through the script that follows from the seed: random flows and inputs,
/// starts, decisions, signals, cancels, pauses, a failing and slow disk, crashes and restarts; then
/// lets everything come to its end, and judges. Without `faults` nothing crashes and the disk is
/// well: what a repeatable script must come to just the same.
Outcome run_seed(std::uint64_t seed, bool faults, bool trace);

}  // namespace sluice::testing
