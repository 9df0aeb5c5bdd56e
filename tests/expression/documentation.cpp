#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "engine/expression/builtins/builtins.hpp"

#include "tests/expression/documented.hpp"
#include "tests/expression/scope.hpp"

namespace sluice::expression::test {
namespace {

TEST(Documentation, EveryExampleGivesWhatThePageSays) {
    const Documented page = read_documented();
    ASSERT_GE(page.examples.size(), 40U);
    const ObjectScope scope(boost::json::parse(page.scope));
    for (const auto& [expression, expected] : page.examples) {
        const auto compiled = Expression::compile(expression, scope.names());
        ASSERT_TRUE(compiled) << expression << "\n  " << compiled.error().message;
        const auto value = compiled->evaluate(scope, default_budget());
        if (expected.starts_with("error: ")) {
            ASSERT_FALSE(value) << expression;
            EXPECT_EQ("error: " + value.error().code, expected) << expression;
        } else {
            ASSERT_TRUE(value) << expression << "\n  " << value.error().message;
            EXPECT_EQ(*value, boost::json::parse(expected))
                << expression << "\n  " << serialize(*value);
        }
    }
}

TEST(Documentation, TheTableOfBuiltInsNamesThemAll) {
    std::ifstream file(std::string(SLUICE_EXPRESSION_TESTS) + "/../../docs/expressions.md");
    const std::string page{std::istreambuf_iterator<char>(file), {}};
    for (const auto& method : method_names()) {
        const bool of_dates = method.name.starts_with("get");
        EXPECT_TRUE(of_dates ||
                    page.find("`" + std::string(method.name) + "`") != std::string::npos)
            << method.name;
    }
    for (const auto& function : functions()) {
        const std::string name(function.name.substr(function.name.find('.') + 1));
        const bool told = function.name.starts_with("Math.") || function.name == "new Date" ||
                          page.find("`" + name + "`") != std::string::npos ||
                          page.find("`" + std::string(function.name) + "`") != std::string::npos;
        EXPECT_TRUE(told) << function.name;
    }
}

}  // namespace
}  // namespace sluice::expression::test
