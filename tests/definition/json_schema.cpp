#include "engine/definition/json_schema.hpp"

#include <string>
#include <thread>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "engine/definition/json_equality.hpp"
#include "engine/model/limits.hpp"

namespace sluice::definition {
namespace {

JsonSchema compile(std::string_view schema) {
    return JsonSchema::compile(boost::json::parse(schema)).value();
}

std::string violations(const JsonSchema& schema, std::string_view value) {
    std::string text;
    for (const auto& one : schema.validate(boost::json::parse(value)))
        text += one.pointer + " | " + one.message + " | " + one.schema_pointer + '\n';
    return text;
}

std::string problem(std::string_view schema) {
    const auto compiled = JsonSchema::compile(boost::json::parse(schema));
    return compiled ? "compiles" : compiled.error().code + ": " + compiled.error().message;
}

TEST(JsonSchema, ListsEveryViolationWithItsPlaces) {
    const auto schema = compile(R"({
        "type": "object", "required": ["name", "age"], "additionalProperties": false,
        "properties": {
            "name": {"type": "string", "minLength": 2},
            "age": {"$ref": "#/definitions/age"},
            "a/b": {"items": {"type": "integer"}}
        },
        "definitions": {"age": {"type": "integer", "minimum": 0}}})");
    EXPECT_EQ(violations(schema, R"({"name": "Ada", "age": 36})"), "");
    const std::string text =
        violations(schema, R"({"name": "A", "age": -1.5, "a/b": [1, "x", 2.5], "agee": 3})");
    EXPECT_NE(text.find("/name | must have at least 2 characters | /properties/name/minLength"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("/age | must be at least 0 | /definitions/age/minimum"), std::string::npos)
        << text;
    EXPECT_NE(
        text.find(
            "/age | must be an integer, not a number with a fraction | /definitions/age/type"),
        std::string::npos)
        << text;
    EXPECT_NE(text.find("/a~1b/1 | must be an integer, not text | /properties/a~1b/items/type"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("/a~1b/2 | must be"), std::string::npos) << text;
    EXPECT_NE(text.find("/agee | is not a known key here | /additionalProperties"),
              std::string::npos)
        << text;
    EXPECT_EQ(violations(schema, "{}"),
              " | must have `age` | /required\n | must have `name` | /required\n");
}

TEST(JsonSchema, NamesTheNearestAlternative) {
    const auto schema =
        compile(R"({"oneOf": [{"type": "string"}, {"type": "object", "required": ["bearer"]}]})");
    EXPECT_EQ(violations(schema, "{}"),
              " | matches none of its 2 alternatives; nearest: it must have `bearer` | /oneOf\n");
    EXPECT_EQ(violations(compile(R"({"oneOf": [{"type": "integer"}, {"minimum": 2}]})"), "3"),
              " | matches more than one of its alternatives | /oneOf\n");
}

TEST(JsonSchema, AcceptsEverythingWithoutLooking) {
    for (const char* schema : {"null", "true", "{}", R"({"title": "anything", "definitions": {}})"})
        EXPECT_TRUE(compile(schema).accepts_everything()) << schema;
    EXPECT_FALSE(compile("false").accepts_everything());
    EXPECT_EQ(violations(compile("false"), "1"), " | is not allowed | \n");
    EXPECT_TRUE(JsonSchema{}.accepts(Value(1)));
}

TEST(JsonSchema, RefusesWhatItCannotCompile) {
    EXPECT_EQ(problem("12"),
              "invalid_schema: the schema must be a boolean or an object, not a number");
    EXPECT_NE(problem(R"({"type": "intger"})").find("`type` of the schema"), std::string::npos);
    EXPECT_NE(problem(R"({"properties": {"a": {"minLength": -1}}})")
                  .find("`properties.a.minLength` of the schema must be at least 0"),
              std::string::npos);
    EXPECT_NE(problem(R"({"multipleOf": 0})").find("must be more than 0"), std::string::npos);
    EXPECT_NE(problem(R"({"pattern": "("})").find("not a usable regular expression"),
              std::string::npos);
    EXPECT_NE(problem(R"json({"patternProperties": {"^(?=a)": true}})json").find("lookahead"),
              std::string::npos);
    EXPECT_NE(problem(R"({"$ref": "https://example.com/schema.json"})")
                  .find("only references within the schema"),
              std::string::npos);
    EXPECT_NE(problem(R"({"$ref": "#/definitions/none"})").find("no schema here"),
              std::string::npos);
    EXPECT_NE(problem(R"({"type": "array", "prefixItems": []})").find("later JSON Schema"),
              std::string::npos);
    EXPECT_NE(
        problem(R"({"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"})")
            .find("draft 7"),
        std::string::npos);
    EXPECT_NE(problem(R"({"enum": ["a\u0000b"]})").find("U+0000"), std::string::npos);
}

TEST(JsonSchema, ListsEveryProblemOfASchema) {
    const auto compiled = JsonSchema::compile(boost::json::parse(
        R"({"properties": {"a": {"pattern": "["}, "b": {"pattern": "("}, "c": {"$ref": "#/nowhere"}}})"));
    ASSERT_FALSE(compiled.has_value());
    EXPECT_EQ(compiled.error().details.at("problems").as_array().size(), 3u);
}

TEST(JsonSchema, RefusesReferencesThatNeverDescend) {
    for (
        const char* schema : {
            R"({"$ref": "#"})",
            R"({"$ref": "#/definitions/a", "definitions": {"a": {"$ref": "#/definitions/a"}}})",
            R"({"allOf": [{"$ref": "#"}]})",
            R"({"definitions": {"a": {"not": {"$ref": "#/definitions/b"}}, "b": {"anyOf": [{"$ref": "#/definitions/a"}]}}, "$ref": "#/definitions/a"})",
            R"({"if": {"$ref": "#"}})",
            R"({"dependencies": {"a": {"$ref": "#"}}})",
        })
        EXPECT_NE(problem(schema).find("without descending"), std::string::npos)
            << schema << problem(schema);
    EXPECT_EQ(problem(R"({"type": "object", "additionalProperties": {"$ref": "#"}})"), "compiles");
}

TEST(JsonSchema, ReferencesMayLeadOutsideDefinitions) {
    const auto schema = compile(
        R"({"properties": {"a": {"$ref": "#/parts/a"}}, "parts": {"a": {"pattern": "^x"}}})");
    EXPECT_EQ(violations(schema, R"({"a": "y"})"),
              "/a | must match the pattern ^x | /parts/a/pattern\n");
    EXPECT_NE(
        problem(R"({"properties": {"a": {"$ref": "#/parts/a"}}, "parts": {"a": {"pattern": 1}}})")
            .find("parts.a.pattern"),
        std::string::npos);
}

TEST(JsonSchema, SurvivesLongTextsAndHostilePatterns) {
    const auto schema = compile(R"({"type": "string", "pattern": "^(a|b|ab)*(a*)*c$"})");
    const Value text(boost::json::string(1'000'000, 'a'));
    EXPECT_FALSE(schema.accepts(text));
}

TEST(JsonSchema, GivesUpOnSchemasThatCostTooMuch) {
    // Each level asks the next one twice: 2^40 checks.
    std::string definitions;
    for (int level = 0; level < 40; ++level) {
        const std::string next = std::to_string(level + 1);
        definitions += R"("d)" + std::to_string(level) +
                       R"(": {"allOf": [{"$ref": "#/definitions/d)" + next +
                       R"("}, {"$ref": "#/definitions/d)" + next + R"("}]},)";
    }
    const auto schema = compile(R"({"$ref": "#/definitions/d0", "definitions": {)" + definitions +
                                R"("d40": {"type": "string"}}})");
    const auto found = schema.validate(Value("x"));
    ASSERT_FALSE(found.empty());
    EXPECT_NE(found.front().message.find("too costly"), std::string::npos);
    EXPECT_LE(found.size(), Limits{}.schema_violations);
}

TEST(JsonSchema, ChainsOfReferencesDoNotExhaustTheStack) {
    const auto chain = [](int length) {
        std::string definitions;
        for (int at = 0; at < length; ++at)
            definitions += R"("d)" + std::to_string(at) +
                           R"(": {"properties": {"n": {"$ref": "#/definitions/d)" +
                           std::to_string(at + 1) + R"("}}},)";
        return R"({"$ref": "#/definitions/d0", "definitions": {)" + definitions + R"("d)" +
               std::to_string(length) + R"(": {}}})";
    };
    EXPECT_EQ(problem(chain(200)), "compiles");
    EXPECT_NE(problem(chain(5'000)).find("levels over all"), std::string::npos);
}

TEST(JsonSchema, ComparesNumbersByValue) {
    const auto schema = compile(R"({"enum": [1, 18446744073709551615, "a"]})");
    EXPECT_EQ(violations(schema, "1.0"), "");
    EXPECT_EQ(violations(schema, "18446744073709551615"), "");
    EXPECT_NE(violations(schema, R"("a\u0000b")"), "");
    EXPECT_NE(violations(schema, "2").find("must be one of 1, 18446744073709551615, \"a\""),
              std::string::npos);
    EXPECT_EQ(violations(compile(R"({"type": "integer", "minimum": 9223372036854775808})"),
                         "18446744073709551615"),
              "");
    EXPECT_EQ(violations(compile(R"({"maxLength": 2.0})"), R"("ab")"), "");
}

TEST(JsonSchema, FindsEqualItemsOfLongLists) {
    Array items;
    for (int at = 0; at < 200'000; ++at) items.emplace_back(at);
    const auto schema = compile(R"({"uniqueItems": true})");
    EXPECT_TRUE(schema.accepts(items));
    items.emplace_back(17.0);
    EXPECT_EQ(schema.validate(items).front().message,
              "must not repeat an item: 17 and 200000 are equal");
}

TEST(JsonSchema, EqualValuesHashAlike) {
    const auto left = boost::json::parse(R"({"a": [1, {"b": 2.0}], "c": null})");
    const auto right = boost::json::parse(R"({"c": null, "a": [1.0, {"b": 2}]})");
    EXPECT_TRUE(equal_json(left, right));
    EXPECT_EQ(hash_json(left), hash_json(right));
    EXPECT_FALSE(equal_json(left, boost::json::parse(R"({"a": [1, {"b": 2.5}], "c": null})")));
    EXPECT_FALSE(equal_json(boost::json::parse("18446744073709551615"), Value(-1)));
}

TEST(JsonSchema, ServesSeveralThreads) {
    const auto schema = compile(
        R"({"type": "object", "properties": {"a": {"pattern": "^x+$"}, "b": {"enum": [1, 2]}}})");
    std::vector<std::thread> threads;
    std::vector<int> right(4, 0);
    for (std::size_t at = 0; at < right.size(); ++at)
        threads.emplace_back([&schema, &count = right[at]] {
            for (int round = 0; round < 500; ++round) {
                count +=
                    schema.validate(boost::json::parse(R"({"a": "xx", "b": 2})")).empty() ? 1 : 0;
                count += schema.validate(boost::json::parse(R"({"a": "y", "b": 3})")).size() == 2
                             ? 1
                             : 0;
            }
        });
    for (auto& thread : threads) thread.join();
    for (const int count : right) EXPECT_EQ(count, 1'000);
}

}  // namespace
}  // namespace sluice::definition
