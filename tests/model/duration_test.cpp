#include "engine/model/duration.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace sluice {
namespace {

using namespace std::chrono_literals;

TEST(Duration, ReadsWhatPeopleWrite) {
    EXPECT_EQ(parse_duration("250ms"), 250ms);
    EXPECT_EQ(parse_duration("10s"), 10s);
    EXPECT_EQ(parse_duration("1h30m"), 90min);
    EXPECT_EQ(parse_duration("2d"), 48h);
    EXPECT_EQ(parse_duration("1w"), 168h);
    EXPECT_EQ(parse_duration("1w2d3h4m5s6ms"), 168h + 48h + 3h + 4min + 5s + 6ms);
    EXPECT_EQ(parse_duration("90m"), 90min);
    EXPECT_EQ(parse_duration("0s"), 0ms);
    EXPECT_EQ(parse_duration("0"), 0ms);
}

TEST(Duration, FractionsAreExact) {
    EXPECT_EQ(parse_duration("1.5s"), 1'500ms);
    EXPECT_EQ(parse_duration("0.1s"), 100ms);
    EXPECT_EQ(parse_duration("1h0.5m"), 1h + 30s);
    EXPECT_EQ(parse_duration("1.50h"), 90min);
    EXPECT_FALSE(parse_duration("0.0001s"));
    EXPECT_FALSE(parse_duration("0.5ms"));
    EXPECT_FALSE(parse_duration("1.5h30m")) << "only the last number may have a fraction";
    EXPECT_FALSE(parse_duration("0.000000000000000000000000000001w"));
}

TEST(Duration, RefusesEverythingElse) {
    for (const char* text :
         {"",     "10",  "s",   "-1s",   "+1s",  "1 s",  "1s ",  " 1s",    "1S", "1sec", "1m1h",
          "1s1s", "1.s", ".5s", "1..5s", "1,5s", "1e3s", "PT1S", "1h-30m", "ms", "1y",   "00"})
        EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(Duration, RefusesWhatDoesNotFit) {
    EXPECT_EQ(parse_duration("106751991167d"), std::chrono::days(106'751'991'167));
    EXPECT_FALSE(parse_duration("106751991168d"));
    EXPECT_FALSE(parse_duration("15250284453w"));
    EXPECT_FALSE(parse_duration("99999999999999999999999s"));
    EXPECT_FALSE(parse_duration("999999999999999999s"));
}

TEST(Duration, WritesTheShortestText) {
    EXPECT_EQ(format_duration(0ms), "0s");
    EXPECT_EQ(format_duration(250ms), "250ms");
    EXPECT_EQ(format_duration(90s), "1m30s");
    EXPECT_EQ(format_duration(168h), "7d");
    EXPECT_EQ(format_duration(48h + 5ms), "2d5ms");
    EXPECT_EQ(format_duration(-1'500ms), "-1s500ms");
    EXPECT_EQ(format_duration(std::chrono::milliseconds::min()), "-106751991167d7h12m55s808ms");
}

RC_GTEST_PROP(Duration, ReadsWhatItWrites, ()) {
    const std::chrono::milliseconds duration(*rc::gen::inRange<std::int64_t>(0, INT64_MAX));
    RC_ASSERT(parse_duration(format_duration(duration)) == duration);
}

}  // namespace
}  // namespace sluice
