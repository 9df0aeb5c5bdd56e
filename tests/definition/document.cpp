#include "engine/definition/document.hpp"

#include <string>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "tests/definition/catalogue.hpp"

namespace sluice::definition {
namespace {

std::string value_of(std::string_view source, SourceFormat format = SourceFormat::yaml) {
    const auto document = parse_document(source, format);
    return document.diagnostics.empty() ? boost::json::serialize(document.value)
                                        : describe(document.diagnostics);
}

/// "code line:column" of the only problem.
std::string problem_of(std::string_view source, SourceFormat format = SourceFormat::yaml,
                       const Limits& limits = {}) {
    const auto document = parse_document(source, format, limits);
    if (document.diagnostics.size() != 1)
        return std::to_string(document.diagnostics.size()) + " problems\n" +
               describe(document.diagnostics);
    const auto& one = document.diagnostics.front();
    return one.code + ' ' + std::to_string(one.line) + ':' + std::to_string(one.column);
}

TEST(Document, TypesPlainScalarsByTheCoreSchema) {
    EXPECT_EQ(
        value_of(
            "[true, True, FALSE, null, ~, NULL, 12, -3, +4, 0o14, 0xC, 1.5, .5, 2., -1e3, 12e03]"),
        R"([true,true,false,null,null,null,12,-3,4,12,12,1.5E0,5E-1,2E0,-1E3,1.2E4])");
    EXPECT_EQ(value_of("[yes, no, on, 12:30, 1_000, 0b1, 1e, '.', \"12\", 'true', 007, e3]"),
              R"(["yes","no","on","12:30","1_000","0b1","1e",".","12","true",7,"e3"])");
    EXPECT_EQ(value_of("[9223372036854775807, 18446744073709551615, 18446744073709551616]"),
              R"([9223372036854775807,18446744073709551615,1.8446744073709552E19])");
    EXPECT_EQ(value_of("a:\nb: |\n  x\n  y\nc: >\n  p\n  q\n"),
              R"({"a":null,"b":"x\ny\n","c":"p q\n"})");
    EXPECT_EQ(problem_of("a: .inf"), "number_not_finite 1:4");
    EXPECT_EQ(problem_of("a: 1e999"), "number_not_finite 1:4");
    EXPECT_EQ(value_of("a: 1e-999"), R"({"a":0E0})");
}

TEST(Document, TakesKeysAsTexts) {
    EXPECT_EQ(value_of("true: a\n12: b\nnull: c\n'': d\n"),
              R"({"true":"a","12":"b","null":"c","":"d"})");
}

TEST(Document, KnowsWhereValuesAndKeysStand) {
    const auto document =
        parse_document("a: 1\nbé:\n  - x\n  - {c: 'd', e/f: \"g\"}\n", SourceFormat::yaml);
    ASSERT_TRUE(document.diagnostics.empty()) << describe(document.diagnostics);
    const auto& positions = document.positions;
    EXPECT_EQ(positions.value(""), (SourcePosition{1, 1}));
    EXPECT_EQ(positions.value("/a"), (SourcePosition{1, 4}));
    EXPECT_EQ(positions.key("/a"), (SourcePosition{1, 1}));
    EXPECT_EQ(positions.value("/bé/0"), (SourcePosition{3, 5}));
    EXPECT_EQ(positions.value("/bé/1/c"), (SourcePosition{4, 9}));
    EXPECT_EQ(positions.key("/bé/1/e~1f"), (SourcePosition{4, 14}));
    EXPECT_EQ(positions.value("/bé/1/e~1f"), (SourcePosition{4, 19}));
    EXPECT_EQ(positions.value("/bé/1/none/deeper"), (SourcePosition{4, 5}))
        << "the nearest ancestor's";
}

TEST(Document, ExpandsAliasesWithinLimits) {
    EXPECT_EQ(value_of("a: &x {n: 1}\nb: *x\nc: [*x]\n"),
              R"({"a":{"n":1},"b":{"n":1},"c":[{"n":1}]})");
    EXPECT_EQ(problem_of("a: *x\n"), "unknown_alias 1:4");
    EXPECT_EQ(problem_of("a: &x [*x]\n"), "unknown_alias 1:8");
    std::string bomb = "a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n";
    for (int level = 1; level < 10; ++level) {
        const std::string before = "*a" + std::to_string(level - 1);
        const std::string name = "a" + std::to_string(level);
        bomb += name + ": &" + name + " [";
        for (int at = 0; at < 10; ++at) bomb += before + (at == 9 ? "]\n" : ",");
    }
    EXPECT_EQ(problem_of(bomb), "too_many_values 5:38");
    std::string deep = "a0: &a0 [[[[[[[[1]]]]]]]]\n";
    for (int level = 1; level < 10; ++level) {
        const std::string name = "a" + std::to_string(level);
        deep += name + ": &" + name + " [[[[[[[[*a" + std::to_string(level - 1) + "]]]]]]]]\n";
    }
    EXPECT_TRUE(problem_of(deep).starts_with("too_deep 8:")) << problem_of(deep);
}

TEST(Document, RefusesWhatIsTooLarge) {
    Limits limits;
    limits.source_bytes = 20;
    EXPECT_EQ(problem_of("a: 123456789012345678901", SourceFormat::yaml, limits),
              "source_too_large 1:1");
    EXPECT_TRUE(problem_of(std::string(2'000, '[')).starts_with("too_deep 1:65"));
    EXPECT_TRUE(
        problem_of(std::string(2'000, '['), SourceFormat::json).starts_with("too_deep 1:65"));
    limits = {};
    limits.source_values = 5;
    EXPECT_EQ(problem_of("[1, 2, 3, 4, 5]", SourceFormat::yaml, limits), "too_many_values 1:14");
    std::string anchors = "1";
    for (int at = 0; at < 40; ++at) anchors = "[&a" + std::to_string(at) + " " + anchors + ", 1]";
    limits.source_values = 600;
    EXPECT_TRUE(problem_of(anchors, SourceFormat::yaml, limits).starts_with("too_many_values"));
}

TEST(Document, RefusesWhatHasNoJsonValue) {
    EXPECT_EQ(problem_of("a: 1\nb: 2\na: 3\n"), "duplicate_key 3:1");
    EXPECT_EQ(problem_of("{\"a\": 1, \"a\": 2}", SourceFormat::json), "duplicate_key 1:10");
    EXPECT_EQ(problem_of("? [x]\n: 1\n"), "invalid_key 1:3");
    EXPECT_EQ(problem_of("<<: {a: 1}\nb: 2\n"), "merge_key 1:1");
    EXPECT_EQ(value_of("'<<': 1"), R"({"<<":1})");
    EXPECT_EQ(problem_of("a: !point {x: 1}\n"), "unknown_tag 1:11");
    EXPECT_EQ(problem_of("a: !!int x\n"), "unknown_tag 1:10");
    EXPECT_EQ(value_of("[!!str 12, !!int '12', !!float 1, ! 5]"), R"(["12",12,1E0,"5"])");
    EXPECT_EQ(problem_of(""), "empty_document 1:1");
    EXPECT_EQ(problem_of("# nothing\n"), "empty_document 1:1");
    EXPECT_EQ(problem_of("a: 1\n---\nb: 2\n"), "several_documents 2:1");
    EXPECT_EQ(value_of("---\na: 1\n...\n"), R"({"a":1})");
    EXPECT_EQ(value_of("\xEF\xBB\xBF"
                       "a: 1"),
              R"({"a":1})");
    EXPECT_EQ(problem_of("a: \"x\xff\""), "invalid_utf8 1:6");
    EXPECT_EQ(problem_of(std::string("a: 1\nb: \0", 9)), "control_character 2:4");
}

TEST(Document, PointsAtSyntaxErrors) {
    EXPECT_EQ(problem_of("a:\n  b: 1\n\tc: 2\n"), "yaml_syntax 3:2");
    EXPECT_TRUE(problem_of("a: [1, 2\n").starts_with("yaml_syntax"));
    const auto document = parse_document("a: ${x ? y : z}\n", SourceFormat::yaml);
    ASSERT_EQ(document.diagnostics.size(), 1u);
    EXPECT_NE(document.diagnostics.front().suggestion.find("quotes"), std::string::npos);
    EXPECT_FALSE(document.complete);
}

TEST(Document, TakesOnlyJsonAsJson) {
    EXPECT_EQ(value_of(R"({"a": [1, -2.5e3, true, null, "x\u00e9\n", {}]})", SourceFormat::json),
              R"({"a":[1,-2.5E3,true,null,"xé\n",{}]})");
    for (const char* source :
         {"{a: 1}",     "{'a': 1}", "[1,]",    "[01]",      "[+1]",        "[.5]",
          "[0x1f]",     "[NaN]",    "[tru]",   "[~]",       "[]]",         "{} {}",
          "[1] # c",    "- 1",      "[1",      "{\"a\" 1}", "[\"\\x41\"]", "[\"a\nb\"]",
          "[\"a\tb\"]", "&x 1",     "!!str 1", "[1 2]",     "[True]",      "[1.]"}) {
        const auto document = parse_document(source, SourceFormat::json);
        ASSERT_FALSE(document.diagnostics.empty())
            << source << " is taken as " << boost::json::serialize(document.value);
        EXPECT_EQ(document.diagnostics.front().code, "json_syntax") << source;
        EXPECT_EQ(document.diagnostics.front().line, 1u) << source;
    }
    EXPECT_EQ(problem_of("[1e999]", SourceFormat::json), "number_not_finite 1:2");
}

TEST(Document, ReadsJsonAsTheJsonParserDoes) {
    const std::string source = read_source_file("docs/flow.schema.json");
    EXPECT_EQ(parse_document(source, SourceFormat::json).value, boost::json::parse(source));
    EXPECT_EQ(parse_document(source, SourceFormat::yaml).value, boost::json::parse(source));
}

}  // namespace
}  // namespace sluice::definition
