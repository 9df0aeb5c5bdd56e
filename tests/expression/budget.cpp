#include <chrono>
#include <string>

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "engine/expression/template.hpp"

#include "tests/expression/scope.hpp"

namespace sluice::expression::test {
namespace {

ObjectScope large_scope() {
    Object input;
    Array list;
    for (int i = 0; i < 50'000; ++i) list.emplace_back(i);
    input["list"] = std::move(list);
    input["thousand"] = Array(1'000, Value(1));
    input["text"] = std::string(4u << 20, 'a');
    Object fields;
    for (int i = 0; i < 20'000; ++i) fields[std::to_string(i)] = i;
    input["fields"] = std::move(fields);
    return ObjectScope(Value(Object{{"input", std::move(input)}}));
}

TEST(Budgets, EndWhatWouldNotEnd) {
    const ObjectScope scope = large_scope();
    for (const std::string_view expression : {
             "'x'.repeat(1e9)",
             "'x'.repeat(1e300)",
             "''.padStart(1e12)",
             "'a'.padEnd(1e300, 'xyz')",
             "input.text.repeat(100)",
             "input.text + input.text + input.text",
             "[1,2,3,4,5,6,7,8].reduce((s, x) => s + s + s + s + s + s + s + s, 'abcdefgh')",
             "input.list.map(a => input.list.map(b => a * b))",
             "input.thousand.map(a => input.thousand.map(b => input.thousand.map(c => 1)))",
             "input.list.map(x => input.list)",
             "input.list.map(x => input.text.includes('b'))",
             "input.list.map(x => input.text.length)",
             "input.list.map(x => input.text === input.text + '')",
             "input.list.map(x => input.list.includes(-1))",
             "input.list.map(x => Object.keys(input.fields))",
             "input.list.map(x => ({...input.fields}))",
             "input.list.reduce((a, x) => ({...a, [x]: x}), {})",
             "input.list.reduce((a, x) => [a], 0)",
             "input.list.reduce((a, x) => ({a}), 0)",
             "input.list.reduce((a, x) => a.concat(a), [1])",
             "input.list.map(x => JSON.stringify(input.fields))",
             "input.list.map(x => input.text.split('a'))",
             "input.list.map(x => input.text.replaceAll('a', 'bb'))",
             "input.text.replaceAll('a', '$`')",
             "input.list.map(x => input.list.join())",
             "input.list.map(x => encodeURIComponent(input.text))",
             "JSON.parse('['.repeat(100000))",
             "JSON.parse('[' + '1,'.repeat(200000) + '1]')",
             "[input.text, input.text, input.text]",
             "({a: input, b: input, c: input})",
             "[input.list, input.list, input.list, input.list, input.list, input.list, input.list, "
             "input.list, "
             "input.list, input.list, input.list]",
         }) {
        const auto compiled = Expression::compile(expression, scope.names());
        ASSERT_TRUE(compiled) << expression << compiled.error().message;
        const auto begin = std::chrono::steady_clock::now();
        const auto value = compiled->evaluate(scope, default_budget());
        const auto took = std::chrono::steady_clock::now() - begin;
        ASSERT_FALSE(value) << expression;
        EXPECT_EQ(value.error().code, "expression_budget")
            << expression << "\n  " << value.error().message;
        // Milliseconds as a rule; without a budget most of these would take minutes.
        EXPECT_LT(took, std::chrono::seconds(30)) << expression;
    }
}

TEST(Budgets, AreEnoughForOrdinaryWork) {
    const ObjectScope scope = large_scope();
    EXPECT_EQ(answer("input.thousand.map(x => x + 1).reduce((a, b) => a + b, 0)", scope), "2000");
    EXPECT_EQ(answer("input.list.slice(0, 10000).filter(x => x % 2 === 0).length", scope), "5000");
    EXPECT_EQ(answer("input.text.length", scope), "4194304");
    EXPECT_EQ(answer("input.text.includes('b')", scope), "false");
    EXPECT_EQ(answer("Object.keys(input.fields).length", scope), "20000");
    EXPECT_EQ(answer("({...input.fields, x: 1})['19999']", scope), "19999");
    EXPECT_EQ(answer("input.list.includes(49999)", scope), "true");
    EXPECT_EQ(answer("input.thousand.reduce((s, x) => s + 'abcdefghij', '').length", scope),
              "10000");
    EXPECT_EQ(answer("input.list.slice(0, 20000).map(x => 'abc').join('').length", scope), "60000");
}

TEST(Budgets, APathMayBeAsLargeAsItsSource) {
    const ObjectScope scope = large_scope();
    const Budget small{100, 1'000};
    const auto compiled = Expression::compile("input", scope.names());
    const auto value = compiled->evaluate(scope, small);
    ASSERT_TRUE(value) << value.error().message;
    EXPECT_EQ(*value, scope.source().at("input"));
    EXPECT_EQ(Expression::compile("[input]", scope.names())->evaluate(scope, small).error().code,
              "expression_budget");
}

TEST(Budgets, CountEveryStepAndEveryByte) {
    const ObjectScope scope(boost::json::parse(R"({"input": {"a": 1, "b": "ab"}})"));
    const auto run = [&](std::string_view text, Budget budget) {
        const auto value = Expression::compile(text, {})->evaluate(scope, budget);
        return value ? serialize(*value) : value.error().code;
    };
    EXPECT_EQ(run("input.a + 2", {4, 100}), "3");
    EXPECT_EQ(run("input.a + 2", {3, 100}), "expression_budget");
    EXPECT_EQ(run("1", {0, 100}), "expression_budget");
    EXPECT_EQ(run("1 + 2", {1, 100}), "3");  // worked out when compiled
    EXPECT_EQ(run("input.b + 'cd'", {10, 4}), R"("abcd")");
    EXPECT_EQ(run("input.b + 'cd'", {10, 3}), "expression_budget");
    EXPECT_EQ(run("[]", {10, 0}), "expression_budget");
    EXPECT_EQ(run("input.b + 'cd'", {10, 100, 3}), "expression_budget");
    EXPECT_EQ(run("input.b + 'cd'", {10, 100, 4}), R"("abcd")");
    EXPECT_EQ(run("[1, 2, input.a]", {10, 1000, 10, 2}), "expression_budget");
    EXPECT_EQ(run("[1, 2, input.a]", {10, 1000, 10, 3}), "[1,2,1]");
}

TEST(Budgets, AreSharedByAllExpressionsOfATemplate) {
    const ObjectScope scope = large_scope();
    Array source;
    for (int i = 0; i < 10; ++i) source.emplace_back("${input.text}");
    const auto compiled = Template::compile(source, scope.names());
    ASSERT_TRUE(compiled);
    const auto value = compiled->evaluate(scope, default_budget());
    ASSERT_FALSE(value);
    EXPECT_EQ(value.error().code, "expression_budget");
    const auto single = Template::compile("${input.text}", scope.names());
    EXPECT_EQ(single->evaluate(scope, {10, 10})->as_string().size(), 4u << 20);
}

TEST(Budgets, LetATemplatePassOnWhatAnOutputMayHave) {
    const ObjectScope scope = large_scope();
    const auto wrapped =
        Template::compile(Object{{"a", "${input.text}"}, {"b", "${input.fields}"}}, scope.names());
    const std::size_t enough = 8u << 20;
    ASSERT_TRUE(wrapped->evaluate(scope, {.steps = 10, .bytes = 10, .passed_on = enough}));
    EXPECT_EQ(
        wrapped->evaluate(scope, {.steps = 10, .bytes = 10, .passed_on = 4u << 20}).error().code,
        "expression_budget");
    const auto made = Template::compile(Object{{"a", "${[input.text]}"}, {"b", "1 ${input.text}"}},
                                        scope.names());
    EXPECT_EQ(
        made->evaluate(scope, {.steps = 100, .bytes = 1'000, .passed_on = enough}).error().code,
        "expression_budget")
        << "what is made counts as before";
}

TEST(Budgets, ExpressionsThatNestAsDeepAsAllowedAreEvaluated) {
    std::string sum = "1";
    for (int i = 0; i < 900; ++i) sum += " + 1";
    EXPECT_EQ(answer(sum), "901");
    std::string nested = "1";
    for (int i = 0; i < 45; ++i) nested = "[" + nested + "].map(x => x)[0]";
    EXPECT_EQ(answer(nested), "1");
    std::string path = "input";
    std::string scope = "1";
    for (int i = 0; i < 30; ++i) {
        path += ".a";
        scope = R"({"a":)" + scope + "}";
    }
    EXPECT_EQ(answer(path, R"({"input":)" + scope + "}"), "1");
}

}  // namespace
}  // namespace sluice::expression::test
