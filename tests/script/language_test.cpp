// What code can do, and what it is told when it is wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/script/pool_loop.hpp"

namespace sluice::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Code : public PoolLoop {};

TEST_F(Code, ReturnsValuesAsJson) {
    EXPECT_EQ(result("return input.a + 1", Object{{"input", Object{{"a", 41}}}}), "42");
    EXPECT_EQ(result("return {b: [1, 2.5, 'é\\u{1F600}\"\\n', null, undefined, NaN]}"),
              "{\"b\":[1,2.5,\"é😀\\\"\\n\",null,null,null]}");
    EXPECT_EQ(result("return undefined"), "null");
    EXPECT_EQ(result(""), "null");
    EXPECT_EQ(result("return new Date()"), "\"2023-11-14T22:13:20.000Z\"");
    EXPECT_EQ(result("return {a: undefined, b: 1e21, c: -0, d: 123456789012345}"),
              "{\"b\":1e+21,\"c\":0,\"d\":123456789012345}");
    EXPECT_EQ(result("return {toJSON() { return [1]; }}"), "[1]");
}

TEST_F(Code, MayDeclareVariablesWithTheNamesOfItsScope) {
    EXPECT_EQ(result("const input = 3; return input", Object{{"input", 1}}), "3");
}

TEST_F(Code, RefusesWhatIsNoJsonAndSaysWhere) {
    EXPECT_THAT(error("return {list: [1, () => 2]}").message,
                HasSubstr("its .list[1] is a function"));
    EXPECT_THAT(error("return Symbol('x')").message, HasSubstr("a symbol"));
    EXPECT_THAT(error("return [10n]").message, HasSubstr("its [0] is a BigInt"));
    EXPECT_THAT(error("const a = {}; a.b = {a}; return a").message, HasSubstr("a cycle"));
    EXPECT_THAT(error("return new Map()").message, HasSubstr("Object.fromEntries"));
    EXPECT_THAT(error("return {a: '\\ud800'}").message, HasSubstr("half of a surrogate pair"));
    EXPECT_THAT(error("return {a: sleep(1)}").message, HasSubstr("`await` it"));
    EXPECT_THAT(error("let a = 1; for (let i = 0; i < 1000; i++) a = [a]; return a").message,
                HasSubstr("deeper than 256"));
}

TEST_F(Code, TellsErrorsWithTheirPlaceInTheCode) {
    const auto thrown = error("const a = null\nfunction inner() { return a.b }\nreturn inner()");
    EXPECT_EQ(thrown.code, "script_error");
    EXPECT_EQ(thrown.message, "TypeError: a is null (line 2, column 20 of the code)");
    const auto& details = thrown.details.as_object();
    EXPECT_EQ(details.at("name").as_string(), "TypeError");
    EXPECT_EQ(details.at("line"), Value(2));
    EXPECT_EQ(to_json(details.at("stack")), "[\"inner (2:20)\",\"code (3:8)\"]");

    const auto syntax = error("let x = 1\nlet y = ;");
    EXPECT_EQ(syntax.code, "script_syntax");
    EXPECT_EQ(syntax.details.at("line"), Value(2));
    EXPECT_EQ(syntax.details.at("column"), Value(9));

    EXPECT_THAT(error("throw {a: 1}").message, HasSubstr("the code threw {\"a\":1}"));
    EXPECT_THAT(error("throw undefined").message, HasSubstr("the code threw undefined"));
    EXPECT_EQ(
        error("class Mine extends Error {}\nconst e = new Mine('m')\ne.name = 'Mine'\nthrow e")
            .details.at("name"),
        Value("Mine"));
}

TEST_F(Code, CannotEndItsFunctionEarly) {
    EXPECT_EQ(error("}); globalThis.escaped = 1; (async () => {").code, "script_syntax");
    EXPECT_EQ(error("return 1 }").code, "script_syntax");
}

TEST_F(Code, AwaitsWhatTheEnginePerforms) {
    EXPECT_EQ(result("await sleep(5); return (await http({url: 'x'})).echo.url"), "\"x\"");
    EXPECT_THAT(world->calls, ElementsAre("sleep 1 5", "http 2 {\"url\":\"x\"}"));
    EXPECT_EQ(result("const all = await Promise.all([1, 2, 3].map(n => http(n)));"
                     "return all.map(a => a.echo)"),
              "[1,2,3]");
}

TEST_F(Code, CatchesWhatACallFailsWith) {
    EXPECT_EQ(result("try { await http({fail: 1}) } catch (e) { return [e.code, e.message] }"),
              "[\"http_timeout\",\"nobody answered\"]");
    const auto uncaught = error("\n\nawait http({fail: 1})");
    EXPECT_EQ(uncaught.details.at("code"), Value("http_timeout"));
    EXPECT_EQ(uncaught.details.at("line"), Value(3));
    EXPECT_EQ(result("try { await http({huge: 1}) } catch (e) { return e.code }"),
              "\"script_too_large\"");
    EXPECT_EQ(result("try { await http(() => 1) } catch (e) { return e.message }"),
              "\"the argument of http() must be JSON, and it is a function\"");
}

TEST_F(Code, EndsWithoutWaitingForWhatItDoesNotAwait) {
    EXPECT_EQ(result("sleep(60000); return 1"), "1");
    EXPECT_EQ(result("return await Promise.race([sleep(60000), http(2)]).then(a => a.echo)"), "2");
    EXPECT_EQ(result("return 3"), "3") << "what comes too late disturbs nobody";
    EXPECT_EQ(world->sleeping, 0) << "what nobody waits for was ended";
}

TEST_F(Code, IsToldWhenNothingWillEverSettleItsPromise) {
    EXPECT_THAT(error("await new Promise(() => {})").message,
                HasSubstr("nothing will ever settle"));
}

TEST_F(Code, WritesToTheLog) {
    EXPECT_EQ(result("console.log('a', 1, {b: [2]}); console.debug(null);"
                     "console.warn(new TypeError('t')); console.error(() => 1); console.info()"),
              "null");
    EXPECT_THAT(world->lines,
                ElementsAre("info a 1 {\"b\":[2]}", "debug null", "warn TypeError: t",
                            "error [what was logged must be JSON, and it is a function]", "info "));
}

TEST_F(Code, WritesABoundedLog) {
    EXPECT_EQ(result("for (let i = 0; i < 5000; i++) console.log('x'.repeat(100000))"), "null");
    ASSERT_EQ(world->lines.size(), 1'001);
    EXPECT_LE(world->lines.front().size(), Limits{}.log_line_bytes + 16);
    EXPECT_THAT(world->lines.back(), HasSubstr("4000 further lines"));
}

TEST_F(Code, SeesTheTimeAndChanceOfItsRequest) {
    const std::string code =
        "const before = Date.now(); await sleep(1);"
        "return [before, Date.now(), new Date().getTimezoneOffset(), Math.random(), Math.random(),"
        " crypto.randomUUID()]";
    const auto first = result(code);
    EXPECT_THAT(first, HasSubstr("[1700000000000,1700000001000,0,0."));
    EXPECT_EQ(result(code), first) << "the same request, the same answer";
    auto other = request(code);
    other.seed = 8;
    EXPECT_NE(to_json(run(std::move(other))->value()), first);
    EXPECT_EQ(
        result("return /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/"
               ".test(crypto.randomUUID())"),
        "true");
}

TEST_F(Code, SeesNothingOfOtherRuns) {
    EXPECT_EQ(result("globalThis.leak = 1; Array.prototype.map = 2; Object.prototype.x = 3;"
                     "JSON.stringify = 4; Promise.prototype.then = 5; console.log = 6; Date = 7;"
                     "/(a)/.exec('a')"),
              "null");
    EXPECT_EQ(result("return [typeof leak, typeof [].map, typeof ({}).x, typeof JSON.stringify,"
                     "typeof console.log, typeof Date, RegExp.$1]"),
              R"(["undefined","function","undefined","function","function","function",""])");
    EXPECT_EQ(pool.counters().started, 1u) << "of the same process";
}

TEST_F(Code, HasNothingOfTheMachine) {
    EXPECT_EQ(result("return ['require', 'process', 'fetch', 'WebAssembly', 'SharedArrayBuffer',"
                     "'Atomics', 'structuredClone', 'WeakRef', 'print', 'load', 'Deno', 'os']"
                     ".filter(name => name in globalThis)"),
              "[]");
}

}  // namespace
}  // namespace sluice::testing
