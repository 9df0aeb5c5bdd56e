#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/definition/document.hpp"
#include "engine/model/diagnostic.hpp"
#include "engine/model/limits.hpp"
#include "engine/run/program.hpp"
#include "engine/testing/test_case.hpp"

namespace sluice::testing {

/// What the key `flow` of a test file names; nullopt when it has none.
[[nodiscard]] std::optional<std::string> flow_named_in(const definition::Document& tests);

struct ParsedTests {
    std::vector<TestCase> tests;  ///< usable when `diagnostics` is empty
    Diagnostics diagnostics;      ///< every problem, in the order of the source
};

/// Reads the tests of a flow (docs/testing-flows.md). Nodes and outcomes are looked up in the
/// flow's `program`, compiled with the real node types; nullptr when the flow has problems of its
/// own: then they are not.
///
/// Codes, besides those of `parse_document` and of the flow language: `no_tests`, `unknown_node`,
/// `unknown_outcome`, `not_an_approval`, `invalid_secrets`, `invalid_timestamp`, `contradiction`.
[[nodiscard]] ParsedTests parse_tests(const definition::Document& tests, const Program* program,
                                      const Limits& limits = {});

}  // namespace sluice::testing
