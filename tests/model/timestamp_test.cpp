#include "engine/model/timestamp.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace sluice {
namespace {

std::string again(std::string_view text) {
    const auto time = parse_rfc3339(text);
    return time ? to_rfc3339(*time) : "refused";
}

TEST(Timestamp, IsWrittenInUtcWithMilliseconds) {
    EXPECT_EQ(to_rfc3339(WallTime{}), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(to_rfc3339(WallTime{Milliseconds(1'795'339'800'125)}), "2026-11-22T09:30:00.125Z");
    EXPECT_EQ(to_rfc3339(WallTime{Milliseconds(-1)}), "1969-12-31T23:59:59.999Z");
}

TEST(Timestamp, OffsetsAreReadAway) {
    EXPECT_EQ(again("2026-11-22T10:30:00.125+01:00"), "2026-11-22T09:30:00.125Z");
    EXPECT_EQ(again("2026-01-01T00:00:00+05:30"), "2025-12-31T18:30:00.000Z");
    EXPECT_EQ(again("2026-12-31T23:00:00-02:00"), "2027-01-01T01:00:00.000Z");
    EXPECT_EQ(again("2026-11-22t09:30:00z"), "2026-11-22T09:30:00.000Z");
    EXPECT_EQ(again("2026-11-22 09:30:00Z"), "2026-11-22T09:30:00.000Z");
}

TEST(Timestamp, FractionsBeyondMillisecondsAreCutOff) {
    EXPECT_EQ(again("2026-11-22T09:30:00.5Z"), "2026-11-22T09:30:00.500Z");
    EXPECT_EQ(again("2026-11-22T09:30:00.1239999999999999Z"), "2026-11-22T09:30:00.123Z");
}

TEST(Timestamp, LeapDaysAndSecondsAreKnown) {
    EXPECT_EQ(again("2024-02-29T00:00:00Z"), "2024-02-29T00:00:00.000Z");
    EXPECT_EQ(again("2026-02-29T00:00:00Z"), "refused");
    EXPECT_EQ(again("2016-12-31T23:59:60Z"), "2017-01-01T00:00:00.000Z");
}

TEST(Timestamp, MalformedOnesAreRefused) {
    for (const char* text : {"",
                             "2026",
                             "2026-11-22",
                             "2026-11-22T09:30:00",
                             "2026-11-22T09:30Z",
                             "2026-11-22T09:30:00.Z",
                             "2026-13-01T00:00:00Z",
                             "2026-00-01T00:00:00Z",
                             "2026-01-00T00:00:00Z",
                             "2026-04-31T00:00:00Z",
                             "2026-11-22T24:00:00Z",
                             "2026-11-22T09:60:00Z",
                             "2026-11-22T09:30:61Z",
                             "2026-11-22T09:30:00+24:00",
                             "2026-11-22T09:30:00+01:60",
                             "2026-11-22T09:30:00+0100",
                             "2026-11-22T09:30:00Zx",
                             " 2026-11-22T09:30:00Z",
                             "26-11-22T09:30:00Z",
                             "2026-1-22T09:30:00Z",
                             "-026-11-22T09:30:00Z",
                             "2026-11-22T+9:30:00Z",
                             "2026/11/22T09:30:00Z",
                             "2026-11-22X09:30:00Z",
                             "yesterday"})
        EXPECT_EQ(again(text), "refused") << text;
}

TEST(Timestamp, HttpDatesAreReadInTheirFixedFormOnly) {
    const auto read = [](const char* text) {
        const auto time = parse_http_date(text);
        return time ? to_rfc3339(*time) : "refused";
    };
    EXPECT_EQ(read("Sun, 06 Nov 1994 08:49:37 GMT"), "1994-11-06T08:49:37.000Z");
    EXPECT_EQ(read("Thu, 29 Feb 2024 23:59:59 GMT"), "2024-02-29T23:59:59.000Z");
    for (const char* text : {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
                             "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET",
                             "Sun, 31 Feb 2024 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
                             "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Now 1994 08:49:37 GMT",
                             "Sun, 06 Nov 1994 08:49:37 GMT "})
        EXPECT_EQ(read(text), "refused") << text;
}

RC_GTEST_PROP(TimestampProperty, ComesBack, ()) {
    const WallTime time{
        Milliseconds(*rc::gen::inRange<std::int64_t>(-62'167'219'200'000, 253'402'300'800'000))};
    RC_ASSERT(parse_rfc3339(to_rfc3339(time)) == time);
}

RC_GTEST_PROP(TimestampProperty, AnyTextIsReadOrRefused, (const std::string& text)) {
    if (const auto time = parse_rfc3339(text)) RC_ASSERT(parse_rfc3339(to_rfc3339(*time)) == time);
}

}  // namespace
}  // namespace sluice
