#pragma once

#include <string>
#include <vector>

#include "engine/run/program.hpp"
#include "engine/run/records.hpp"

namespace sluice::testing {

/// A stored execution as a test file: its input, trigger and clock, what its effects put out or
/// failed with as mocks, decisions and signals when they came, and how it ended as what is
/// expected. Secrets are redacted as in the journal, and get placeholders; cookies are left out.
/// What is an artifact is not recorded, and a comment says so. `flow` is the file that the test
/// names.
///
/// Throws `ErrorException` `journal_corrupt`.
[[nodiscard]] std::string record_test(const Program& program, const ExecutionRecord& execution,
                                      const std::vector<JournalChunk>& journal,
                                      const std::string& flow);

}  // namespace sluice::testing
