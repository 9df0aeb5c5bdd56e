#include "engine/model/json_text.hpp"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace sluice {
namespace {

/// The text written again, or the code of the error.
std::string again(std::string_view text, std::size_t max_depth = 64) {
    const auto parsed = parse_json(text, max_depth);
    return parsed ? to_json(*parsed) : parsed.error().code;
}

/// `line:column` of the error.
std::string place(std::string_view text) {
    const auto parsed = parse_json(text);
    if (parsed) return "no error";
    const Error error = parsed.error();
    const auto& details = error.details.as_object();
    const std::string place = std::to_string(details.at("line").to_number<int>()) + ":" +
                              std::to_string(details.at("column").to_number<int>());
    EXPECT_NE(error.message.find("line " + std::to_string(details.at("line").to_number<int>())),
              std::string::npos);
    return place;
}

TEST(JsonText, NumbersAreWrittenInTheirShortestForm) {
    EXPECT_EQ(to_json(5.5), "5.5");
    EXPECT_EQ(to_json(0.1), "0.1");
    EXPECT_EQ(to_json(5.0), "5");
    EXPECT_EQ(to_json(1e21), "1e+21");
    EXPECT_EQ(to_json(5e-324), "5e-324");
    EXPECT_EQ(to_json(1.7976931348623157e308), "1.7976931348623157e+308");
    EXPECT_EQ(to_json(-7), "-7");
    EXPECT_EQ(to_json(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
    EXPECT_EQ(to_json(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
}

TEST(JsonText, WhatJsonHasNotBecomesNull) {
    EXPECT_EQ(to_json(std::nan("")), "null");
    EXPECT_EQ(to_json(Value(std::numeric_limits<double>::infinity())), "null");
    EXPECT_EQ(to_json(Array{-std::numeric_limits<double>::infinity()}), "[null]");
}

TEST(JsonText, WholeNumbersStayExact) {
    EXPECT_EQ(again("9007199254740993"), "9007199254740993");
    EXPECT_EQ(again("18446744073709551615"), "18446744073709551615");
    EXPECT_EQ(again("-9223372036854775808"), "-9223372036854775808");
}

TEST(JsonText, FractionsAreReadAsTheNearestDouble) {
    for (const char* text : {"0.1", "1e+21", "5e-324", "2.2250738585072014e-308",
                             "9007199254740993.5", "0.30000000000000004"})
        EXPECT_EQ(parse_json(text)->to_number<double>(), std::strtod(text, nullptr)) << text;
}

TEST(JsonText, OnlyWhatMustBeEscapedIs) {
    EXPECT_EQ(to_json(Value(std::string("\"\\/\b\f\n\r\t\x01\x1f\x7f \xC3\xA4", 14))),
              "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f \xC3\xA4\"");
    EXPECT_EQ(to_json(Value(std::string("a\0b", 3))), "\"a\\u0000b\"");
    EXPECT_EQ(to_json(Object{{"a\"b", 1}}), R"({"a\"b":1})");
    EXPECT_EQ(again(R"("\u00e4\ud83d\ude00\/")"), "\"\xC3\xA4\xF0\x9F\x98\x80/\"");
}

TEST(JsonText, PrettyTextIsIndentedByTwo) {
    EXPECT_EQ(to_pretty_json(Object{{"a", Array{1, Object{}}}, {"b", Array{}}}),
              "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}");
    EXPECT_EQ(to_pretty_json("x"), "\"x\"");
}

TEST(JsonText, DepthIsLimited) {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    EXPECT_EQ(again(nested(64)), nested(64));
    EXPECT_EQ(again(nested(65)), "json_too_deep");
    EXPECT_EQ(again(nested(3), 2), "json_too_deep");
    EXPECT_EQ(again(std::string(1'000'000, '[')), "json_too_deep");
}

TEST(JsonText, ErrorsNameTheirPlace) {
    EXPECT_EQ(place("{\"a\": tru}"), "1:7");
    EXPECT_EQ(place("{\n  \"a\": 1,\n  b\n}"), "3:3");
    EXPECT_EQ(place("[1,\n2,]"), "2:3");
    EXPECT_EQ(place("?"), "1:1");
}

TEST(JsonText, NothingMayFollowTheValue) {
    EXPECT_EQ(again(" \t\r\n{} \t\r\n"), "{}");
    EXPECT_EQ(place("{} x"), "1:4");
    EXPECT_EQ(place("1\n2"), "2:1");
    EXPECT_EQ(again("[]]"), "invalid_json");
}

TEST(JsonText, OnlyJsonIsJson) {
    for (const char* text :
         {"",         " ",        "{",      "[1",      "\"a",         "tru",      "{'a':1}",
          "[1,]",     "{a:1}",    "01",     "1.",      ".5",          "+1",       "NaN",
          "Infinity", "// no\n1", "\"\t\"", "\"\\x\"", "\"\\ud800\"", "\"\xFF\"", "\"\xC0\x80\""})
        EXPECT_EQ(again(text), "invalid_json") << text;
}

TEST(JsonText, EndInTheMiddleIsSaid) {
    const auto parsed = parse_json("{\"a\": [1, 2");
    ASSERT_FALSE(parsed);
    EXPECT_NE(parsed.error().message.find("the text ends"), std::string::npos)
        << parsed.error().message;
}

RC_GTEST_PROP(JsonTextProperty, DoublesComeBackToTheBit, (std::uint64_t bits)) {
    double number = 0;
    std::memcpy(&number, &bits, sizeof number);
    RC_PRE(std::isfinite(number) && number != 0);
    RC_ASSERT(parse_json(to_json(number))->to_number<double>() == number);
}

RC_GTEST_PROP(JsonTextProperty, TextComesBack, (const std::string& bytes)) {
    std::string text;
    for (const char byte : bytes) text += static_cast<char>(byte & 0x7F);
    RC_ASSERT(parse_json(to_json(Value(text)))->as_string() == text);
}

RC_GTEST_PROP(JsonTextProperty, AnyBytesAreParsedOrRefused, (const std::string& bytes)) {
    const auto parsed = parse_json(bytes);
    if (parsed)
        RC_ASSERT(parse_json(to_json(*parsed)).has_value());
    else
        RC_ASSERT(parsed.error().code == "invalid_json" || parsed.error().code == "json_too_deep");
}

}  // namespace
}  // namespace sluice
