#include <gtest/gtest.h>

#include "tests/nodes/pure_node.hpp"

namespace sluice::testing {
namespace {

TEST(CoreSet, PutsItsParametersOut) {
    EXPECT_EQ(told(run_pure("core.set", R"({"a":1,"b":[null]})")),
              R"(success: {"a":1,"b":[null]})");
    EXPECT_EQ(told(run_pure("core.set", "null")), "success: null");
}

TEST(CoreLog, WritesTextAsItIsAndOtherValuesAsJson) {
    CollectedLog log;
    EXPECT_TRUE(run_pure("core.log", json(R"({"message":"hi"})"), log));
    EXPECT_TRUE(run_pure("core.log",
                         json(R"({"message":{"n":1.5},"level":"error","fields":{"id":7}})"), log));
    ASSERT_EQ(log.lines.size(), 2u);
    EXPECT_EQ(log.lines[0].message, "hi");
    EXPECT_EQ(log.lines[0].level, LogLevel::info);
    EXPECT_TRUE(log.lines[0].fields.is_null());
    EXPECT_EQ(log.lines[1].message, R"({"n":1.5})");
    EXPECT_EQ(log.lines[1].level, LogLevel::error);
    EXPECT_EQ(to_json(log.lines[1].fields), R"({"id":7})");
}

TEST(CoreLog, WritesNull) {
    CollectedLog log;
    EXPECT_TRUE(run_pure("core.log", json(R"({"message":null})"), log));
    ASSERT_EQ(log.lines.size(), 1u);
    EXPECT_EQ(log.lines[0].message, "null");
}

TEST(CoreLog, RefusesWithoutWriting) {
    CollectedLog log;
    EXPECT_EQ(told(run_pure("core.log", json("{}"), log)), "error: invalid_parameters message");
    EXPECT_EQ(told(run_pure("core.log", json(R"({"message":"x","level":"loud"})"), log)),
              "error: invalid_parameters level");
    EXPECT_EQ(told(run_pure("core.log", json(R"({"message":"x","level":3})"), log)),
              "error: invalid_parameters level");
    EXPECT_TRUE(log.lines.empty());
}

TEST(CoreFail, FailsWithTheFlowsOwnError) {
    const auto failed = run_pure(
        "core.fail",
        R"({"code":"no_stock","message":"none left","details":{"sku":5},"retryable":true})");
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, "no_stock");
    EXPECT_EQ(failed.error().message, "none left");
    EXPECT_EQ(to_json(failed.error().details), R"({"sku":5})");
    EXPECT_TRUE(failed.error().retryable);
}

TEST(CoreFail, NeedsNoParameters) {
    const auto failed = run_pure("core.fail", "null");
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, "failed");
    EXPECT_FALSE(failed.error().message.empty());
    EXPECT_FALSE(failed.error().retryable);
}

TEST(FlowIf, FollowsTheTruthOfJavaScript) {
    for (const char* truthy :
         {"true", "1", "-1", "0.5", R"("0")", R"("false")", "[]", "{}", "18446744073709551615"})
        EXPECT_EQ(told(run_pure("flow.if", std::string(R"({"condition":)") + truthy + "}")),
                  R"(true: {"result":true})")
            << truthy;
    for (const char* falsy : {"false", "0", "-0.0", R"("")", "null"})
        EXPECT_EQ(told(run_pure("flow.if", std::string(R"({"condition":)") + falsy + "}")),
                  R"(false: {"result":false})")
            << falsy;
    EXPECT_EQ(told(run_pure("flow.if", "{}")), "error: invalid_parameters condition");
}

TEST(FlowSwitch, TakesTheEdgeNamedLikeItsValue) {
    const std::vector<std::string> edges{"a", "5", "true", "error"};
    EXPECT_EQ(told(run_pure("flow.switch", R"({"value":"a"})", edges)), R"(a: {"outcome":"a"})");
    EXPECT_EQ(told(run_pure("flow.switch", R"({"value":5})", edges)), R"(5: {"outcome":"5"})");
    EXPECT_EQ(told(run_pure("flow.switch", R"({"value":true})", edges)),
              R"(true: {"outcome":"true"})");
    EXPECT_EQ(told(run_pure("flow.switch", R"({"value":"b"})", edges)),
              R"(default: {"outcome":"default"})");
    EXPECT_EQ(told(run_pure("flow.switch", R"({"value":null})", edges)),
              R"(default: {"outcome":"default"})");
    EXPECT_EQ(told(run_pure("flow.switch", R"({"value":"error"})", edges)),
              R"(default: {"outcome":"default"})")
        << "the error edge is for errors";
}

TEST(FlowSwitch, TakesTheFirstCaseThatHolds) {
    EXPECT_EQ(
        told(run_pure(
            "flow.switch",
            R"({"cases":[{"when":false,"outcome":"a"},{"when":1,"outcome":"b"},{"when":true,"outcome":"c"}]})")),
        R"(b: {"outcome":"b"})");
    EXPECT_EQ(told(run_pure("flow.switch", R"({"cases":[{"when":false,"outcome":"a"}]})")),
              R"(default: {"outcome":"default"})");
    EXPECT_EQ(told(run_pure("flow.switch", R"({"cases":[]})")),
              R"(default: {"outcome":"default"})");
}

TEST(FlowSwitch, RefusesWhatIsNoCase) {
    EXPECT_EQ(told(run_pure("flow.switch", "{}")), "error: invalid_parameters value");
    EXPECT_EQ(told(run_pure("flow.switch", R"({"cases":{}})")), "error: invalid_parameters cases");
    EXPECT_EQ(told(run_pure("flow.switch", R"({"cases":[5]})")), "error: invalid_parameters cases");
    EXPECT_EQ(told(run_pure("flow.switch", R"({"cases":[{"when":true}]})")),
              "error: invalid_parameters cases");
}

TEST(HttpRespond, PutsItsAnswerOut) {
    EXPECT_TRUE(built_in("http.respond")->responds);
    EXPECT_EQ(told(run_pure("http.respond", R"({"status":201,"headers":{"x":"1"},"body":[1]})")),
              R"(success: {"status":201,"headers":{"x":"1"},"body":[1]})");
    EXPECT_EQ(told(run_pure("http.respond", "null")), "success: {}");
    EXPECT_TRUE(run_pure("http.respond", R"({"status":200})"));
    EXPECT_TRUE(run_pure("http.respond", R"({"status":599})"));
}

TEST(HttpRespond, RefusesWhatIsNoAnswer) {
    for (const char* status :
         {"199", "600", "-1", R"("200")", "200.5", "[]", "18446744073709551615"})
        EXPECT_EQ(told(run_pure("http.respond", std::string(R"({"status":)") + status + "}")),
                  "error: invalid_parameters status")
            << status;
    EXPECT_EQ(told(run_pure("http.respond", R"({"headers":["x"]})")),
              "error: invalid_parameters headers");
    EXPECT_EQ(told(run_pure("http.respond", R"({"headers":{"x":["1"]}})")),
              "error: invalid_parameters headers.x");
}

}  // namespace
}  // namespace sluice::testing
