#include <set>

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "tests/nodes/data/data_node.hpp"

namespace sluice::testing {
namespace {

TEST(NumberCalculate, StaysExact) {
    expect_each({
        {"number.calculate", R"j({"left":9223372036854775807,"operation":"add","right":1})j",
         R"j({"number":9223372036854775808})j"},
        {"number.calculate", R"j({"left":-5,"operation":"subtract","right":3})j",
         R"j({"number":-8})j"},
        {"number.calculate", R"j({"left":6,"operation":"divide","right":3})j", R"j({"number":2})j"},
        {"number.calculate", R"j({"left":1,"operation":"divide","right":4})j",
         R"j({"number":0.25})j"},
        {"number.calculate", R"j({"left":-7,"operation":"remainder","right":3})j",
         R"j({"number":-1})j"},
        {"number.calculate", R"j({"left":2,"operation":"power","right":63})j",
         R"j({"number":9223372036854775808})j"},
        {"number.calculate", R"j({"left":2,"operation":"power","right":-1})j",
         R"j({"number":0.5})j"},
        {"number.calculate", R"j({"left":-1,"operation":"power","right":9223372036854775807})j",
         R"j({"number":-1})j"},
        {"number.calculate", R"j({"left":1.5,"operation":"multiply","right":2})j",
         R"j({"number":3})j"},
    });
}

TEST(NumberCalculate, RefusesWhatHasNoResult) {
    expect_each({
        {"number.calculate", R"j({"left":1,"operation":"divide","right":0})j",
         "division_by_zero: 1 / 0 divides by zero: check the divisor before (flow.if)"},
        {"number.calculate", R"j({"left":1.5,"operation":"remainder","right":-0.0})j",
         "division_by_zero: 1.5 % -0 divides by zero: check the divisor before (flow.if)"},
        {"number.calculate", R"j({"left":0,"operation":"power","right":-1})j",
         "division_by_zero: 0 ** -1 divides by zero: check the divisor before (flow.if)"},
        {"number.calculate",
         R"j({"left":18446744073709551615,"operation":"multiply","right":18446744073709551615})j",
         "number_overflow: 18446744073709551615 * 18446744073709551615 has no whole number of 64 "
         "bits: write one of them with a point (1.0) to calculate in floating point"},
        {"number.calculate", R"j({"left":-9223372036854775808,"operation":"subtract","right":1})j",
         "number_overflow: -9223372036854775808 - 1 has no whole number of 64 bits: write one of "
         "them with a point (1.0) to calculate in floating point"},
        {"number.calculate", R"j({"left":10,"operation":"power","right":1000000})j",
         "number_overflow: 10 ** 1000000 has no whole number of 64 bits: write one of them with a "
         "point (1.0) to calculate in floating point"},
        {"number.calculate", R"j({"left":1e308,"operation":"multiply","right":10})j",
         "number_overflow: 1e+308 * 10 is larger than any number"},
        {"number.calculate", R"j({"left":-1,"operation":"power","right":0.5})j",
         "not_a_real_number: -1 ** 0.5 is no real number: a negative base needs a whole exponent"},
        {"number.calculate", R"j({"left":"1","right":null})j",
         "invalid_parameters: the parameters of number.calculate are wrong: `left` must be a "
         "number; "
         "`right` must be a number; `operation` is missing"},
    });
}

TEST(NumberRound, RoundsWhatIsWritten) {
    const auto rounded = [](std::string_view value, int digits, std::string_view mode) {
        return outcome_of("number.round",
                          Object{{"value", json(value)}, {"digits", digits}, {"mode", mode}});
    };
    EXPECT_EQ(rounded("1.005", 2, "half_up"), R"j({"number":1.01})j");
    EXPECT_EQ(rounded("-2.5", 0, "half_up"), R"j({"number":-3})j");
    EXPECT_EQ(rounded("2.5", 0, "half_even"), R"j({"number":2})j");
    EXPECT_EQ(rounded("3.5", 0, "half_even"), R"j({"number":4})j");
    EXPECT_EQ(rounded("2.51", 0, "half_even"), R"j({"number":3})j");
    EXPECT_EQ(rounded("-1.1", 0, "up"), R"j({"number":-2})j");
    EXPECT_EQ(rounded("-1.9", 0, "down"), R"j({"number":-1})j");
    EXPECT_EQ(rounded("-1.1", 0, "ceiling"), R"j({"number":-1})j");
    EXPECT_EQ(rounded("-1.1", 0, "floor"), R"j({"number":-2})j");
    EXPECT_EQ(rounded("1250", -2, "half_up"), R"j({"number":1300})j");
    EXPECT_EQ(rounded("49", -2, "half_up"), R"j({"number":0})j");
    EXPECT_EQ(rounded("999.95", 1, "half_up"), R"j({"number":1000})j");
    EXPECT_EQ(rounded("1e300", 2, "half_up"), R"j({"number":1e+300})j");
    EXPECT_EQ(rounded("1e-300", 2, "up"), R"j({"number":0.01})j");
    EXPECT_EQ(rounded("18446744073709551615", 0, "up"), R"j({"number":18446744073709551615})j");
    expect_each({
        {"number.round", R"j({"value":"1","digits":99,"mode":"nearest"})j",
         "invalid_parameters: the parameters of number.round are wrong: `value` must be a number; "
         "`digits` must be a whole number from -18 to 18; `mode` must be half_up, half_even, up, "
         "down, ceiling or floor"},
    });
}

TEST(NumberFormat, WritesForPeople) {
    expect_each({
        {"number.format", R"j({"value":1234567.5,"digits":2,"group":".","point":","})j",
         R"j({"text":"1.234.567,50"})j"},
        {"number.format", R"j({"value":-0.004,"digits":2})j", R"j({"text":"0.00"})j"},
        {"number.format", R"j({"value":1e21})j", R"j({"text":"1000000000000000000000"})j"},
        {"number.format", R"j({"value":0.000001})j", R"j({"text":"0.000001"})j"},
        {"number.format", R"j({"value":123,"group":","})j", R"j({"text":"123"})j"},
        {"number.format", R"j({"value":-1234,"group":","})j", R"j({"text":"-1,234"})j"},
        {"number.format", R"j({"value":1,"point":""})j",
         "invalid_parameters: the parameters of number.format are wrong: `point` must be one "
         "character"},
    });
}

TEST(NumberParse, ReadsWhatPeopleWrite) {
    expect_each({
        {"number.parse", R"j({"text":" -1.234,50 ","group":".","point":","})j",
         R"j({"number":-1234.5})j"},
        {"number.parse", R"j({"text":"18446744073709551615"})j",
         R"j({"number":18446744073709551615})j"},
        {"number.parse", R"j({"text":"+1e3"})j", R"j({"number":1000})j"},
        {"number.parse", R"j({"text":"1e-999"})j", R"j({"number":0})j"},
        {"number.parse", R"j({"text":"12 apples"})j",
         "not_a_number: `text` is no number with `.` as its point"},
        {"number.parse", R"j({"text":"1,23,456","group":","})j",
         "not_a_number: `text` is no number with `.` as its point and `,` between its thousands"},
        {"number.parse", R"j({"text":""})j",
         "not_a_number: `text` is no number with `.` as its point"},
        {"number.parse", R"j({"text":"Infinity"})j",
         "not_a_number: `text` is no number with `.` as its point"},
        {"number.parse", R"j({"text":"18446744073709551616"})j",
         "number_overflow: `text` is a whole number with more digits than 64 bits hold: keep it as "
         "text"},
        {"number.parse", R"j({"text":"1e999"})j",
         "number_overflow: `text` is larger than any number"},
        {"number.parse", R"j({"text":"1","group":"."})j",
         "invalid_parameters: the parameters of number.parse are wrong: `group` must be one "
         "character, and another one than `point`"},
    });
}

RC_GTEST_PROP(NumberParse, ReadsWhatIsWritten, ()) {
    const Value number = *rc::gen::oneOf(
        rc::gen::map(rc::gen::arbitrary<std::int64_t>(), [](std::int64_t n) { return Value(n); }),
        rc::gen::map(rc::gen::arbitrary<double>(), [](double n) { return Value(n); }));
    auto written = run_data("number.format", Object{{"value", number}, {"group", "_"}});
    RC_ASSERT(written.has_value());
    auto read =
        run_data("number.parse", Object{{"text", written->output.at("text")}, {"group", "_"}});
    RC_ASSERT(read.has_value() || read.error().code == "number_overflow");
    if (read)
        RC_ASSERT(read->output.at("number").to_number<double>() == number.to_number<double>());
}

TEST(RandomUuid, HasItsVersion) {
    const auto four = std::string(run_data("random.uuid", nullptr)->output.at("uuid").as_string());
    EXPECT_THAT(four, ::testing::MatchesRegex(
                          "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
    const auto seven =
        std::string(run_data("random.uuid", Object{{"version", 7}})->output.at("uuid").as_string());
    EXPECT_THAT(seven, ::testing::MatchesRegex(
                           "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
    // Its first 48 bits are the time.
    const auto id = Uuid::parse(seven);
    ASSERT_TRUE(id);
    std::int64_t milliseconds = 0;
    for (std::size_t at = 0; at < 6; ++at) milliseconds = milliseconds << 8 | id->bytes[at];
    EXPECT_EQ(milliseconds, 1'774'747'800'125);
    EXPECT_NE(run_data("random.uuid", nullptr)->output, run_data("random.uuid", nullptr)->output);
    expect_each({
        {"random.uuid", R"j({"version":5})j",
         "invalid_parameters: the parameters of random.uuid are wrong: `version` must be 4 or 7"},
        {"random.number", R"j({"from":2,"to":1})j",
         "invalid_parameters: the parameters of random.number are wrong: `to` must not be below "
         "`from`"},
    });
}

RC_GTEST_PROP(RandomNumber, StaysWithinItsBounds, ()) {
    const std::int64_t bound = 9'007'199'254'740'991;
    const auto from = *rc::gen::inRange<std::int64_t>(-bound, bound);
    const auto to = *rc::gen::inRange<std::int64_t>(from, bound);
    const auto whole = *rc::gen::arbitrary<bool>();
    const auto drawn =
        run_data("random.number", Object{{"from", from}, {"to", to}, {"whole", whole}});
    const Value number = drawn->output.at("number");
    RC_ASSERT(whole == number.is_int64());
    RC_ASSERT(number.to_number<double>() >= static_cast<double>(from));
    RC_ASSERT(number.to_number<double>() <= static_cast<double>(to));
}

TEST(RandomNumber, DrawsEveryNumber) {
    std::set<std::int64_t> drawn;
    for (int at = 0; at < 200; ++at)
        drawn.insert(run_data("random.number", Object{{"from", 1}, {"to", 6}})
                         ->output.at("number")
                         .as_int64());
    EXPECT_EQ(drawn, (std::set<std::int64_t>{1, 2, 3, 4, 5, 6}));
}

}  // namespace
}  // namespace sluice::testing
