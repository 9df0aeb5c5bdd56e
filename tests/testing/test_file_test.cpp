#include "tests/testing/tested.hpp"

namespace sluice::testing {
namespace {

using Found = std::vector<std::string>;

TEST(TestFile, EveryProblemHasItsPlaceAndAllAreToldAtOnce) {
    EXPECT_EQ(
        problems(orders, R"(
defaults:
  sekrets: {}
tests:
  one:
    mocks:
      custmer: {output: 1}
      ship: {output: 1, error: {code: x}}
      big: {outcome: maybe}
    decide: {ship: {outcome: approved}, approve: {outcome: perhaps}}
    secrets: {SHORT: x}
    clock: tomorrow
    signals: {}
    expect:
      status: fine
      duration: soon
      nodes: {approve: skiped, nobody: true}
)"),
        (Found{"unknown_key 3:3", "unknown_node 7:7", "contradiction 8:14", "unknown_outcome 9:22",
               "not_an_approval 10:14", "unknown_value 10:60", "invalid_secrets 11:22",
               "invalid_timestamp 12:12", "wrong_type 13:14", "unknown_value 15:15",
               "invalid_duration 16:17", "unknown_outcome 17:24", "unknown_node 17:32"}));
}

TEST(TestFile, AFileWithoutTestsIsAProblem) {
    EXPECT_EQ(problems(orders, "tests: {}"), Found{"no_tests 1:1"});
    EXPECT_EQ(problems(orders, "flow: x.yaml"), Found{"missing_key 1:1"});
    EXPECT_EQ(problems(orders, "[1]"), Found{"wrong_type 1:1"});
    EXPECT_EQ(problems(orders, "tests: {a: {mocks: {ship: []}}}"), Found{"out_of_range 1:27"});
    EXPECT_EQ(problems(orders, "tests: {a: {http: [{when: {url: x}}]}}"),
              Found{"missing_key 1:20"});
}

TEST(TestFile, DefaultsAreLaidUnderEachTest) {
    const auto document = definition::parse_document(R"(
defaults:
  secrets: {A: "12345678ab"}
  mocks: {ship: {output: 1}}
  http: [{answer: {status: 500}}]
tests:
  one: {mocks: {customer: {output: 2}}, http: [{when: {url: "http://x/*"}, answer: {}}]}
  two: {secrets: {A: "another one"}}
)",
                                                     definition::SourceFormat::yaml);
    const auto parsed = parse_tests(document, nullptr);
    ASSERT_TRUE(parsed.diagnostics.empty()) << parsed.diagnostics.front().message;
    ASSERT_EQ(parsed.tests.size(), 2u);
    EXPECT_EQ(parsed.tests[0].mocks.size(), 2u);
    ASSERT_EQ(parsed.tests[0].http.size(), 2u);
    EXPECT_EQ(parsed.tests[0].http[0].when.url, "http://x/*") << "a test's own come first";
    EXPECT_EQ(parsed.tests[1].secrets.at("A"), "another one");
    EXPECT_EQ(parsed.tests[1].line, 8u);
}

}  // namespace
}  // namespace sluice::testing
