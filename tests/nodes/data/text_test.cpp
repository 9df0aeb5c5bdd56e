#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "tests/nodes/data/data_node.hpp"
#include "tests/nodes/data/values.hpp"

namespace sluice::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(TextMatch, FindsGroups) {
    expect_each({
        {"text.match", R"j({"text":"on 2026-03-29","pattern":"(?<year>\\d{4})-(\\d\\d)"})j",
         R"j({"matched":true,"match":{"text":"2026-03","groups":["2026","03"],"named":{"year":"2026"}}})j"},
        {"text.match", R"j({"text":"x","pattern":"y"})j", R"j({"matched":false,"match":null})j"},
        {"text.match", R"j({"text":"a1b22","pattern":"\\d+","all":true})j",
         R"j({"matched":true,"match":{"text":"1","groups":[]},"matches":[{"text":"1","groups":[]},{"text":"22","groups":[]}]})j"},
        {"text.match", R"j({"text":"éA","pattern":"a|(b)","flags":"i"})j",
         R"j({"matched":true,"match":{"text":"A","groups":[null]}})j"},
        {"text.match", R"j({"text":"aé","pattern":"","all":true})j",
         R"j({"matched":true,"match":{"text":"","groups":[]},"matches":[{"text":"","groups":[]},{"text":"","groups":[]},{"text":"","groups":[]}]})j"},
    });
}

TEST(TextMatch, DoesNotRunAway) {
    // What makes engines that try every way never come back.
    EXPECT_EQ(outcome_of("text.match",
                         Object{{"text", std::string(50'000, 'a') + "b"}, {"pattern", "^(a+)+$"}}),
              R"j({"matched":false,"match":null})j");
    // A pattern with thousands of instructions would take 10 microseconds a byte.
    EXPECT_THAT(outcome_of("text.match", Object{{"text", std::string(200'000, 'a')},
                                                {"pattern", "(a{1,40}){1,20}b"}}),
                StartsWith("data_too_large: `pattern` is too large for text.match"));
    // Each match looks through the rest of the text.
    EXPECT_EQ(outcome_of("text.match", Object{{"text", std::string(200'000, 'a')},
                                              {"pattern", "a.*b|a"},
                                              {"all", true}}),
              "data_too_large: `pattern` is too large for text.match: at most 16777216 units of "
              "work are taken; write a shorter pattern, bound its loops ({0,20} instead of *), or "
              "give it less text");
    EXPECT_EQ(
        outcome_of("text.match",
                   Object{{"text", std::string(20'000, 'a')}, {"pattern", "a"}, {"all", true}}),
        "data_too_large: `text` is too large for text.match: at most 10000 matches are taken; "
        "split it before (data.split), or make the pattern find more at once");
}

TEST(TextMatch, TellsWhatIsWrong) {
    expect_each({
        {"text.match", R"j({"text":"x","pattern":"(a)\\1"})j",
         "invalid_parameters: the parameters of text.match are wrong: `pattern` is no usable "
         "regular "
         "expression: a regular expression cannot refer back to a group here (a code node can do "
         "this)"},
        {"text.match", R"j({"text":"x","pattern":"[a"})j",
         "invalid_parameters: the parameters of text.match are wrong: `pattern` is no usable "
         "regular "
         "expression: the class has no end (close it with ])"},
        {"text.match", R"j({"text":"x","pattern":"a","flags":"x"})j",
         "invalid_parameters: the parameters of text.match are wrong: `pattern` is no usable "
         "regular "
         "expression: the flag x of regular expressions is not available (the flags are g, i, m, s "
         "and u)"},
        {"text.match", R"j({"text":"a\rb","pattern":"^b","flags":"m"})j",
         "unsearchable_text: `text` cannot be searched with these `flags`: with the flag m, only "
         "\\n "
         "can end the lines of the text here"},
    });
}

TEST(TextReplace, TextsAndPatterns) {
    expect_each({
        {"text.replace", R"j({"text":"a.b.c","find":".","with":"$&"})j",
         R"j({"text":"a$&b$&c","replaced":2})j"},
        {"text.replace", R"j({"text":"a.b.c","find":".","with":"","all":false})j",
         R"j({"text":"ab.c","replaced":1})j"},
        {"text.replace",
         R"j({"text":"1.5 and 2.25","pattern":"(\\d+)\\.(?<f>\\d+)","with":"$1,$<f> ($&) $$"})j",
         R"j({"text":"1,5 (1.5) $ and 2,25 (2.25) $","replaced":2})j"},
        {"text.replace", R"j({"text":"ab","pattern":"","with":"-"})j",
         R"j({"text":"-a-b-","replaced":3})j"},
        {"text.replace", R"j({"text":"abc","pattern":"(a)","with":"$11"})j",
         R"j({"text":"a1bc","replaced":1})j"},
        {"text.replace", R"j({"text":"a","pattern":"a","with":"$1"})j",
         "invalid_parameters: the parameters of text.replace are wrong: `with` names the group "
         "`$1`, "
         "which `pattern` does not have"},
        {"text.replace", R"j({"text":"a","find":"","with":""})j",
         "invalid_parameters: the parameters of text.replace are wrong: `find` must not be empty"},
        {"text.replace", R"j({"text":"a"})j",
         "invalid_parameters: the parameters of text.replace are wrong: `with` must be text, and "
         "is "
         "missing; `find` or `pattern` must be given, and not both"},
    });
}

TEST(TextReplace, GrowsNoFurtherThanAnOutput) {
    EXPECT_THAT(outcome_of("text.replace", Object{{"text", std::string(100'000, 'a')},
                                                  {"find", "a"},
                                                  {"with", std::string(10'000, 'b')}}),
                StartsWith("data_too_large: `text` is too large for text.replace: at most 16777216 "
                           "bytes are taken"));
}

TEST(TextTemplate, FillsIn) {
    expect_each({
        {"text.template",
         R"j({"template":"Dear ${input.name},\n${input.items.map(i => `- ${i}`).join('\\n')}","values":{"name":"Ada","items":["a","b"]}})j",
         R"j({"text":"Dear Ada,\n- a\n- b"})j"},
        {"text.template", R"j({"template":"${1 + 1}"})j", R"j({"text":"2"})j"},
        {"text.template", R"j({"template":""})j", R"j({"text":""})j"},
    });
    EXPECT_THAT(outcome_of("text.template", R"j({"template":"${secrets.KEY}"})j"),
                HasSubstr("secret"));
    EXPECT_THAT(outcome_of("text.template", R"j({"template":"${input.name"})j"),
                StartsWith("invalid_template: `template` cannot be used: "));
    EXPECT_THAT(outcome_of("text.template", R"j({"template":"${input.name}","values":{}})j"),
                StartsWith("expression_failed: "));
}

TEST(TextChange, OneAfterTheOther) {
    expect_each({
        {"text.change", R"j({"text":"  Ärger  im Büro ","to":["collapse","upper"]})j",
         R"j({"text":"ÄRGER IM BÜRO"})j"},
        {"text.change", R"j({"text":"Hello, World!","to":"slug"})j", R"j({"text":"hello-world"})j"},
        {"text.change", R"j({"text":"ada","to":"capitalize"})j", R"j({"text":"Ada"})j"},
        {"text.change", R"j({"text":"abcdef","length":3})j", R"j({"text":"abc"})j"},
        {"text.change", R"j({"text":"a","to":"rot13"})j",
         "invalid_parameters: the parameters of text.change are wrong: `to` must be trim, "
         "collapse, "
         "upper, lower, capitalize or slug, or a list of these"},
        {"text.change", R"j({"text":"a"})j",
         "invalid_parameters: the parameters of text.change are wrong: `to` or `length` must be "
         "given"},
    });
}

TEST(TextEncode, KnowsNotations) {
    expect_each({
        {"text.encode", R"j({"text":"a b?é"})j", R"j({"text":"YSBiP8Op"})j"},
        {"text.encode", R"j({"text":"a b?é","as":"base64url"})j", R"j({"text":"YSBiP8Op"})j"},
        {"text.encode", R"j({"text":"~~~~","as":"base64url"})j", R"j({"text":"fn5-fg"})j"},
        {"text.encode", R"j({"text":"a b/é","as":"percent"})j", R"j({"text":"a%20b%2F%C3%A9"})j"},
        {"text.encode", R"j({"text":"ff00","from":"hex"})j", R"j({"text":"/wA="})j"},
        {"text.decode", R"j({"text":"YSBi"})j", R"j({"text":"a b"})j"},
        {"text.decode", R"j({"text":"fn5-fg","from":"base64url"})j", R"j({"text":"~~~~"})j"},
        {"text.decode", R"j({"text":"a%20b%2f","from":"percent"})j", R"j({"text":"a b/"})j"},
        {"text.decode", R"j({"text":"C3A9","from":"hex"})j", R"j({"text":"é"})j"},
    });
}

TEST(TextEncode, TellsWhatIsWrong) {
    expect_each({
        {"text.decode", R"j({"text":"YSB"})j",
         "invalid_parameters: the parameters of text.decode are wrong: `text` is not base64"},
        {"text.decode", R"j({"text":"%zz","from":"percent"})j",
         "invalid_parameters: the parameters of text.decode are wrong: `text` is not percent"},
        {"text.decode", R"j({"text":"/wA="})j",
         "not_text: the bytes are no text in UTF-8: keep them as they are, or write them in "
         "another "
         "notation (text.encode with `from`)"},
        {"text.encode", R"j({"text":"xyz","from":"hex"})j",
         "invalid_parameters: the parameters of text.encode are wrong: `text` is not hex, as "
         "`from` "
         "has it"},
        {"text.encode", R"j({"text":"a","as":"rot13"})j",
         "invalid_parameters: the parameters of text.encode are wrong: `as` must be base64, "
         "base64url, hex or percent"},
    });
}

RC_GTEST_PROP(TextEncode, DecodingGivesTheTextBack, ()) {
    const std::string text = *texts();
    const std::string as = *rc::gen::element<std::string>("base64", "base64url", "hex", "percent");
    auto encoded = run_data("text.encode", Object{{"text", text}, {"as", as}});
    RC_ASSERT(encoded.has_value());
    RC_ASSERT(outcome_of("text.decode", Object{{"text", encoded->output.at("text")},
                                               {"from", as}}) == to_json(Object{{"text", text}}));
}

TEST(Url, TakesApart) {
    expect_each({
        {"url.parse",
         R"j({"url":"HTTPS://ada:pw@Example.com:8443/a%20b/c?x=1&y=%C3%A9+z&x=2&flag#t%21"})j",
         R"j({"scheme":"https","host":"example.com","port":8443,"user":"ada","path":"/a b/c","segments":["a b","c"],"query":{"x":["1","2"],"y":"é z","flag":""},"fragment":"t!"})j"},
        {"url.parse", R"j({"url":"/p?q"})j",
         R"j({"scheme":null,"host":null,"port":null,"path":"/p","segments":["p"],"query":{"q":""},"fragment":null})j"},
        {"url.parse", R"j({"url":"http://a b/"})j",
         "invalid_url: `url` is no URL (RFC 3986): what is not an ASCII letter, digit or one of "
         "its "
         "signs must be percent-encoded"},
        {"url.parse", R"j({"url":"http://h/%FF"})j",
         "invalid_url: `url` has a path whose bytes are no text in UTF-8"},
    });
}

TEST(Url, Builds) {
    expect_each({
        {"url.build",
         R"j({"base":"https://h/api/?k=v#old","segments":["users","a/b",7],"query":{"q":"a b&c","t":["x",1],"no":null,"on":true}})j",
         R"j({"url":"https://h/api/users/a%2Fb/7?k=v&q=a%20b%26c&t=x&t=1&on=true#old"})j"},
        {"url.build", R"j({"base":"https://h","fragment":"a b"})j",
         R"j({"url":"https://h#a%20b"})j"},
        {"url.build", R"j({"base":"http://h","segments":[".."]})j",
         "invalid_parameters: the parameters of url.build are wrong: `segments[0]` must not be . "
         "or "
         "..: it would lead elsewhere"},
        {"url.build", R"j({"base":"http://h h","query":{"a":{}},"segments":[""]})j",
         "invalid_parameters: the parameters of url.build are wrong: `base` is no URL (RFC 3986): "
         "encode what stands in it as `segments` and `query`; `segments[0]` must be a text that is "
         "not empty, or a number; `query.a` must be a text, a number, a boolean or a list of "
         "these"},
    });
}

RC_GTEST_PROP(Url, TakingApartGivesThePartsBack, ()) {
    const auto segment = *rc::gen::suchThat(
        texts(), [](const std::string& s) { return !s.empty() && s != "." && s != ".."; });
    const auto name = *rc::gen::nonEmpty(texts());
    const auto value = *texts();
    auto built = run_data("url.build", Object{{"base", "https://h/a"},
                                              {"segments", Array{segment}},
                                              {"query", Object{{name, value}}},
                                              {"fragment", value}});
    RC_ASSERT(built.has_value());
    auto parsed = run_data("url.parse", Object{{"url", built->output.at("url")}});
    RC_ASSERT(parsed.has_value());
    RC_ASSERT(parsed->output.at("segments") == Value(Array{"a", segment}));
    RC_ASSERT(parsed->output.at("query") == Value(Object{{name, value}}));
    RC_ASSERT(parsed->output.at("fragment") == Value(value));
}

TEST(Crypto, HashesAndSigns) {
    expect_each({
        {"crypto.hash", R"j({"text":"abc"})j",
         R"j({"digest":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"})j"},
        {"crypto.hash", R"j({"text":"abc","algorithm":"md5"})j",
         R"j({"digest":"900150983cd24fb0d6963f7d28e17f72"})j"},
        {"crypto.hash", R"j({"text":"616263","from":"hex","algorithm":"sha1","as":"base64"})j",
         R"j({"digest":"qZk+NkcGgWq6PiVxeFDCbJzQ2J0="})j"},
        // RFC 4231, test case 2.
        {"crypto.hmac", R"j({"text":"what do ya want for nothing?","key":"Jefe"})j",
         R"j({"digest":"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"})j"},
        {"crypto.hmac",
         R"j({"text":"what do ya want for nothing?","key":"4a656665","key_from":"hex","expected":"5BDCC146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"})j",
         R"j({"digest":"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843","matches":true})j"},
        {"crypto.hmac", R"j({"text":"x","key":"k","expected":"00"})j",
         R"j({"digest":"c38edc8815c8489f64738978f44008f8596345545f0baa68ef6fcf5c53e57189","matches":false})j"},
        {"crypto.hash", R"j({"text":"x","algorithm":"crc32"})j",
         "invalid_parameters: the parameters of crypto.hash are wrong: `algorithm` must be sha256, "
         "sha512, sha1 or md5"},
        {"crypto.hmac", R"j({"text":"x","key":"","algorithm":"md5"})j",
         "invalid_parameters: the parameters of crypto.hmac are wrong: `key` must not be empty: "
         "whoever knows that could sign anything; `algorithm` must be sha256, sha512 or sha1"},
    });
}

}  // namespace
}  // namespace sluice::testing
