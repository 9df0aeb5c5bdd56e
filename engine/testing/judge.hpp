#pragma once

#include <optional>
#include <vector>

#include "engine/run/timeline.hpp"
#include "engine/testing/test_run.hpp"

namespace sluice::testing {

/// What came of a test, with every large value in memory.
struct TestResult {
    std::optional<Error> refusal;  ///< of the start; then nothing else is set
    const Program* program = nullptr;
    const Timeline* timeline = nullptr;
    std::vector<NodeRun> runs;  ///< of `timeline`
    Value output;               ///< of the execution
    std::string waits_for;      ///< when it has not ended: in words
    Milliseconds simulated{0};
};

/// What of it is otherwise than expected. Under faults attempts, durations and numbers of calls are
/// not compared.
[[nodiscard]] std::vector<TestFailure> judge(const Expectation& expected, const TestResult& result,
                                             const TestWorld& world, bool under_faults);

}  // namespace sluice::testing
