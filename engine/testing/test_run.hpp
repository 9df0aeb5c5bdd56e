#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/definition/front_end.hpp"
#include "engine/testing/faults.hpp"
#include "engine/testing/test_case.hpp"
#include "engine/testing/test_life.hpp"

namespace sluice::testing {

/// One thing that came out otherwise than expected.
struct TestFailure {
    std::string message;               ///< one sentence
    std::vector<std::string> details;  ///< lines: what differs
};

/// One attempt of a node, or a skipped node, for people.
struct TimelineLine {
    std::optional<Milliseconds> at;  ///< since the start; none: it never began
    Milliseconds took{0};
    std::string node;
    std::string what;  ///< `succeeded`, `failed` ...
    std::string more;  ///< its outcome, or why it failed
};

struct TestReport {
    std::string name;
    std::vector<TestFailure> failures;
    std::vector<TimelineLine> timeline;
    std::string status;         ///< of the execution; `refused` when its start was
    Milliseconds simulated{0};  ///< from its start to its end
    Milliseconds took{0};       ///< real time
    FaultCounts faults;
    [[nodiscard]] bool passed() const { return failures.empty(); }
};

/// Runs one test of a flow to its end, without a socket, a file or a wait: the engine itself with a
/// store in memory, on a simulated clock that jumps to what is due next. The same test, flow and
/// faults give the same run (code nodes apart, which compute for real).
///
/// Turns `services.loop` until it is done. Does not throw for what the flow does.
[[nodiscard]] TestReport run_test(const TestCase& test, const definition::FlowSource& flow,
                                  const TestServices& services, const TestFaults& faults = {});

}  // namespace sluice::testing
