// The whole engine, simulated: `simulation [--first S] [--seeds N]` runs seeds S to S + N - 1,
// `simulation --seed S` one of them and tells what happens.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "tests/simulation/world.hpp"

namespace {

using sluice::testing::Outcome;
using sluice::testing::run_seed;

/// Each of so many seeds is run twice: its journal must be the same byte for byte.
constexpr std::uint64_t same_again = 10;

/// A seed's script with its faults; again, for the same journal; and without faults, for the same
/// end.
Outcome judge(std::uint64_t seed, bool trace) {
    Outcome outcome = run_seed(seed, true, trace);
    if (seed % same_again == 0 || trace)
        if (run_seed(seed, true, false).journal_digest != outcome.journal_digest)
            outcome.violations.emplace_back("the same seed wrote another journal");
    if (!outcome.repeatable) return outcome;
    const Outcome calm = run_seed(seed, false, false);
    for (const auto& violation : calm.violations)
        outcome.violations.push_back("without faults: " + violation);
    for (const auto& [n, state] : calm.final_states)
        if (const auto& other = outcome.final_states[n]; other != state)
            outcome.violations.push_back("execution " + std::to_string(n) + " ended as\n    " +
                                         other + "\n  and without faults as\n    " + state);
    return outcome;
}

}  // namespace

int main(int count, char** words) {
    std::uint64_t first = 1;
    std::uint64_t seeds = 1'000;
    bool trace = false;
    for (int at = 1; at + 1 < count; at += 2) {
        const std::string_view word(words[at]);
        const auto number = std::strtoull(words[at + 1], nullptr, 10);
        if (word == "--first")
            first = number;
        else if (word == "--seeds")
            seeds = number;
        else if (word == "--seed")
            first = number, seeds = 1, trace = true;
        else
            return std::fprintf(stderr, "usage: %s [--first S] [--seeds N] | --seed S\n", words[0]),
                   2;
    }
    Outcome sum;
    std::uint64_t failed = 0;
    const auto began = std::chrono::steady_clock::now();
    for (auto seed = first; seed < first + seeds; ++seed) {
        const auto outcome = judge(seed, trace);
        sum.executions += outcome.executions;
        sum.events += outcome.events;
        sum.effects += outcome.effects;
        sum.crashes += outcome.crashes;
        sum.passivated += outcome.passivated;
        if (outcome.violations.empty()) continue;
        ++failed;
        if (failed > 10) continue;
        for (const auto& violation : outcome.violations)
            std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed),
                        violation.c_str());
        std::printf("reproduce: %s --seed %llu\n", words[0], static_cast<unsigned long long>(seed));
        std::fflush(stdout);
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    std::printf(
        "%llu seeds, %llu failed: %llu executions, %llu events, %llu effects, %llu crashes "
        "and restarts, %llu left memory; %.1f s\n",
        static_cast<unsigned long long>(seeds), static_cast<unsigned long long>(failed),
        static_cast<unsigned long long>(sum.executions),
        static_cast<unsigned long long>(sum.events), static_cast<unsigned long long>(sum.effects),
        static_cast<unsigned long long>(sum.crashes),
        static_cast<unsigned long long>(sum.passivated), took.count());
    return failed == 0 ? 0 : 1;
}
