// Code that wants to do harm: each attack ends as a clear error, the loop goes on meanwhile, and
// the next run is well.
#include "tests/script/attack.hpp"

#include <gtest/gtest.h>

namespace sluice::testing {
namespace {

constexpr Attack attacks[] = {
    {"EndlessLoop", "while (true) {}", "script_timeout"},
    {"EndlessLoopInFinally", "try { while (1); } finally { while (1); }", "script_timeout"},
    {"EndlessLoopCaught", "for (;;) try { while (1); } catch {}", "script_timeout"},
    {"EndlessJobs",
     "const f = () => { Promise.resolve().then(f); Promise.resolve().then(f) }; f(); await new "
     "Promise(() => {})",
     "script_timeout|script_out_of_memory"},
    {"EndlessAwait", "for (;;) await null", "script_timeout"},
    {"EndlessGenerator", "function* g() { for (;;) yield 1 }; return [...g()]",
     "script_timeout|script_out_of_memory|script_error"},
    {"Repeat", "return 'x'.repeat(2 ** 29).split('').length",
     "script_out_of_memory|script_timeout|script_error|value"},
    {"RepeatResult", "return 'x'.repeat(2 ** 29)", "script_too_large"},
    {"PadStart", "return ''.padStart(2 ** 29, 'ab')", "script_out_of_memory|script_too_large"},
    {"Append", "let s = 'x'; while (true) s += s", "script_out_of_memory|script_error"},
    {"AppendSlowly",
     "let s = ''; for (;;) { s += 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'; s.charCodeAt(0) }",
     "script_out_of_memory|script_timeout|script_error"},
    {"Join", "return new Array(2 ** 28).join('abcdefgh').length",
     "script_out_of_memory|script_timeout|script_error"},
    {"Stringify", "return JSON.stringify(Array(1e7).fill('xxxxxxxxxxxxxxxx')).length",
     "script_out_of_memory|script_timeout|value"},
    {"LargeArray", "return new Array(1e8).fill(1).length", "script_out_of_memory|script_timeout"},
    {"LargeResult", "return Array(5e5).fill([1])", "value"},
    {"SparseResult", "const a = []; a[4294967290] = 1; return a", "script_too_large"},
    {"Buffers", "const a = []; for (;;) a.push(new Uint8Array(1 << 20))",
     "script_out_of_memory|script_error"},
    {"OutOfMemoryCaught", "for (;;) try { let s = 'x'; for (;;) s += s } catch {}",
     "script_timeout|script_out_of_memory"},
    {"Recursion", "const f = () => f() + 1; return f()", "script_error"},
    {"RecursionCaught", "const f = () => { try { f() } finally { f() } }; f()",
     "script_timeout|script_error"},
    {"RecursiveToJson", "const f = () => ({toJSON: f}); return {a: f()}", "script_error"},
    {"RegularExpression", "return /(a+)+$/.test('a'.repeat(60) + 'b')", "script_timeout"},
    {"RegularExpressionReplace", "return 'a'.repeat(40).replace(/(a*)*b/g, '')",
     "script_timeout|value"},
    {"GetterOfResult", "return {get a() { for (;;); }}", "script_timeout"},
    {"ThrowingGetter", "return {get a() { throw new Error('no') }}", "script_error"},
    {"ProxyOfResult", "return new Proxy({}, {ownKeys() { for (;;); }})", "script_timeout"},
    {"ThrownProxy", "throw new Proxy({}, {get() { throw 1 }, getPrototypeOf() { throw 2 }})",
     "script_error"},
    {"ThrownLiar",
     "const e = new Error('x'); Object.defineProperty(e, 'message', {get() { for (;;); "
     "}}); throw e",
     "script_timeout|script_error"},
    {"PrototypeOfJson", "Object.prototype.toJSON = () => 'mine'; return {a: 1}", "value"},
    {"PrototypeThen", "Object.prototype.then = f => f(5); return {}", "value"},
    {"ConstructorConstructor", "return [].constructor.constructor('return globalThis')()",
     "script_error"},
    {"AsyncConstructor", "return await (async () => {}).constructor('return 1')()", "script_error"},
    {"Eval", "return eval('1')", "script_error"},
    {"IndirectEval", "return (0, eval)('1')", "script_error"},
    {"Function", "return new Function('return 1')()", "script_error"},
    {"Import", "return import('fs')", "script_error"},
    {"ImportStatement", "import fs from 'fs'", "script_syntax"},
    {"HugeExponent", "return 10n ** (10n ** 8n) > 1n",
     "script_error|script_timeout|script_out_of_memory"},
    {"HugeBigInt", "let n = 3n; for (;;) n *= n",
     "script_timeout|script_error|script_out_of_memory"},
    {"Cycle", "const a = []; a.push(a); return a", "script_error"},
    {"InvalidUtf16", "return '\\udc00\\ud800'", "script_error"},
    {"ManyCalls", "for (let i = 0; i < 1e6; i++) http(i); return 1", "script_error"},
    {"ManySleeps", "await Promise.all(Array(101).fill().map(() => sleep(1)))", "script_error"},
    {"SortForEver", "return [1, 2, 3].sort(() => { for (;;); })", "script_timeout"},
    {"DeepJson", "return JSON.parse('['.repeat(1e5) + ']'.repeat(1e5))", "script_error"},
    {"DateForEver", "const t = Date.now(); while (Date.now() < t + 1000);", "script_timeout"},
    {"UnhandledRejection", "Promise.reject(new Error('nobody cares')); return 1", "value"},
};

class Attacks : public AttackLoop {
  public:
    Attacks() : AttackLoop(CodeLanguage::javascript) {}
};

TEST_P(Attacks, EndAsAClearError) {
    expect_clear_end(GetParam(), 3'000ms);
    EXPECT_EQ(result("return [1, 2].map(n => n * 2)"), "[2,4]");
}

INSTANTIATE_TEST_SUITE_P(Table, Attacks, ::testing::ValuesIn(attacks), name_of);

}  // namespace
}  // namespace sluice::testing
