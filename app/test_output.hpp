#pragma once

#include <string>
#include <vector>

#include "engine/testing/test_run.hpp"

namespace sluice::app {

/// The reports of one test file.
struct TestedFile {
    std::string path;
    std::vector<testing::TestReport> reports;
};

/// One test for people: `ok` or `FAILED` with what differs and the timeline of its nodes. `again`
/// is the command that repeats it with the same faults; empty where there were none.
[[nodiscard]] std::string describe(const testing::TestReport& report, const std::string& again,
                                   bool colours);

/// Everything for machines: JUnit XML, a suite a file.
[[nodiscard]] std::string junit(const std::vector<TestedFile>& files);

}  // namespace sluice::app
