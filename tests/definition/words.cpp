// Durations, pointers, patterns.
#include <string>

#include <gtest/gtest.h>

#include "engine/definition/durations.hpp"
#include "engine/definition/json_pointer.hpp"
#include "engine/definition/names.hpp"
#include "engine/definition/schema_pattern.hpp"

namespace sluice::definition {
namespace {

using std::chrono::milliseconds;

TEST(Durations, ReadNumbersWithUnits) {
    EXPECT_EQ(parse_duration("250ms").value(), milliseconds(250));
    EXPECT_EQ(parse_duration("1s").value(), milliseconds(1'000));
    EXPECT_EQ(parse_duration("1.5s").value(), milliseconds(1'500));
    EXPECT_EQ(parse_duration("1h30m").value(), milliseconds(5'400'000));
    EXPECT_EQ(parse_duration("2d").value(), milliseconds(172'800'000));
    EXPECT_EQ(parse_duration("1w").value(), milliseconds(604'800'000));
    EXPECT_EQ(parse_duration("0").value(), milliseconds(0));
    EXPECT_EQ(parse_duration("3650d").value(), longest_duration);
    EXPECT_EQ(duration_of(Value(0)).value(), milliseconds(0));
}

TEST(Durations, RefuseEverythingElse) {
    for (const char* text :
         {"", "s", "1", "-1s", "1 s", "1s ", "1x", "1m1h", "1s1s", "1S", "1.s", ".5s", "0.5ms",
          "1.0001s", "3651d", "1h2", "99999999999999999999s", "9999999999999w", "1e3s"}) {
        const auto duration = parse_duration(text);
        ASSERT_FALSE(duration.has_value()) << text;
        EXPECT_EQ(duration.error().code, "invalid_duration") << text;
    }
    EXPECT_EQ(duration_of(Value(5)).error().details.at("suggestion").as_string(), "5s");
    EXPECT_EQ(parse_duration("5").error().details.at("suggestion").as_string(), "5s");
    EXPECT_FALSE(duration_of(Value(true)).has_value());
}

TEST(JsonPointer, EscapesAndFinds) {
    EXPECT_EQ(child_pointer("/a", "b/c~d"), "/a/b~1c~0d");
    const Value value = Object{{"b/c~d", Array{1, Object{{"", 2}}}}};
    EXPECT_EQ(*find_pointer(value, "/b~1c~0d/0"), Value(1));
    EXPECT_EQ(*find_pointer(value, "/b~1c~0d/1/"), Value(2));
    EXPECT_EQ(find_pointer(value, "/b~1c~0d/2"), nullptr);
    EXPECT_EQ(find_pointer(value, "/b~1c~0d/-"), nullptr);
    EXPECT_EQ(find_pointer(value, "/b~1c~0d/99999999999999999999999"), nullptr);
    EXPECT_EQ(find_pointer(value, "b"), nullptr);
    EXPECT_EQ(readable_path("/nodes/a/with/0/url"), "nodes.a.with[0].url");
}

TEST(Names, SuggestFittingOnes) {
    EXPECT_TRUE(is_flow_name("order-intake.v2"));
    EXPECT_FALSE(is_flow_name("Order"));
    EXPECT_FALSE(is_flow_name("-a"));
    EXPECT_EQ(as_flow_name("Order Intake (2)"), "order-intake-2");
    EXPECT_EQ(as_node_id("2nd step!"), "_2nd_step");
    EXPECT_TRUE(is_node_id(as_node_id("ü x")));
}

TEST(SchemaPattern, ReadsJavaScriptsSpelling) {
    const auto matches = [](std::string_view pattern, std::string_view text) {
        return SchemaPattern::compile(pattern).value().matches(text);
    };
    EXPECT_TRUE(matches("b", "abc"));
    EXPECT_TRUE(matches("^\\u00e9\\/$", "é/"));
    EXPECT_TRUE(matches("^\\uD83D\\uDE00$", "\xF0\x9F\x98\x80"));
    EXPECT_TRUE(matches("^\\s$", "\xC2\xA0"));
    EXPECT_TRUE(matches("^[\\s-]+$", "\v -"));
    EXPECT_FALSE(matches("^.$", "\r"));
    EXPECT_TRUE(matches("^[^]$", "\n"));
    EXPECT_TRUE(matches("^(?<year>[0-9]{4})$", "2026"));
    EXPECT_TRUE(matches("^[[]$", "["));
    EXPECT_FALSE(matches("^a$", "a\n")) << "$ is the end of the text, not of a line";
    EXPECT_TRUE(matches("^\\cJ$", "\n"));
    EXPECT_FALSE(SchemaPattern::compile("(a)\\1").has_value());
    EXPECT_FALSE(SchemaPattern::compile("(?!a)").has_value());
    EXPECT_FALSE(SchemaPattern::compile("((a{100}){100}){100}").has_value());
}

}  // namespace
}  // namespace sluice::definition
