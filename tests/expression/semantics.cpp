#include <cmath>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "tests/expression/scope.hpp"

namespace sluice::expression::test {
namespace {

std::string read(const std::string& name) {
    std::ifstream file(std::string(SLUICE_EXPRESSION_TESTS) + "/" + name);
    EXPECT_TRUE(file.good()) << name;
    return {std::istreambuf_iterator<char>(file), {}};
}

struct Row {
    std::string expression;
    std::string expected;
};

std::vector<Row> rows() {
    std::vector<Row> result;
    std::istringstream lines(read("semantics.txt"));
    for (std::string line; std::getline(lines, line);) {
        const auto place = line.rfind(" ==> ");
        if (line.starts_with('#') || place == std::string::npos) continue;
        result.push_back({line.substr(0, place), line.substr(place + 5)});
    }
    return result;
}

/// Boost.JSON keeps 1 and 1.0 apart and rounds some decimals a last bit off; for the value of a
/// result neither matters (its exact text is compared as well).
bool same(const Value& a, const Value& b) {
    if (a.is_number() && b.is_number()) {
        const double x = a.to_number<double>();
        const double y = b.to_number<double>();
        return x == y || std::abs(x - y) <= 4e-16 * std::abs(x);
    }
    if (a.is_array() && b.is_array()) {
        return std::equal(a.get_array().begin(), a.get_array().end(), b.get_array().begin(),
                          b.get_array().end(), same);
    }
    if (a.is_object() && b.is_object()) {
        return a.get_object().size() == b.get_object().size() &&
               std::all_of(a.get_object().begin(), a.get_object().end(), [&](const auto& field) {
                   const Value* const other = b.get_object().if_contains(field.key());
                   return other != nullptr && same(field.value(), *other);
               });
    }
    return a == b;
}

class Semantics : public ::testing::Test {
  protected:
    const ObjectScope scope_{boost::json::parse(read("scope.json"))};
};

TEST_F(Semantics, EveryRowGivesTheValueThatJavaScriptGives) {
    const auto table = rows();
    EXPECT_GE(table.size(), 1'500U);
    for (const Row& row : table) {
        const auto compiled = Expression::compile(row.expression, scope_.names());
        if (!compiled) {
            ADD_FAILURE() << row.expression << "\n  " << compiled.error().code << ": "
                          << compiled.error().message << "; " << compiled.error().hint;
            continue;
        }
        const auto value = compiled->evaluate(scope_, default_budget());
        if (!value) {
            ADD_FAILURE() << row.expression << "\n  " << value.error().message;
            continue;
        }
        EXPECT_TRUE(same(*value, boost::json::parse(row.expected)))
            << row.expression << "\n  " << serialize(*value) << " instead of " << row.expected;
    }
}

TEST_F(Semantics, EveryRowHasTheTextThatJavaScriptWrites) {
    for (const Row& row : rows()) {
        // Comments would hide the bracket.
        const std::string wrapped = "JSON.stringify([" + row.expression + "\n])";
        const auto compiled = Expression::compile(wrapped, scope_.names());
        ASSERT_TRUE(compiled) << row.expression;
        const auto value = compiled->evaluate(scope_, default_budget());
        ASSERT_TRUE(value) << row.expression;
        EXPECT_EQ(std::string(value->as_string()), "[" + row.expected + "]") << row.expression;
    }
}

TEST_F(Semantics, EveryRowIsAsTrueAsItsValue) {
    for (const Row& row : rows()) {
        const auto compiled =
            Expression::compile("[" + row.expression + "\n].map(Boolean)[0]", scope_.names());
        const auto plain = Expression::compile(row.expression, scope_.names());
        ASSERT_TRUE(compiled && plain) << row.expression;
        const auto value = compiled->evaluate(scope_, default_budget());
        const auto tested = plain->test(scope_, default_budget());
        ASSERT_TRUE(value && tested) << row.expression;
        EXPECT_EQ(*tested, value->as_bool()) << row.expression;
    }
}

TEST_F(Semantics, WholeNumbersAreStoredAsIntegers) {
    const ObjectScope scope(boost::json::parse(R"({"input": {"a": 4.0, "b": 0.5}})"));
    const auto value = [&](std::string_view text) {
        return *Expression::compile(text, scope.names())->evaluate(scope, default_budget());
    };
    EXPECT_TRUE(value("input.a").is_int64());
    EXPECT_TRUE(value("input.a * input.b").is_int64());
    EXPECT_TRUE(value("input.b").is_double());
    EXPECT_TRUE(value("2 ** 53").is_int64());
    EXPECT_TRUE(value("2 ** 54").is_double());
    EXPECT_EQ(serialize(value("-0")), "0");
}

TEST_F(Semantics, LargeIntegersArePassedOnExactlyAndCalculatedAsDoubles) {
    const std::string_view scope =
        R"({"input": {"id": 9007199254740993, "most": 18446744073709551615,
                                                 "least": -9223372036854775808}})";
    EXPECT_EQ(answer("input.id", scope), "9007199254740993");
    EXPECT_EQ(answer("[input.most, {a: input.least}]", scope),
              R"([18446744073709551615,{"a":-9223372036854775808}])");
    EXPECT_EQ(answer("`order ${input.id}`", scope), R"("order 9007199254740993")");
    EXPECT_EQ(answer("'' + input.least", scope), R"("-9223372036854775808")");
    EXPECT_EQ(
        answer("JSON.stringify(input)", scope),
        R"("{\"id\":9007199254740993,\"most\":18446744073709551615,\"least\":-9223372036854775808}")");
    EXPECT_EQ(answer("input.id - 1", scope), "9007199254740991");
    EXPECT_EQ(answer("input.id === 9007199254740992", scope), "true");
    EXPECT_EQ(answer("typeof input.id", scope), R"("number")");
    EXPECT_EQ(answer("input.most > 1e19 && Number.isInteger(input.most)", scope), "true");
}

TEST_F(Semantics, DateNowIsTheTimeOfTheScope) {
    EXPECT_EQ(answer("Date.now()"), "1700000000123");
    EXPECT_EQ(answer("Date.now() - 1000 < Date.now()"), "true");
}

TEST_F(Semantics, RootsThatAreNotThereAreUndefined) {
    EXPECT_EQ(answer("typeof input"), R"("undefined")");
    EXPECT_EQ(answer("input?.a ?? 'none'"), R"("none")");
    EXPECT_EQ(answer("error"), "null");
}

TEST_F(Semantics, AnExpressionKeepsItsTextAndCanBeShared) {
    const auto compiled = Expression::compile("input.a + 1", {});
    const Expression copy = *compiled;
    EXPECT_EQ(copy.text(), "input.a + 1");
    const ObjectScope one(boost::json::parse(R"({"input": {"a": 1}})"));
    const ObjectScope two(boost::json::parse(R"({"input": {"a": "x"}})"));
    EXPECT_EQ(*copy.evaluate(one, default_budget()), Value(2));
    EXPECT_EQ(*copy.evaluate(two, default_budget()), Value("x1"));
}

}  // namespace
}  // namespace sluice::expression::test
