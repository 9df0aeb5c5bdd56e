#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "engine/engine.hpp"
#include "engine/testing/test_file.hpp"
#include "engine/testing/test_run.hpp"

namespace sluice::testing {

/// `code line:column` of each problem of a test file.
inline std::vector<std::string> problems(std::string_view flow, std::string_view tests) {
    asio::io_context loop;
    Engine engine(loop);
    const auto program = engine.compile(flow).value();
    std::vector<std::string> found;
    const auto document = definition::parse_document(tests, definition::SourceFormat::yaml);
    for (const auto& problem : parse_tests(document, program.get()).diagnostics)
        found.push_back(problem.code + " " + std::to_string(problem.line) + ":" +
                        std::to_string(problem.column));
    return found;
}

/// Runs every test of a file against a flow.
inline std::vector<TestReport> tested(const std::string& flow, std::string_view tests,
                                      const TestFaults& faults = {}) {
    asio::io_context loop;
    Engine engine(loop);
    const auto program = engine.compile(flow).value();
    const auto document = definition::parse_document(tests, definition::SourceFormat::yaml);
    const auto parsed = parse_tests(document, program.get());
    for (const auto& problem : parsed.diagnostics)
        ADD_FAILURE() << problem.line << ":" << problem.column << " " << problem.message;
    const SystemClock real;
    const TestServices services{loop, real, engine.nodes()};
    std::vector<TestReport> reports;
    for (const auto& test : parsed.tests)
        reports.push_back(run_test(test, {flow}, services, faults));
    return reports;
}

/// What a report says, a line each; empty when the test passed.
inline std::string said(const TestReport& report) {
    std::string text;
    for (const auto& failure : report.failures) {
        text += failure.message + "\n";
        for (const auto& detail : failure.details) text += "  " + detail + "\n";
    }
    return text;
}

/// The same of a file with one test.
inline std::string said(const std::string& flow, std::string_view tests,
                        const TestFaults& faults = {}) {
    const auto reports = tested(flow, tests, faults);
    EXPECT_EQ(reports.size(), 1u);
    return reports.empty() ? "no report" : said(reports.front());
}

inline constexpr const char* orders = R"(
name: orders
inputs: {type: object, required: [customerId], properties: {customerId: {type: integer}}}
nodes:
  customer:
    type: http.request
    with: {url: "${secrets.CRM_URL}/customers/${input.customerId}"}
    retry: {attempts: 4, delay: 1s, backoff: 2}
    timeout: 10s
  big: {type: flow.if, needs: customer, with: {condition: "${nodes.customer.body.total > 100}"}, next: {true: approve, false: ship}}
  approve: {type: flow.approval, with: {message: "Ship to ${nodes.customer.body.name}?"}, timeout: 30d, next: {approved: ship}}
  ship: {type: http.request, join: any, retry: {attempts: 4, delay: 1m}, with: {method: POST, url: "http://store.invalid/ship", json: {to: "${nodes.customer.body.name}"}}}
output: {shipped: "${nodes.ship?.status}"}
)";

}  // namespace sluice::testing
