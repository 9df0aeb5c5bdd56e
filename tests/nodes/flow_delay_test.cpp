#include <gtest/gtest.h>

#include "engine/model/timestamp.hpp"

#include "tests/nodes/pure_node.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;

const WallTime now = parse_rfc3339("2026-11-22T12:00:00Z").value();

std::string due(std::string_view parameters) {
    const auto hold = built_in("flow.delay")->hold(json(parameters), now);
    return hold ? to_rfc3339(*hold->due) : hold.error().code;
}

TEST(FlowDelay, WaitsForADuration) {
    EXPECT_EQ(due(R"({"duration":"90s"})"), "2026-11-22T12:01:30.000Z");
    EXPECT_EQ(due(R"({"duration":"0"})"), "2026-11-22T12:00:00.000Z");
    EXPECT_EQ(due(R"({"duration":"2d"})"), "2026-11-24T12:00:00.000Z");
}

TEST(FlowDelay, WaitsUntilATime) {
    EXPECT_EQ(due(R"({"until":"2026-12-24T18:00:00+01:00"})"), "2026-12-24T17:00:00.000Z");
    EXPECT_EQ(due(R"({"until":"2020-01-01T00:00:00Z"})"), "2026-11-22T12:00:00.000Z")
        << "the past is now";
}

TEST(FlowDelay, NullIsNotGiven) {
    EXPECT_EQ(due(R"({"duration":"1s","until":null})"), "2026-11-22T12:00:01.000Z");
}

TEST(FlowDelay, RefusesEverythingElse) {
    for (const char* parameters :
         {"{}", "null", R"({"duration":"1s","until":"2026-12-24T18:00:00Z"})", R"({"duration":5})",
          R"({"duration":"soon"})", R"({"duration":"-1s"})", R"({"duration":"4000d"})",
          R"({"duration":"9007199254740993w"})", R"({"until":5})", R"({"until":"tomorrow"})",
          R"({"until":"9999-12-31T23:59:59Z"})", R"({"until":"2026-12-24"})"})
        EXPECT_EQ(due(parameters), "invalid_parameters") << parameters;
}

}  // namespace
}  // namespace sluice::testing
