#include <string>

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "engine/expression/template.hpp"

#include "tests/expression/scope.hpp"

namespace sluice::expression::test {
namespace {

const ObjectScope& scope() {
    static const ObjectScope instance(boost::json::parse(R"({
        "input": {"id": 42, "name": "Ada", "list": [1, 2], "object": {"k": true}, "none": null, "zero": 0},
        "env": {"URL": "http://host"},
        "nodes": {"one": {"body": [1]}, "two": 2, "three": 3}})"));
    return instance;
}

std::string run(const Value& source) {
    const auto compiled = Template::compile(source, scope().names());
    if (!compiled) return compiled.error().at(0).code;
    const auto value = compiled->evaluate(scope(), default_budget());
    return value ? serialize(*value) : value.error().code + ": " + value.error().message;
}

TEST(Templates, AStringThatIsOneExpressionKeepsItsType) {
    EXPECT_EQ(run("${input.id}"), "42");
    EXPECT_EQ(run("${input.list}"), "[1,2]");
    EXPECT_EQ(run("${input.object}"), R"({"k":true})");
    EXPECT_EQ(run("${ input.id > 1 }"), "true");
    EXPECT_EQ(run("${input.none}"), "null");
    EXPECT_EQ(run("${input.missing}"), "null");
    EXPECT_EQ(run("${`${input.id}`}"), R"("42")");
}

TEST(Templates, OtherStringsAreInterpolated) {
    EXPECT_EQ(run("${env.URL}/orders/${input.id}?n=${input.name}"),
              R"("http://host/orders/42?n=Ada")");
    EXPECT_EQ(run(" ${input.id}"), R"(" 42")");
    EXPECT_EQ(run("${input.id}${input.id}"), R"("4242")");
    EXPECT_EQ(run("a ${input.none} ${true} ${1.50} ${input.list}"), R"("a null true 1.5 1,2")");
    EXPECT_EQ(run("${''}-"), R"("-")");
}

TEST(Templates, UndefinedAndObjectsAreNotInterpolated) {
    const auto undefined = run("/orders/${input.missing}");
    EXPECT_TRUE(undefined.starts_with("expression_failed: undefined cannot become part of a text"))
        << undefined;
    EXPECT_NE(undefined.find("`input.missing`"), std::string::npos) << undefined;
    const auto second = run("${1 + 2 + 3 + input.id} ${vars}");
    EXPECT_NE(second.find("at `vars`"), std::string::npos) << second;
    const auto object = run("/orders/${input.object}");
    EXPECT_TRUE(object.starts_with("expression_failed: an object")) << object;
    EXPECT_NE(object.find("JSON.stringify"), std::string::npos) << object;
    const auto made = run("${1}/${ {a: input.id} }");
    EXPECT_NE(made.find("at `{a: input.id}`"), std::string::npos) << made;
    EXPECT_EQ(run("${JSON.stringify(input.object)}!"), R"("{\"k\":true}!")");
}

TEST(Templates, TwoDollarsAndABraceAreTheLiteralText) {
    EXPECT_EQ(run("$${input.id}"), R"("${input.id}")");
    EXPECT_EQ(run("a $${b} ${input.id} $${c}"), R"("a ${b} 42 ${c}")");
    EXPECT_EQ(run("$$${input.id}"), R"("$${input.id}")");
    EXPECT_EQ(run("costs 5$ {x} $x }"), R"("costs 5$ {x} $x }")");
    EXPECT_EQ(run(Value(Object{{"a", "$${x}"}, {"b", "$${y}"}})), R"({"a":"${x}","b":"${y}"})");
    EXPECT_EQ(run("${'$${x}'}"), R"("$${x}")");
    EXPECT_EQ(run("${'$'}{x}"), R"("${x}")");
}

TEST(Templates, BracesInsideOfExpressionsDoNotEndThem) {
    EXPECT_EQ(run("${ {a: {b: input.id}} }"), R"({"a":{"b":42}})");
    EXPECT_EQ(run("${'}'}"), R"("}")");
    EXPECT_EQ(run("<${\"}\" + '{'}>"), R"("<}{>")");
    EXPECT_EQ(run("${`}${ {a: `}`}.a }{`}"), R"("}}{")");
    EXPECT_EQ(run("${input.list.map(x => ({x}))} }"), R"("[object Object],[object Object] }")");
    EXPECT_EQ(run("${/* } */ 1}"), "1");
}

TEST(Templates, ValuesKeepTheirShape) {
    const auto source = boost::json::parse(R"({
        "n": 1.5, "t": true, "z": null, "s": "plain", "e": "",
        "list": ["${input.id}", "x", ["${input.name}!"], {}],
        "deep": {"a": {"b": {"c": "${input.list}"}, "k": [1, 2]}},
        "${input.id}": 1})");
    EXPECT_EQ(run(source),
              R"({"n":1.5E0,"t":true,"z":null,"s":"plain","e":"","list":[42,"x",["Ada!"],{}],)"
              R"("deep":{"a":{"b":{"c":[1,2]},"k":[1,2]}},"${input.id}":1})");
}

TEST(Templates, KnowWhetherTheyAreConstant) {
    const auto constant = [](const Value& source) {
        return Template::compile(source, scope().names())->constant();
    };
    EXPECT_TRUE(constant(boost::json::parse(R"({"a": [1, "x", {"b": null}], "c": "$${x}"})")));
    EXPECT_TRUE(constant("plain"));
    EXPECT_TRUE(constant(5));
    EXPECT_FALSE(constant("${1}"));
    EXPECT_FALSE(constant(boost::json::parse(R"({"a": [1, "x", {"b": "${input}"}]})")));
    EXPECT_TRUE(Template().constant());
    EXPECT_EQ(*Template().evaluate(scope(), default_budget()), Value());
    EXPECT_TRUE(Template().references().roots.empty());
}

TEST(Templates, AreTestedAsTheirValueWouldBe) {
    const auto test = [](const Value& source) {
        return *Template::compile(source, scope().names())->test(scope(), default_budget());
    };
    EXPECT_TRUE(test("${input.id > 40}"));
    EXPECT_FALSE(test("${input.zero}"));
    EXPECT_FALSE(test("${input.missing}"));
    EXPECT_TRUE(test("${input.zero}."));
    EXPECT_FALSE(test("${''}${''}"));
    EXPECT_TRUE(test("false"));
    EXPECT_FALSE(test(false));
    EXPECT_FALSE(test(""));
    EXPECT_FALSE(test(0));
    EXPECT_TRUE(test(Value(Array{"${input.zero}"})));
    EXPECT_TRUE(test(Value(Object{})));
    EXPECT_FALSE(*Template().test(scope(), default_budget()));
    EXPECT_EQ(Template::compile(Array{"${input.x.y}"}, scope().names())
                  ->test(scope(), default_budget())
                  .error()
                  .code,
              "expression_failed");
}

TEST(Templates, ReportEveryProblemWithItsPathAndOffset) {
    const auto source = boost::json::parse(R"({
        "a": "ok ${inptu.x} ${nodes.tow}",
        "b/c~": ["${input.id}", "${1 +}", {"d": "tail ${input.id"}]})");
    const auto compiled = Template::compile(source, scope().names());
    ASSERT_FALSE(compiled);
    const auto& problems = compiled.error();
    ASSERT_EQ(problems.size(), 4U);
    EXPECT_EQ(problems[0].code, "unknown_name");
    EXPECT_EQ(problems[0].path, "/a");
    EXPECT_EQ(problems[0].offset, 5U);
    EXPECT_EQ(problems[1].code, "unknown_node");
    EXPECT_EQ(problems[1].path, "/a");
    EXPECT_EQ(problems[1].offset, 16U);
    EXPECT_EQ(problems[1].hint, "did you mean `two`?");
    EXPECT_EQ(problems[2].code, "expression_syntax");
    EXPECT_EQ(problems[2].path, "/b~1c~0/1");
    EXPECT_EQ(problems[2].offset, 5U);
    EXPECT_EQ(problems[3].code, "expression_syntax");
    EXPECT_EQ(problems[3].path, "/b~1c~0/2/d");
    EXPECT_EQ(problems[3].offset, 15U);
    EXPECT_NE(problems[3].hint.find("$${"), std::string::npos);
}

TEST(Templates, RefuseValuesThatNestTooDeep) {
    Value source = "${1}";
    for (int i = 0; i < 70; ++i) source = Array{std::move(source)};
    const auto compiled = Template::compile(source, {});
    ASSERT_FALSE(compiled);
    EXPECT_EQ(compiled.error().at(0).code, "template_too_deep");
}

TEST(References, NameEachRootAndNodeOnceInOrder) {
    const auto expression = Expression::compile(
        "nodes.three + nodes['one'].body[0] + input.id + env.URL + input.name + nodes.one",
        scope().names());
    ASSERT_TRUE(expression);
    EXPECT_EQ(expression->references().roots, (std::vector{Root::input, Root::env}));
    EXPECT_EQ(expression->references().nodes, (std::vector<std::uint32_t>{0, 2}));

    const auto compiled = Template::compile(
        boost::json::parse(
            R"(["${nodes.two}", {"a": "${item} ${nodes.one} ${index}"}, "${input}"])"),
        scope().names());
    ASSERT_TRUE(compiled);
    EXPECT_EQ(compiled->references().roots, (std::vector{Root::input, Root::item, Root::index}));
    EXPECT_EQ(compiled->references().nodes, (std::vector<std::uint32_t>{0, 1}));
}

TEST(References, DoNotCountNamesOfParameters) {
    const auto expression = Expression::compile("[1].map(item => item + index)", {});
    ASSERT_TRUE(expression);
    EXPECT_EQ(expression->references().roots, (std::vector{Root::index}));
}

}  // namespace
}  // namespace sluice::expression::test
