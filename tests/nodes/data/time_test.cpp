#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "tests/nodes/data/data_node.hpp"

namespace sluice::testing {
namespace {

/// The time of a node's output as its zone shows it, or why there is none.
std::string local(std::string_view id, Object parameters) {
    const auto outcome = run_data(id, std::move(parameters));
    return outcome ? std::string(outcome->output.at("local").as_string()) : outcome.error().message;
}

TEST(TimeNow, TellsTheClocksTimeInAZone) {
    expect_each({
        {"time.now", R"j({"zone":"Europe/Berlin"})j",
         R"j({"time":"2026-03-29T01:30:00.125Z","milliseconds":1774747800125,"zone":"Europe/Berlin","local":"2026-03-29T03:30:00.125+02:00","year":2026,"month":3,"day":29,"hour":3,"minute":30,"second":0,"weekday":7})j"},
        {"time.now", R"j({"zone":"Europe/Berlni"})j",
         "unknown_time_zone: `zone` of time.now: the IANA database has no time zone "
         "`Europe/Berlni`; "
         "names are such as Europe/Berlin or UTC"},
        {"time.now", R"j({"zone":"../../etc/passwd"})j",
         "unknown_time_zone: `zone` of time.now: the IANA database has no time zone "
         "`../../etc/passwd`; names are such as Europe/Berlin or UTC"},
        {"time.now", R"j({"zone":5})j",
         "invalid_parameters: the parameters of time.now are wrong: `zone` must be text"},
    });
}

TEST(TimeParse, KnowsForms) {
    const auto parsed = [](Value text) {
        return local("time.parse", Object{{"text", std::move(text)}, {"zone", "Europe/Berlin"}});
    };
    EXPECT_EQ(parsed("2026-03-29T01:30:00Z"), "2026-03-29T03:30:00.000+02:00");
    EXPECT_EQ(parsed("2026-01-01T12:00"), "2026-01-01T12:00:00.000+01:00");
    EXPECT_EQ(parsed("2026-07-01"), "2026-07-01T00:00:00.000+02:00");
    EXPECT_EQ(parsed("Sun, 06 Nov 1994 08:49:37 GMT"), "1994-11-06T09:49:37.000+01:00");
    EXPECT_EQ(parsed(0), "1970-01-01T01:00:00.000+01:00");
    EXPECT_EQ(parsed(-1.5), "1970-01-01T00:59:59.998+01:00");
    // Skipped, and there twice.
    EXPECT_EQ(parsed("2026-03-29T02:30:00"), "2026-03-29T03:30:00.000+02:00");
    EXPECT_EQ(parsed("2026-10-25T02:30:00"), "2026-10-25T02:30:00.000+02:00");
    EXPECT_EQ(local("time.parse", {{"text", 1'774'747'800}, {"unit", "seconds"}}),
              "2026-03-29T01:30:00.000+00:00");
    EXPECT_EQ(
        local("time.parse",
              {{"text", "29.03.2026 14:05"}, {"format", "%d.%m.%Y %H:%M"}, {"zone", "Asia/Tokyo"}}),
        "2026-03-29T14:05:00.000+09:00");
    EXPECT_EQ(local("time.parse",
                    {{"text", "29 Mar 2026 14:05:00 -0500"}, {"format", "%d %b %Y %H:%M:%S %z"}}),
              "2026-03-29T19:05:00.000+00:00");
}

TEST(TimeParse, TellsWhatIsWrong) {
    const std::string unknown =
        "invalid_time: `text` is no time that is known by itself (RFC 3339, ISO 8601, the date of "
        "an "
        "HTTP header, a number since 1970) in the years 0 to 9999: give its `format`";
    for (const char* text : {R"("tomorrow")", R"("2026-02-30")", R"("2026-13-01T00:00:00Z")",
                             R"("+020000-01-01")", "1e18", R"("")"})
        EXPECT_EQ(outcome_of("time.parse", "{\"text\":" + std::string(text) + "}"), unknown)
            << text;
    expect_each({
        {"time.parse", R"j({"text":"29.03.26 x","format":"%d.%m.%y"})j",
         "invalid_time: `text` does not read as `%d.%m.%y`, or is no whole date in the years 0 to "
         "9999"},
        {"time.parse", R"j({"text":"31.02.2026","format":"%d.%m.%Y"})j",
         "invalid_time: `text` does not read as `%d.%m.%Y`, or is no whole date in the years 0 to "
         "9999"},
        {"time.parse", R"j({"text":"14:05","format":"%H:%M"})j",
         "invalid_time: `text` does not read as `%H:%M`, or is no whole date in the years 0 to "
         "9999"},
        {"time.parse", R"j({"text":null})j",
         "invalid_parameters: the parameters of time.parse are wrong: `text` must be text, or a "
         "number since 1970"},
    });
}

TEST(TimeFormat, WritesInAZone) {
    expect_each({
        {"time.format", R"j({"time":"2026-03-29T01:30:00Z","zone":"America/New_York"})j",
         R"j({"text":"2026-03-28T21:30:00.000-04:00"})j"},
        {"time.format",
         R"j({"time":"2026-03-29T01:30:00Z","zone":"Europe/Berlin","format":"%A %d.%m.%Y %H:%M:%S %Z %z, week %V"})j",
         R"j({"text":"Sunday 29.03.2026 03:30:00 CEST +0200, week 13"})j"},
        {"time.format", R"j({"time":1774747800125,"zone":"Asia/Kathmandu"})j",
         R"j({"text":"2026-03-29T07:15:00.125+05:45"})j"},
        {"time.format", R"j({"time":"soon"})j",
         "invalid_parameters: the parameters of time.format are wrong: `time` must be a time such "
         "as "
         "2026-03-29T02:30:00+01:00, or milliseconds since 1970, in the years 0 to 9999"},
    });
}

TEST(TimeAdd, FollowsTheCalendarOfTheZone) {
    const auto added = [](std::string_view time, std::string_view duration,
                          std::string_view zone = "Europe/Berlin") {
        return local("time.add", {{"time", time}, {"duration", duration}, {"zone", zone}});
    };
    // Over the change of the clocks in spring a day keeps the hour, and 24 hours do not.
    EXPECT_EQ(added("2026-03-28T09:00", "P1D"), "2026-03-29T09:00:00.000+02:00");
    EXPECT_EQ(added("2026-03-28T09:00", "24h"), "2026-03-29T10:00:00.000+02:00");
    EXPECT_EQ(added("2026-03-28T09:00", "1d"), "2026-03-29T10:00:00.000+02:00");
    EXPECT_EQ(added("2026-03-28T02:30", "P1D"), "2026-03-29T03:30:00.000+02:00") << "skipped";
    EXPECT_EQ(added("2026-10-24T02:30", "P1D"), "2026-10-25T02:30:00.000+02:00") << "the first";
    EXPECT_EQ(added("2026-10-24T02:30", "P1DT1H"), "2026-10-25T02:30:00.000+01:00");
    EXPECT_EQ(added("2026-10-25T02:30:00+01:00", "PT0S"), "2026-10-25T02:30:00.000+01:00");
    // Months of other lengths.
    EXPECT_EQ(added("2026-01-31", "P1M", "UTC"), "2026-02-28T00:00:00.000+00:00");
    EXPECT_EQ(added("2028-01-31", "P1M", "UTC"), "2028-02-29T00:00:00.000+00:00");
    EXPECT_EQ(added("2028-02-29", "P1Y", "UTC"), "2029-02-28T00:00:00.000+00:00");
    EXPECT_EQ(added("2026-01-31", "P1M1D", "UTC"), "2026-03-01T00:00:00.000+00:00");
    EXPECT_EQ(added("2026-03-31", "-P1M", "UTC"), "2026-02-28T00:00:00.000+00:00");
    EXPECT_EQ(added("2026-01-15", "-P1Y2M3W", "UTC"), "2024-10-25T00:00:00.000+00:00");
    EXPECT_EQ(added("2026-01-01", "PT1.5S", "UTC"), "2026-01-01T00:00:01.500+00:00");
    EXPECT_EQ(added("2026-01-01", "-90m", "UTC"), "2025-12-31T22:30:00.000+00:00");
}

TEST(TimeAdd, TellsWhatIsWrong) {
    for (const char* duration :
         {"1", "P", "PT", "P1H", "PT1D", "P1D1M", "P1.5D", "1 day", "--P1D", "P-1D", "P1D1D",
          "P99999999999999999999D", "P10001Y", "", "PT1.1234S"})
        EXPECT_EQ(
            outcome_of("time.add", Object{{"time", 0}, {"duration", duration}}),
            "invalid_parameters: the parameters of time.add are wrong: `duration` must be a "
            "duration such as P1M2DT3H (ISO 8601) or 1h30m, a minus before it to go back, of at "
            "most 10000 years")
            << duration;
    expect_each({
        {"time.add", R"j({"time":"9999-12-31T23:00:00Z","duration":"PT1H"})j",
         "time_out_of_range: the time is not in the years 0 to 9999"},
        {"time.add", R"j({"time":0,"duration":"-P9999Y"})j",
         "time_out_of_range: the time is not in the years 0 to 9999"},
    });
}

TEST(TimeDifference, CountsUnits) {
    expect_each({
        {"time.difference", R"j({"from":"2026-01-31","to":"2026-03-01"})j",
         R"j({"milliseconds":2505600000,"duration":"P1M1D","count":29})j"},
        {"time.difference",
         R"j({"from":"2026-03-28T09:00","to":"2026-03-29T09:00","zone":"Europe/Berlin","unit":"hours"})j",
         R"j({"milliseconds":82800000,"duration":"P1D","count":23})j"},
        {"time.difference", R"j({"from":"2026-03-01","to":"2024-02-29","unit":"years"})j",
         R"j({"milliseconds":-63158400000,"duration":"-P2Y1D","count":-2})j"},
        {"time.difference", R"j({"from":0,"to":0})j",
         R"j({"milliseconds":0,"duration":"PT0S","count":0})j"},
        {"time.difference", R"j({"from":0,"to":1500,"unit":"fortnights"})j",
         "invalid_parameters: the parameters of time.difference are wrong: `unit` must be years, "
         "months, weeks, days, hours, minutes, seconds or milliseconds"},
    });
}

RC_GTEST_PROP(TimeDifference, AddingItComesToTheOtherTime, ()) {
    const auto times = rc::gen::inRange<std::int64_t>(-2'000'000'000'000, 4'000'000'000'000);
    const auto from = *times;
    const auto to = *rc::gen::oneOf(times, rc::gen::map(rc::gen::inRange(-200'000'000, 200'000'000),
                                                        [from](int away) { return from + away; }));
    const std::string zone = *rc::gen::element<std::string>(
        "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia");
    const auto difference =
        run_data("time.difference", {{"from", from}, {"to", to}, {"zone", zone}});
    RC_ASSERT(difference.has_value());
    const auto back =
        run_data("time.add",
                 {{"time", from}, {"duration", difference->output.at("duration")}, {"zone", zone}});
    RC_ASSERT(back.has_value());
    RC_ASSERT(back->output.at("milliseconds").to_number<std::int64_t>() == to);
}

RC_GTEST_PROP(TimeFormat, IsReadBack, ()) {
    // Offsets had seconds before.
    const auto time = *rc::gen::inRange<std::int64_t>(-500'000'000'000, 253'000'000'000'000);
    const std::string zone =
        *rc::gen::element<std::string>("UTC", "Asia/Kathmandu", "America/Lima");
    auto text = run_data("time.format", {{"time", time}, {"zone", zone}});
    RC_ASSERT(text.has_value());
    auto parsed = run_data("time.parse", {{"text", text->output.at("text")}});
    RC_ASSERT(parsed.has_value());
    RC_ASSERT(parsed->output.at("milliseconds").to_number<std::int64_t>() == time);
}

}  // namespace
}  // namespace sluice::testing
