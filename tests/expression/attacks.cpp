#include <algorithm>
#include <cstdio>
#include <ctime>
#include <string>

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "tests/expression/scope.hpp"

/// What somebody would write who wants to hold the thread, take the memory, or get out.
namespace sluice::expression::test {
namespace {

struct Attack {
    std::string_view road;
    std::string expression;
};

std::string repeated(std::string_view text, int count) {
    std::string result;
    for (int i = 0; i < count; ++i) result += text;
    return result;
}

/// Milliseconds that this thread has run: other programs do not count.
double thread_time() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

std::vector<Attack> attacks() {
    const std::string list = "Array.from({length: 300}, (_, i) => i)";
    return {
        // A gigabyte of text
        {"repeat", "'x'.repeat(2 ** 30)"},
        {"repeat of repeat", "'x'.repeat(1e5).repeat(1e5)"},
        {"padStart", "''.padStart(2 ** 30)"},
        {"padEnd", "'x'.padEnd(Infinity, 'ab')"},
        {"concatenation", list + ".reduce((s) => s + s, 'xxxxxxxxxxxxxxxx')"},
        {"template literal", list + ".reduce((s) => `${s}${s}`, 'xxxxxxxxxxxxxxxx')"},
        {"concat", list + ".reduce((s) => s.concat(s, s), 'xxxxxxxxxxxxxxxx')"},
        {"join", list + ".map(() => 'x'.repeat(1e5)).join('')"},
        {"join of joins", list + ".reduce((s) => [s, s].join(s), 'x')"},
        {"stringify", list + ".reduce((s) => JSON.stringify(s + s), 'x')"},
        {"stringify indented",
         "JSON.stringify(" + list + ".map(() => [[[[[[1]]]]]]), null, 10).repeat(99)"},
        {"replaceAll", "'x'.repeat(1e5).replaceAll('x', 'y'.repeat(1e5))"},
        {"replace by what is before", "'x'.repeat(1e5).replaceAll('x', '$`')"},
        {"replace by a function", "'x'.repeat(1e5).replace(/x/g, (m, i, s) => s)"},
        {"encodeURIComponent", list + ".reduce((s) => encodeURIComponent(s + '%'), '%')"},
        {"btoa", list + ".reduce((s) => btoa(s), 'x')"},
        {"toUpperCase", list + ".reduce((s) => (s + s).toUpperCase(), 'ŉ')"},
        {"fromCharCode", "String.fromCharCode(..." + list + ".flatMap(() => " + list + "))"},
        // A hundred million elements
        {"Array.from", "Array.from({length: 1e8})"},
        {"Array.from without end", "Array.from({length: Infinity}, (_, i) => i)"},
        {"split", "'x'.repeat(1e6).split('')"},
        {"split by an expression", "'x'.repeat(1e6).split(/x/)"},
        {"match", "'x'.repeat(1e6).match(/x/g)"},
        {"matchAll", "[...'x'.repeat(1e6).matchAll(/x/g)]"},
        {"concat of arrays", list + ".reduce((a) => a.concat(a), [1])"},
        {"spread", list + ".reduce((a) => [...a, ...a], [1])"},
        {"flatMap", list + ".flatMap(() => " + list + ").flatMap(() => " + list + ")"},
        {"flat", list + ".reduce((a) => [a, a].flat(), [1])"},
        {"toSpliced", list + ".reduce((a) => a.toSpliced(0, 0, ...a), [1])"},
        {"arguments", "Math.max(..." + list + ".flatMap(() => Array.from({length: 1e5})))"},
        {"entries", "Object.entries('x'.repeat(1e6))"},
        {"objects", list + ".reduce((o, i) => ({...o, [i]: o}), {})"},
        {"groupBy", "Object.groupBy('x'.repeat(1e6), (x, i) => i)"},
        // Time
        {"nested loops", list + ".map(() => " + list + ".map(() => " + list + ".length))"},
        {"sort",
         "Array.from({length: 20000}, (_, i) => i * 7919 % 20011).toSorted((a, b) => a - b)"},
        {"sort of long texts",
         "Array.from({length: 800}, (_, i) => 'x'.repeat(9000) + i).toSorted().toSorted()"},
        {"search", "'a'.repeat(1e6).split('a', 3000).map(() => 'a'.repeat(1e5).indexOf('ab'))"},
        {"lastIndexOf",
         list + ".map(() => ('a'.repeat(30000) + 'b').lastIndexOf('a'.repeat(9000) + 'c'))"},
        {"includes", list + ".map(() => " + list + ".map(() => " + list + ".includes(-1)))"},
        {"length of long text", list + ".map(() => ('é' + 'x'.repeat(1e6)).length)"},
        {"toFixed", list + ".map(() => " + list + ".map(i => (i / 7).toFixed(100)))"},
        {"huge exponents",
         "10 ** 1e308 ** 9 + 1e999 + parseFloat('1e' + '9'.repeat(1e6)) + 'x'.repeat(1e9)"},
        {"large JSON", "JSON.parse('[' + '[],'.repeat(3e5) + '1]')"},
        // Regular expressions
        {"nested quantifiers", "/(a+)+$/.test('a'.repeat(3e6) + '!') ? 1 : 'x'.repeat(1e9)"},
        {"overlapping alternatives",
         "/^(?:a|aa|aaa)+$/.test('a'.repeat(3e6) + '!') ? 1 : 'x'.repeat(1e9)"},
        {"many groups", "('ab'.repeat(1e6)).replace(/(.*)(.*)(.*)(.*)(.*)x|b/g, 'y')"},
        {"look to the end again and again", "'a'.repeat(1e5).replace(/a[^]*z|a/g, 'bb')"},
        {"a large program", "/((((a{1,9}){1,9}){1,9}){1,9}){1,9}/.test('a')"},
        {"counted", "/(?:a{0,500}){500}/.test('a')"},
        {"nested groups", "/" + repeated("(", 900) + repeated(")", 900) + "/.test('')"},
        // Depth
        {"brackets", repeated("[", 9000) + repeated("]", 9000)},
        {"parentheses", repeated("(", 9000) + "1" + repeated(")", 9000)},
        {"signs", repeated("- ", 9000) + "1"},
        {"arrow functions", repeated("[1].map(x => ", 200) + "1" + repeated(")", 200)},
        {"patterns", "[1].map((" + repeated("[", 200) + "a" + repeated("]", 200) + ") => a)"},
        {"defaults", "[1].map(" + repeated("(a = [1].map(", 90) + "1" + repeated("))", 90)},
        {"template literals", repeated("`${", 200) + "1" + repeated("}`", 200)},
        {"a chain", "input" + repeated(".a", 10000)},
        {"values", list + ".reduce((a) => [a], 0)"},
        {"values in objects", list + ".reduce((a) => ({a}), 0)"},
        {"JSON", "JSON.parse('['.repeat(1e5) + ']'.repeat(1e5))"},
        {"length of the text", std::string(100'000, ' ') + "1"},
        {"recursion", "(f => f(f))(f => f(f))"},
        // Out of the box
        {"constructor", "input.constructor"},
        {"constructor of the constructor", "input.constructor.constructor('return process')()"},
        {"constructor by a computed key", "input['const' + 'ructor']['const' + 'ructor']"},
        {"prototype", "[].__proto__.map"},
        {"prototype by a computed key", "({})['__pro' + 'to__']"},
        {"prototype in a literal", "({__proto__: {a: 1}}).a"},
        {"getter", "({get a() { return 1 }}).a"},
        {"getter of the prototype", "({}).__lookupGetter__('a')"},
        {"defineProperty", "Object.defineProperty({}, 'a', {})"},
        {"proxy", "new Proxy({}, {})"},
        {"Reflect", "Reflect.ownKeys(input)"},
        {"eval", "eval('1')"},
        {"Function", "Function('return 1')()"},
        {"new Function", "new Function('return 1')()"},
        {"function of a method", "[].map.constructor('return 1')()"},
        {"import", "import('fs')"},
        {"require", "require('fs')"},
        {"process", "process.env"},
        {"globalThis", "globalThis.process"},
        {"this", "this.process"},
        {"arguments object", "arguments[0]"},
        {"tagged template", "String.raw`x`"},
        {"assignment", "input.a = 1"},
        {"statement", "1; while (true) {}"},
        {"function", "(function () { while (true) {} })()"},
        {"await", "await new Promise(() => {})"},
        // Text that is none
        {"half of a pair", "'\\ud800'"},
        {"half of a pair in JSON", "JSON.parse('\"\\\\udfff\"')"},
        {"half of a pair by its number", "String.fromCharCode(0xD800)"},
        {"half of a pair by cutting", "'😀'.slice(1)"},
        {"half of a pair in an address", "decodeURIComponent('%ED%A0%80')"},
        {"overlong form in an address", "decodeURIComponent('%C0%80')"},
        {"bytes that are no text", "'\xff\xfe'"},
    };
}

TEST(Attacks, EndAsClearErrorsAndHarmNothing) {
    const ObjectScope scope(boost::json::parse(R"({"input": {"a": {"b": 1}}})"));
    std::vector<std::pair<double, std::string_view>> times;
    for (const Attack& attack : attacks()) {
        const double begin = thread_time();
        const std::string text = answer(attack.expression, scope);
        times.emplace_back(thread_time() - begin, attack.road);
        const std::string code = text.substr(0, text.find(':'));
        const bool told = code.starts_with("expression_") || code.starts_with("unknown_") ||
                          code == "not_an_expression";
        EXPECT_TRUE(told) << attack.road << ": " << text.substr(0, 300);
        EXPECT_EQ(answer("input.a.b + [1, 2].map(x => x * 2).join()", scope), R"("12,4")")
            << attack.road;
    }
    std::ranges::sort(times, std::greater<>());
    for (std::size_t i = 0; i < 8; ++i) {
        std::printf("%.2f ms  %.*s\n", times[i].first, static_cast<int>(times[i].second.size()),
                    times[i].second.data());
    }
}

}  // namespace
}  // namespace sluice::expression::test
