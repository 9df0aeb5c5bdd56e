#include "engine/secrets/redaction.hpp"

#include <chrono>

#include <gtest/gtest.h>

#include "engine/model/json_text.hpp"
#include "engine/secrets/secrets.hpp"

#include "tests/secrets/encodings.hpp"

namespace sluice::testing {
namespace {

Redaction of(const std::map<std::string, std::string>& values) {
    return Secrets::create(values).value()->redaction();
}

std::string redacted(const Redaction& redaction, std::string text) {
    redaction.redact(text);
    return text;
}

constexpr std::string_view token = "p4ss w+rd/\"&<\\'";

TEST(Redaction, TakesTheValueOutOfTexts) {
    const auto redaction = of({{"TOKEN", std::string(token)}});
    const std::string value(token);
    EXPECT_EQ(redacted(redaction, value), "[redacted:TOKEN]");
    EXPECT_EQ(redacted(redaction, "a " + value + " b " + value),
              "a [redacted:TOKEN] b [redacted:TOKEN]");
    EXPECT_EQ(redacted(redaction, value + value), "[redacted:TOKEN][redacted:TOKEN]");
    EXPECT_EQ(redacted(redaction, "nothing of it: p4ss w+r"), "nothing of it: p4ss w+r");
    EXPECT_EQ(redacted(redaction, ""), "");
}

TEST(Redaction, KnowsEveryEncoding) {
    const auto redaction = of({{"TOKEN", std::string(token)}});
    const std::string value(token);
    const std::string forms[] = {
        upper(value),
        lower(value),
        percent(value, false, true),
        percent(value, false, false),
        percent(value, true, true),
        percent(value, false, true, true),
        percent(percent(value, false, true), false, true),
        json(value),
        json(json(value)),
        json_units(value),
        json_units(value, true),
        html(value),
        percent(json(value), false, true),
        json(html(percent(value, false, false))),
        hexadecimal(value),
        hexadecimal(value, true),
        hexadecimal(upper(value)),
        percent(base64(value), false, true),
        json(percent(base64(value), false, true)),
    };
    for (const auto& form : forms)
        EXPECT_EQ(redacted(redaction, "<" + form + ">"), "<[redacted:TOKEN]>") << form;
}

TEST(Redaction, KnowsBase64InEveryAlignment) {
    const auto redaction = of({{"TOKEN", std::string(token)}});
    const std::string value(token);
    for (const auto& inner : {value, upper(value), lower(value), json(value), html(value),
                              percent(value, false, true), percent(value, false, true, true)})
        for (const bool url : {false, true})
            for (std::size_t before = 0; before < 7; ++before)
                for (std::size_t after = 0; after < 4; ++after) {
                    const std::string whole = std::string("user:pw").substr(0, before) + inner +
                                              std::string(";x}").substr(0, after);
                    const std::string text = base64(whole, url, !url);
                    const std::string without = redacted(redaction, "Basic " + text);
                    EXPECT_NE(without.find("[redacted:TOKEN]"), std::string::npos) << whole;
                    // What is left has no whole byte of the secret.
                    EXPECT_LE(without.size(), 6 + 16 + (before + after) * 4 / 3 + 4) << without;
                }
}

TEST(Redaction, KnowsBase64ThatWasEncodedAgain) {
    const auto redaction = of({{"TOKEN", std::string(token)}});
    const std::string value(token);
    const std::string forms[] = {
        base64("Basic " + base64("me:" + value)), base64(base64("m:" + value, true), true),
        hexadecimal(base64("u:" + value)),        base64("x" + hexadecimal(value)),
        base64("x" + hexadecimal(value, true)),
    };
    for (const auto& form : forms)
        EXPECT_NE(redacted(redaction, form).find("[redacted:TOKEN]"), std::string::npos) << form;
}

TEST(Redaction, KnowsBase64InLines) {
    const std::string value = "a rather long secret that is wrapped after some letters, you see";
    const auto redaction = of({{"LONG", value}});
    std::string wrapped = base64(value);
    wrapped.insert(30, "\r\n");
    EXPECT_NE(redacted(redaction, wrapped).find("[redacted:LONG]"), std::string::npos);
    EXPECT_EQ(redacted(redaction, "key: " + value + "\nnext"), "key: [redacted:LONG]\nnext");
}

TEST(Redaction, KnowsLettersBeyondAscii) {
    const std::string value =
        "stra\xC3\x9F"
        "e-\xC3\xA9t\xC3\xA9";  // straße-été
    const auto redaction = of({{"WORDS", value}});
    for (const std::string& form :
         {value, std::string("STRASSE-\xC3\x89T\xC3\x89"), percent(value, false, true),
          std::string(R"(stra\u00dfe-\u00e9t\u00E9)"), std::string("stra%DFe-%E9t%e9"),
          base64(value),
          base64("stra\xDF"
                 "e-\xE9t\xE9"),
          std::string("stra&#223;e-&#xe9;t&#xE9;")})
        EXPECT_EQ(redacted(redaction, "(" + form + ")").find("[redacted:WORDS]"), 1U) << form;
}

TEST(Redaction, KnowsSecretsThatLookEscaped) {
    for (const std::string value :
         {"a%41b%42c%43", "C:\\new\\table", "&lt;tag&gt;x", "a\nb\nc\nd\ne"}) {
        const auto redaction = of({{"ODD", value}});
        for (const auto& form : {value, json(value), percent(value, true, true), html(value),
                                 json(percent(value, false, true))})
            EXPECT_EQ(redacted(redaction, "(" + form + ")"), "([redacted:ODD])") << form;
    }
}

TEST(Redaction, KnowsSecretsThatWouldMergeWithWhatFollows) {
    const auto redaction = of({{"ODD", "a\\bcdefg%"}});
    EXPECT_EQ(redacted(redaction, R"(a\\bcdefg%00)"), "[redacted:ODD]00");
    EXPECT_EQ(redacted(redaction, R"(a\\\\bcdefg%00)"), "[redacted:ODD]00");
}

TEST(Redaction, KnowsTheTrimmedValue) {
    const auto redaction = of({{"FILE", "from-a-file-1\n"}});
    EXPECT_EQ(redacted(redaction, "Bearer from-a-file-1;"), "Bearer [redacted:FILE];");
}

TEST(Redaction, NamesTheLongestOfSecretsThatOverlap) {
    const auto redaction = of({{"INNER", "inner-secret"},
                               {"OUTER", "the-inner-secret-whole"},
                               {"TAIL", "secret-whole-and-more"}});
    EXPECT_EQ(redacted(redaction, "x the-inner-secret-whole y"), "x [redacted:OUTER] y");
    EXPECT_EQ(redacted(redaction, "x the-inner-secret y"), "x the-[redacted:INNER] y");
    EXPECT_EQ(redacted(redaction, "the-inner-secret-whole-and-more!"), "[redacted:OUTER]!");
    const std::string encoded = redacted(redaction, base64("the-inner-secret-whole"));
    EXPECT_EQ(encoded.find("[redacted:OUTER]"), 0U);
}

TEST(Redaction, TakesSecretsOutOfValues) {
    const auto redaction = of({{"A", "first-secret"}, {"B", "second-secret"}});
    Value value = parse_json(R"({"a": ["first-secret", {"x": "my second-secret!"}], "n": 12345678,
        "first-secret": 1, "FIRST-SECRET": 2, "second-secret": {"k": "v"}, "z": null})")
                      .value();
    EXPECT_TRUE(redaction.redact(value));
    EXPECT_EQ(to_json(value),
              R"({"a":["[redacted:A]",{"x":"my [redacted:B]!"}],"n":12345678,"[redacted:A]":1,)"
              R"("[redacted:A] 2":2,"[redacted:B]":{"k":"v"},"z":null})");
    EXPECT_FALSE(redaction.redact(value));
}

TEST(Redaction, TakesSecretsOutOfNumbers) {
    const auto redaction = of({{"PIN", "48151623"}});
    Value value = parse_json(R"([48151623, 481516, -48151623.5, "48151623"])").value();
    EXPECT_TRUE(redaction.redact(value));
    EXPECT_EQ(to_json(value), R"(["[redacted:PIN]",481516,"-[redacted:PIN].5","[redacted:PIN]"])");
}

TEST(Redaction, IsOfTheSecretsAskedFor) {
    const auto secrets = Secrets::create({{"A", "first-secret"}, {"B", "second-secret"}}).value();
    const std::string text = "first-secret second-secret";
    EXPECT_EQ(redacted(secrets->redaction(std::vector<std::string>{"B", "C"}), text),
              "first-secret [redacted:B]");
    EXPECT_FALSE(secrets->redaction(std::vector<std::string>{"C"}));
    EXPECT_FALSE(Redaction());
    EXPECT_EQ(redacted(Redaction(), text), text);
}

TEST(Redaction, TakesSecretsOutOfErrors) {
    Error error{"bad", "it said first-secret", Object{{"body", "first-secret"}}};
    of({{"A", "first-secret"}}).redact(error);
    EXPECT_EQ(error.message, "it said [redacted:A]");
    EXPECT_EQ(to_json(error.details), R"({"body":"[redacted:A]"})");
}

/// Texts that are as bad as they can be: all is linear.
TEST(Redaction, TakesItsTimeByTheSizeOnly) {
    std::string repeated = "abcd";
    while (repeated.size() < 2'000) repeated += repeated;
    repeated.resize(2'000);
    const auto redaction = of({{"R", repeated + "!"}, {"S", repeated.substr(0, 1'000) + "?"}});
    const auto begin = std::chrono::steady_clock::now();
    for (const std::string piece : {"abcd", "%61%62", "\\u0061", "&amp;", "%25", "YWJj", "\n"}) {
        std::string text;
        while (text.size() < 1u << 20) text += piece;
        EXPECT_FALSE(redaction.redact(text)) << piece;
    }
    const auto took = std::chrono::steady_clock::now() - begin;
    EXPECT_LT(took, std::chrono::seconds(2));
    std::string full;
    while (full.size() < 1u << 20) full += repeated + "!";
    EXPECT_TRUE(redaction.redact(full));
    EXPECT_EQ(full.find("abcd"), std::string::npos);
}

}  // namespace
}  // namespace sluice::testing
