#include <string>

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "tests/expression/scope.hpp"

namespace sluice::expression::test {
namespace {

struct Refusal {
    std::string_view expression;
    std::string_view code;
    std::size_t offset;
    std::string_view message;  ///< a part of it
    std::string_view hint;     ///< a part of it
};

const Refusal refusals[] = {
    // Syntax
    {"", "expression_syntax", 0, "empty", ""},
    {"   ", "expression_syntax", 3, "empty", ""},
    {"1 +", "expression_syntax", 3, "too early", ""},
    {"(1", "expression_syntax", 2, "`)` is missing", ""},
    {"1)", "expression_syntax", 1, "unexpected `)`", ""},
    {"[1, 2", "expression_syntax", 5, "is missing", ""},
    {"[1,,2]", "expression_syntax", 3, "element is missing", "undefined or null"},
    {"[,]", "expression_syntax", 1, "element is missing", ""},
    {"({a 1})", "expression_syntax", 4, "`:`", ""},
    {"({a: })", "expression_syntax", 5, "unexpected `}`", ""},
    {"({1})", "expression_syntax", 3, "`:`", ""},
    {"input.", "expression_syntax", 6, "name is missing", "brackets"},
    {"input.5", "expression_syntax", 5, "unexpected", "operator"},
    {"input[1", "expression_syntax", 7, "`]`", ""},
    {"1 2", "expression_syntax", 2, "unexpected `2`", "operator is missing"},
    {"input.a b", "expression_syntax", 8, "unexpected `b`", "operator is missing"},
    {"'abc", "expression_syntax", 0, "no end", "close it"},
    {"\"a\nb\"", "expression_syntax", 0, "no end", ""},
    {"`abc", "expression_syntax", 1, "no end", "`"},
    {"`a${1", "expression_syntax", 5, "`}`", ""},
    {"`a${}`", "expression_syntax", 4, "unexpected `}`", ""},
    {"/* x", "expression_syntax", 0, "comment", "*/"},
    {"'\\x1'", "expression_syntax", 1, "two hexadecimal", ""},
    {"'\\u12'", "expression_syntax", 1, "\\u", ""},
    {"'\\u{110000}'", "expression_syntax", 1, "\\u", ""},
    {"'\\1'", "expression_syntax", 1, "octal", ""},
    {"'\\ud800'", "expression_unsupported", 1, "surrogate", "both halves"},
    {"'\\ud800x'", "expression_unsupported", 1, "surrogate", ""},
    {"'\\udc00'", "expression_unsupported", 1, "surrogate", ""},
    {"010", "expression_syntax", 0, "begin with 0", "0o"},
    {"1__0", "expression_syntax", 1, "digit is missing", ""},
    {"1_", "expression_syntax", 1, "digit is missing", ""},
    {"1e", "expression_syntax", 2, "exponent", ""},
    {"0x", "expression_syntax", 0, "no digits", ""},
    {"3in [1]", "expression_syntax", 1, "followed", "space"},
    {"-2 ** 2", "expression_syntax", 3, "ambiguous", "(-a) ** b"},
    {"!a ** 2", "expression_syntax", 3, "ambiguous", ""},
    {"2 ** -1 ** 2", "expression_syntax", 8, "ambiguous", ""},
    {"1 ?? 2 || 3", "expression_syntax", 7, "mixed", "parentheses"},
    {"1 || 2 ?? 3", "expression_syntax", 7, "mixed", "parentheses"},
    {"1 && 2 ?? 3", "expression_syntax", 7, "mixed", "parentheses"},
    {"1 ?? 2 && 3", "expression_syntax", 7, "mixed", "parentheses"},
    {"1 ? 2", "expression_syntax", 5, "`:`", ""},
    {"[1].map((a, a) => a)", "expression_syntax", 12, "twice", ""},
    {"input.a?.`x`", "not_an_expression", 9, "template literal", ""},
    {"#", "expression_syntax", 0, "unexpected character", ""},
    {"input.a @ 1", "expression_syntax", 8, "unexpected character", ""},
    // More than an expression
    {"input.a = 1", "not_an_expression", 8, "changes a value", "=="},
    {"input.a += 1", "not_an_expression", 8, "changes a value", "code node"},
    {"input.a++", "not_an_expression", 7, "changes a value", "code node"},
    {"--input.a", "not_an_expression", 0, "changes a value", "code node"},
    {"const a = 1", "not_an_expression", 0, "`const`", "code node"},
    {"return 1", "not_an_expression", 0, "`return`", "code node"},
    {"if (1) 2", "not_an_expression", 0, "`if`", "code node"},
    {"1; 2", "not_an_expression", 1, "statement", "code node"},
    {"1, 2", "not_an_expression", 1, "one expression", "comma"},
    {"(1, 2)", "not_an_expression", 2, "", ""},
    {"function () { return 1 }", "not_an_expression", 0, "`function`", "code node"},
    {"await input", "not_an_expression", 0, "`await`", "code node"},
    {"async x => x", "not_an_expression", 0, "`async`", "code node"},
    {"class {}", "not_an_expression", 0, "`class`", "code node"},
    {"this.a", "not_an_expression", 0, "`this`", "code node"},
    {"delete input.a", "not_an_expression", 0, "`delete`", "Object.entries"},
    {"void 0", "not_an_expression", 0, "`void`", "undefined"},
    {"input instanceof Object", "not_an_expression", 6, "`instanceof`", "Array.isArray"},
    {"import('x')", "not_an_expression", 0, "`import`", "code node"},
    {"10n", "not_an_expression", 0, "big integers", "`n`"},
    {"x => x", "not_an_expression", 0, "arrow function", "map"},
    {"(x => x)(1)", "not_an_expression", 1, "only methods", ""},
    {"[x => x]", "not_an_expression", 1, "arrow function", "map"},
    {"input.a.includes(x => x)", "not_an_expression", 17, "arrow function", "map"},
    {"[1].map(x => { return x })", "not_an_expression", 13, "body", "return"},
    {"({a() { return 1 }})", "not_an_expression", 2, "methods", ""},
    {"({get a() { return 1 }})", "not_an_expression", 2, "methods", ""},
    {"({__proto__: 1})", "not_an_expression", 2, "prototype", "[\"__proto__\"]"},
    {"({if})", "not_an_expression", 2, "`if`", ""},
    {"Math", "not_an_expression", 0, "not a value", "call"},
    {"Math.floor", "not_an_expression", 0, "is a function", "call it"},
    {"parseInt", "not_an_expression", 0, "is a function", "call it"},
    {"typeof JSON", "not_an_expression", 7, "not a value", ""},
    {"input(1)", "not_an_expression", 0, "not a function", ""},
    {"[1].map(f => f())", "not_an_expression", 13, "not a function", ""},
    {"input.a[0](1)", "not_an_expression", 0, "only methods", ""},
    {"String`a`", "not_an_expression", 6, "template literal", ""},
    {"new Set(input.a)", "not_an_expression", 0, "`new`", "new Date"},
    {"new Date.parse('x')", "not_an_expression", 8, "nothing else", "parentheses"},
    {"(a, b) = 1", "not_an_expression", 2, "one expression", ""},
    {"(a = 1)", "not_an_expression", 3, "changes a value", "=="},
    {"[1].map((a = b, b) => a)", "not_an_expression", 13, "no value yet", "before it"},
    {"[1].map(({a, a}) => a)", "expression_syntax", 13, "twice", ""},
    {"[1].map(({[k]: v}) => v)", "not_an_expression", 10, "name is missing", "computed"},
    {"[1].map((...a, b) => a)", "expression_syntax", 13, "`)`", ""},
    {"[1].map(({if}) => 1)", "expression_syntax", 12, "`:`", ""},
    {"[1].reduce((a, b) => a, x => x)", "not_an_expression", 24, "arrow function", ""},
    {"(f => f(f))(f => f(f))", "not_an_expression", 1, "only methods", ""},
    {"'a'.includes(/a/)", "not_an_expression", 13, "regular expression", "match"},
    {"[/a/]", "not_an_expression", 1, "regular expression", "/a+/.test(text)"},
    {"/a/.source", "not_an_expression", 0, "nothing can be read", "test"},
    {"/(/.test('')", "expression_syntax", 2, "`)` is missing", ""},
    {"/a**/.test('')", "expression_syntax", 3, "repeated", ""},
    {"/[b-a]/.test('')", "expression_syntax", 5, "out of order", ""},
    {"/a/gg.test('')", "expression_syntax", 1, "twice", ""},
    {"/a/q.test('')", "expression_syntax", 1, "flag", "g, i, m"},
    {"/a/y.test('')", "expression_unsupported", 1, "flag", "g, i, m"},
    {"/(a)\\1/.test('')", "expression_unsupported", 5, "refer back", "code node"},
    {"/(?=a)/.test('')", "expression_unsupported", 2, "look around", "code node"},
    {"/(?<!a)b/.test('')", "expression_unsupported", 2, "look around", "code node"},
    {"/(a*)*/.test('')", "expression_unsupported", 6, "may be empty", ""},
    {"/(?:(a)|b)*/.test('')", "expression_unsupported", 11, "take part", "(?:"},
    {"/a{1001}/.test('')", "expression_unsupported", 8, "1000", ""},
    {"/(?:a{1000}){1000}/.test('')", "expression_unsupported", 1, "too large", ""},
    {"/\\p{L}/u.test('')", "expression_unsupported", 2, "Unicode", ""},
    {"/é/i.test('')", "expression_unsupported", 1, "without the flag u", "iu"},
    {"/abc", "expression_syntax", 0, "no end", "/"},
    {"'a'.matchAll(/a/g)", "not_an_expression", 4, "iterator", "spread it"},
    {"[1].entries()", "not_an_expression", 4, "iterator", "spread it"},
    {"({...[1].keys()})", "not_an_expression", 9, "iterator", ""},
    {"Object.assign(input.a, {})", "not_an_expression", 0, "changes its first", "{...a, ...b}"},
    // Arguments
    {"Math.abs()", "wrong_arguments", 0, "needs 1 argument, but there is none", ""},
    {"Math.pow(2)", "wrong_arguments", 0, "needs 2 arguments, but there is 1", ""},
    {"Math.abs(1, 2)", "wrong_arguments", 0, "takes 1 argument, but there are 2", ""},
    {"input.list.filter()", "wrong_arguments", 0, "at least 1 argument", ""},
    {"'a'.toUpperCase(1)", "wrong_arguments", 0, "takes no arguments", ""},
    {"Object.values()", "wrong_arguments", 0, "needs 1 argument", ""},
    {"JSON.parse('1', x => x)", "wrong_arguments", 0, "takes 1 argument", ""},
    // Names
    {"größe + 1", "unknown_name", 0, "`größe`", ""},
    {"a€b", "expression_syntax", 0, "no name in JavaScript", "quotes"},
    {"Math.PIE", "unknown_function", 0, "`Math.PIE`", "did you mean `Math.PI`?"},
    {"eval('1')", "not_an_expression", 0, "`eval`", ""},
    {"Function('return 1')", "unknown_function", 0, "`Function`", "from text"},
    {"input.constructor.constructor('return 1')", "unknown_function", 18, "`constructor`",
     "prototypes"},
    {"Intl.NumberFormat('de')", "unknown_function", 5, "", ""},
    {"'a'.localeCompare('b')", "unknown_function", 4, "`localeCompare`", "language"},
    {"inptu.a", "unknown_name", 0, "`inptu`", "did you mean `input`?"},
    {"1 + triger.body", "unknown_name", 4, "`triger`", "did you mean `trigger`?"},
    {"secrets", "unknown_name", 0, "`secrets` alone", "secrets.NAME"},
    {"Object.keys(secrets)", "unknown_name", 12, "`secrets` alone", "secrets.NAME"},
    {"JSON.stringify({...secrets})", "unknown_name", 19, "`secrets` alone", "secrets.NAME"},
    {"'A' in secrets", "unknown_name", 7, "`secrets` alone", "secrets.NAME"},
    {"secrts.TOKEN", "unknown_name", 0, "`secrts`", "did you mean `secrets`?"},
    {"fetch", "unknown_name", 0, "`fetch`", "http.request"},
    {"whatever", "unknown_name", 0, "`whatever`", "begins with input"},
    {"late.body", "unknown_name", 0, "`late`", "nodes.late"},
    {"[1].map(x => y)", "unknown_name", 13, "`y`", ""},
    {"[1].map(value => valu)", "unknown_name", 17, "`valu`", "did you mean `value`?"},
    {"({a: b})", "unknown_name", 5, "`b`", ""},
    {"({b})", "unknown_name", 2, "`b`", ""},
    {"`x ${b}`", "unknown_name", 5, "`b`", ""},
    {"[1].map(x => x) + x", "unknown_name", 18, "`x`", ""},
    {"nodes", "unknown_node", 0, "alone", "nodes.ID"},
    {"nodes[input.a]", "unknown_node", 0, "alone", "nodes.ID"},
    {"typeof nodes", "unknown_node", 7, "alone", ""},
    {"Object.keys(nodes)", "unknown_node", 12, "alone", ""},
    {"nodes.lat.body", "unknown_node", 0, "no node `lat`", "did you mean `late`?"},
    {"nodes[\"x-y\"]", "unknown_node", 0, "no node `x-y`", ""},
    {"Math.flor(1)", "unknown_function", 0, "`Math.flor`", "did you mean `Math.floor`?"},
    {"Math.random()", "unknown_function", 0, "`Math.random`", "differently"},
    {"parseInteger('1')", "unknown_function", 0, "`parseInteger`", ""},
    {"parseint('1')", "unknown_function", 0, "`parseint`", "did you mean `parseInt`?"},
    {"input.a.tolowercase()", "unknown_function", 8, "`tolowercase`",
     "did you mean `toLowerCase`?"},
    {"input.a.sort()", "unknown_function", 8, "`sort`", "toSorted"},
    {"input.a.push(1)", "unknown_function", 8, "`push`", "[...array, value]"},
    {"input.a.reverse()", "unknown_function", 8, "`reverse`", "toReversed()"},
    {"input.a.frobnicate()", "unknown_function", 8, "`frobnicate`", "code node"},
};

TEST(Refusals, HaveACodeAPlaceAMessageAndAHint) {
    const ObjectScope scope(boost::json::parse("{}"));
    for (const Refusal& row : refusals) {
        const auto compiled = Expression::compile(row.expression, scope.names());
        ASSERT_FALSE(compiled) << row.expression << " was compiled";
        const Problem& problem = compiled.error();
        const std::string shown = std::string(row.expression) + "\n  " + problem.code + " " +
                                  std::to_string(problem.offset) + " " + problem.message + "; " +
                                  problem.hint;
        EXPECT_EQ(problem.code, row.code) << shown;
        EXPECT_EQ(problem.offset, row.offset) << shown;
        EXPECT_NE(problem.message.find(row.message), std::string::npos) << shown;
        EXPECT_NE(problem.hint.find(row.hint), std::string::npos) << shown;
        EXPECT_TRUE(problem.path.empty()) << shown;
    }
}

TEST(Refusals, DepthAndLengthAreLimited) {
    const auto code = [](const std::string& text) {
        const auto compiled = Expression::compile(text, {});
        return compiled ? std::string("compiled") : compiled.error().code;
    };
    const auto repeated = [](std::string_view text, int count) {
        std::string result;
        for (int i = 0; i < count; ++i) result += text;
        return result;
    };
    EXPECT_EQ(code(repeated("(", 10'000) + "1" + repeated(")", 10'000)), "expression_too_deep");
    EXPECT_EQ(code(repeated("[", 10'000)), "expression_too_deep");
    EXPECT_EQ(code(repeated("-", 1) + repeated(" -", 10'000) + "1"), "expression_too_deep");
    EXPECT_EQ(code(repeated("2 ** ", 5'000) + "1"), "expression_too_deep");
    EXPECT_EQ(code(repeated("1 ? ", 5'000)), "expression_too_deep");
    EXPECT_EQ(code(repeated("`${", 5'000)), "expression_too_deep");
    EXPECT_EQ(code(repeated("1 + ", 5'000) + "1"), "expression_too_deep");
    EXPECT_EQ(code("input" + repeated(".a", 5'000)), "expression_too_deep");
    EXPECT_EQ(code("input.a" + repeated(".slice()", 3'000)), "expression_too_deep");
    EXPECT_EQ(code(repeated("[1].map(x => ", 200) + "1" + repeated(")", 200)),
              "expression_too_deep");
    EXPECT_EQ(code(repeated("1 + ", 500) + "1"), "compiled");
    EXPECT_EQ(code("(" + repeated(" ", 40'000) + "1)"), "expression_too_long");
}

struct Failure {
    std::string_view expression;
    std::string_view code;
    std::string_view place;    ///< the part that failed
    std::string_view message;  ///< a part of it
    std::string_view hint;     ///< a part of it
};

const Failure failures[] = {
    {"input.none.b", "expression_failed", "input.none.b", "cannot read `b` of null", "?."},
    {"input.a.b.c.d", "expression_failed", "input.a.b.c", "cannot read `c` of undefined", "?."},
    {"1 + input.x[2]", "expression_failed", "input.x[2]", "of undefined", "?."},
    {"nodes.late.body", "expression_failed", "nodes.late.body", "of undefined", "no output yet"},
    {"input.none.slice(1)", "expression_failed", "input.none.slice(1)",
     "cannot read `slice` of null", "?."},
    {"input.none?.x.y + input.none.z", "expression_failed", "input.none.z", "of null", ""},
    {"(input.none?.x).y", "expression_failed", "(input.none?.x).y", "of undefined", ""},
    {"input.n.slice(1)", "expression_failed", "input.n.slice(1)", "method of strings and arrays",
     "String"},
    {"input.o.map(x => x)", "expression_failed", "input.o.map(x => x)", "method of arrays",
     "Object.keys"},
    {"input.s.map(x => x)", "expression_failed", "input.s.map(x => x)", "this is a string", ""},
    {"input.list.padStart(2)", "expression_failed", "input.list.padStart(2)", "this is an array",
     ""},
    {"input.list.map(1)", "expression_failed", "input.list.map(1)", "a function is expected", "=>"},
    {"[].map(input.o)", "expression_failed", "[].map(input.o)", "a function is expected", ""},
    {"[].reduce((a, b) => a)", "expression_failed", "[].reduce((a, b) => a)", "empty array",
     "initial value"},
    {"[].reduce(1, 2)", "expression_failed", "[].reduce(1, 2)", "a function is expected", ""},
    {"input.list.map(i => i.x.y)", "expression_failed", "i.x.y", "of undefined", "?."},
    {"'a' in 'abc'", "expression_failed", "'a' in 'abc'", "not into a string", ""},
    {"'a' in input.none", "expression_failed", "'a' in input.none", "not into null", ""},
    {"[...input.o]", "expression_failed", "...input.o", "an object cannot be spread", ""},
    {"[...input.none]", "expression_failed", "...input.none", "null cannot be spread", "?? []"},
    {"Math.max(...5)", "expression_failed", "...5", "a number cannot be spread", ""},
    {"Object.keys(input.none)", "expression_failed", "Object.keys(input.none)", "has no keys",
     "?? {}"},
    {"'x'.repeat(-1)", "expression_failed", "'x'.repeat(-1)", "repeated", ""},
    {"''.repeat(Infinity)", "expression_failed", "''.repeat(Infinity)", "repeated", ""},
    {"JSON.parse('{a}')", "expression_failed", "JSON.parse('{a}')", "wrong at byte 1", ""},
    {"JSON.parse('[1,]')", "expression_failed", "JSON.parse('[1,]')", "wrong at byte 3", ""},
    {"JSON.parse('01')", "expression_failed", "JSON.parse('01')", "wrong at byte 0", ""},
    {"JSON.parse('1.')", "expression_failed", "JSON.parse('1.')", "wrong at byte 0", ""},
    {"JSON.parse('.5')", "expression_failed", "JSON.parse('.5')", "wrong at byte 0", ""},
    {"JSON.parse('+1')", "expression_failed", "JSON.parse('+1')", "wrong at byte 0", ""},
    {"JSON.parse('1 2')", "expression_failed", "JSON.parse('1 2')", "wrong at byte 2", ""},
    {"JSON.parse('\"a')", "expression_failed", "JSON.parse('\"a')", "too early", ""},
    {"JSON.parse('\"\\\\x\"')", "expression_failed", "JSON.parse('\"\\\\x\"')", "wrong", ""},
    {"JSON.parse('\"\\n\"')", "expression_failed", "JSON.parse('\"\\n\"')", "wrong", ""},
    {"JSON.parse('')", "expression_failed", "JSON.parse('')", "too early", ""},
    {"JSON.parse('nul')", "expression_failed", "JSON.parse('nul')", "wrong", ""},
    {"JSON.parse(undefined)", "expression_failed", "JSON.parse(undefined)", "wrong", ""},
    {"'' + input.odd", "expression_failed", "'' + input.odd", "toString", ""},
    // What JavaScript would answer and we do not
    {"'😀'.slice(0, 1)", "expression_unsupported", "'😀'.slice(0, 1)", "half of a character",
     "emoji"},
    {"'a😀'.substring(2)", "expression_unsupported", "'a😀'.substring(2)", "half of a character",
     ""},
    {"'😀'[0]", "expression_unsupported", "'😀'[0]", "half of a character", ""},
    {"'😀'[1]", "expression_unsupported", "'😀'[1]", "half of a character", ""},
    {"'😀'.at(-1)", "expression_unsupported", "'😀'.at(-1)", "half of a character", ""},
    {"'😀'.charAt(0)", "expression_unsupported", "'😀'.charAt(0)", "half of a character", ""},
    {"'a😀'.split('')", "expression_unsupported", "'a😀'.split('')", "half of a character", ""},
    {"'😀'.replaceAll('', '-')", "expression_unsupported", "'😀'.replaceAll('', '-')",
     "half of a character", ""},
    {"'x'.padStart(4, '😀')", "expression_unsupported", "'x'.padStart(4, '😀')",
     "half of a character", ""},
    {"({...'😀'})", "expression_unsupported", "({...'😀'})", "half of a character", ""},
    {"input.list.map", "expression_unsupported", "input.list.map", "`map` is a function", "called"},
    {"input.s.length.toFixed", "expression_unsupported", "input.s.length.toFixed", "`toFixed`", ""},
    {"input.o.constructor", "expression_unsupported", "input.o.constructor", "`constructor`", ""},
    {"input.o['__pro' + 'to__']", "expression_unsupported", "input.o['__pro' + 'to__']",
     "`__proto__`", ""},
    {"Object.assign({}, {['__proto__']: {}})", "expression_unsupported",
     "Object.assign({}, {['__proto__']: {}})", "sets a prototype", "spread"},
    {"input.list['so' + 'rt']", "expression_unsupported", "input.list['so' + 'rt']", "`sort`", ""},
    {"JSON.parse('\"\\\\ud800\"')", "expression_unsupported", "JSON.parse('\"\\\\ud800\"')",
     "surrogate", ""},
    {"parseInt('zzzzzzzzzzzzzzzz', 36)", "expression_unsupported",
     "parseInt('zzzzzzzzzzzzzzzz', 36)", "2^53", ""},
};

TEST(Failures, NameTheCodeThePlaceAndTheRemedy) {
    const ObjectScope scope(
        boost::json::parse(R"({"input": {"a": {}, "none": null, "n": 5, "s": "text",
        "o": {"k": 1}, "list": [{"id": 1}], "odd": {"toString": 1}}})"));
    for (const Failure& row : failures) {
        const auto compiled = Expression::compile(row.expression, scope.names());
        ASSERT_TRUE(compiled) << row.expression << "\n  " << compiled.error().message;
        for (const bool tested : {false, true}) {
            const auto value = compiled->evaluate(scope, default_budget());
            const auto truth = compiled->test(scope, default_budget());
            ASSERT_FALSE(value) << row.expression << " gave " << serialize(*value);
            ASSERT_FALSE(truth) << row.expression;
            const Error& error = tested ? truth.error() : value.error();
            const std::string shown =
                std::string(row.expression) + "\n  " + error.code + " " + error.message;
            EXPECT_EQ(error.code, row.code) << shown;
            EXPECT_NE(error.message.find(row.message), std::string::npos) << shown;
            EXPECT_NE(error.message.find(row.hint), std::string::npos) << shown;
            EXPECT_NE(error.message.find("`" + std::string(row.expression) + "`"),
                      std::string::npos)
                << shown;
            const Object& details = error.details.as_object();
            std::string place(details.at("place").as_string());
            if (row.expression.starts_with("({...")) place = "(" + place + ")";
            EXPECT_EQ(place, row.place) << shown;
            EXPECT_EQ(std::string(details.at("expression").as_string()), row.expression) << shown;
            EXPECT_TRUE(details.contains("offset")) << shown;
        }
    }
}

TEST(Failures, AComparisonThatContradictsItselfIsRefused) {
    for (const std::string_view function : {"(a, b) => a > b", "(a, b) => 1", "(a, b) => a - b",
                                            "(a, b) => a < b ? -1 : a > b ? 1 : 0"}) {
        const std::string text =
            answer("[1, 'a', null, 3].toSorted(" + std::string(function) + ")");
        EXPECT_TRUE(text.starts_with("expression_unsupported")) << function << ": " << text;
    }
}

TEST(Failures, AreOnlyThoseOfPartsThatAreEvaluated) {
    EXPECT_EQ(answer("false && input.a.b"), "false");
    EXPECT_EQ(answer("1 || input.a.b"), "1");
    EXPECT_EQ(answer("1 ?? input.a.b"), "1");
    EXPECT_EQ(answer("true ? 1 : input.a.b"), "1");
    EXPECT_EQ(answer("input?.[input.a.b]"), "null");
    EXPECT_EQ(answer("[].map(x => x.y.z)"), "[]");
    EXPECT_EQ(answer("input?.a.slice(input.b.c)"), "null");
}

TEST(Failures, LongExpressionsAreQuotedInPart) {
    const std::string expression = "input.a.b + '" + std::string(5'000, 'x') + "'";
    const ObjectScope scope(boost::json::parse(R"({"input": {}})"));
    const auto value = Expression::compile(expression, {})->evaluate(scope, default_budget());
    ASSERT_FALSE(value);
    EXPECT_LT(value.error().message.size(), 600U);
    EXPECT_NE(value.error().message.find("input.a.b"), std::string::npos);
}

}  // namespace
}  // namespace sluice::expression::test
