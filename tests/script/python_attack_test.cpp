// Python that wants to do harm: each attack ends as a clear error, and the next run is well.
#include <gtest/gtest.h>

#include "tests/script/attack.hpp"

namespace sluice::testing {
namespace {

/// The way to the modules of the machine that every attack on Python takes.
#define MACHINE                                                                     \
    "os = next(c for c in ().__class__.__base__.__subclasses__() if c.__name__ == " \
    "'_wrap_close').__init__.__globals__\nmodules = os['sys'].modules\n"

constexpr Attack attacks[] = {
    {"EndlessLoop", "while True: pass", "script_timeout"},
    {"EndlessLoopCaught", "while True:\n  try:\n    while True: pass\n  except BaseException: pass",
     "script_timeout"},
    {"EndlessGenerator", "return list(iter(int, 1))", "script_out_of_memory|script_timeout"},
    {"EndlessPrint", "while True: print('x')", "script_timeout"},
    {"EndlessText", "class E(Exception):\n  def __str__(self):\n    while True: pass\nraise E()",
     "script_timeout"},
    {"Gigabyte", "return 'x' * (1 << 30)", "script_out_of_memory"},
    {"Join", "return ','.join(['abcdefgh'] * (1 << 27))", "script_out_of_memory"},
    {"Append", "s = 'x'\nwhile True: s += s", "script_out_of_memory"},
    {"LargeList", "return [0] * 10 ** 9", "script_out_of_memory"},
    {"OutOfMemoryCaught",
     "while True:\n  try:\n    a = []\n    while True: a.append('x' * 100000)\n  except "
     "MemoryError: pass",
     "script_timeout|script_out_of_memory"},
    {"Recursion", "def f(): return f() + 1\nreturn f()", "script_error"},
    {"RecursionUnbound", MACHINE "os['sys'].setrecursionlimit(10 ** 9)\ndef f(): f()\nf()",
     "script_error|script_killed|script_out_of_memory|script_timeout"},
    {"HugeInteger", "return 10 ** 10 ** 9", "script_timeout|script_out_of_memory"},
    {"HugeIntegers", "x = 3\nwhile True: x *= x", "script_timeout|script_out_of_memory"},
    {"HugeIntegerText", "return str(7 ** 10 ** 5)", "script_error|script_timeout"},
    {"RegularExpression", "import re\nreturn re.match('(a+)+$', 'a' * 60 + 'b')", "script_timeout"},
    {"DeepResult", "a = []\nfor i in range(10000): a = [a]\nreturn a", "script_error"},
    {"DeepCode", "return ----------------------------------------1", "value"},
    {"Liar", "class D(dict):\n  def items(self):\n    while True: pass\nreturn D(a=1)", "value"},
    {"Exit", "raise SystemExit(0)", "script_error"},
    {"ExitProcess", MACHINE "os['_exit'](0)", "script_killed"},
    {"OpenFile", MACHINE "return os['open']('/etc/passwd', 0)", "script_error"},
    {"ReadProcesses", MACHINE "return os['listdir']('/proc')", "script_error"},
    {"Fork", MACHINE "return os['fork']()", "script_killed"},
    {"Program", MACHINE "os['execv']('/bin/true', ['true'])", "script_killed"},
    {"System", MACHINE "os['system']('id')", "script_killed"},
    {"Kill", MACHINE "os['kill'](os['getppid'](), 9)", "script_killed"},
    {"Thread", MACHINE "modules['_thread'].start_new_thread(print, ())", "script_killed"},
    {"Limits", MACHINE "r = modules['resource']\nr.setrlimit(r.RLIMIT_AS, (-1, -1))",
     "script_killed"},
    {"Signals", MACHINE "s = modules['signal']\ns.signal(s.SIGALRM, s.SIG_IGN)\nwhile True: pass",
     "script_killed"},
    {"Socket", MACHINE "c = modules['ctypes'].CDLL(None)\nreturn c.socket(2, 1, 0)",
     "script_killed"},
    {"CtypesOpen", MACHINE "return modules['ctypes'].CDLL(None).open(b'/etc/passwd', 0)", "value"},
    {"CtypesCrash", MACHINE "modules['ctypes'].string_at(0)", "script_killed"},
    {"Nonsense", MACHINE "os['write'](3, b'\\x05\\0\\0\\0hello')\nsleep(1)", "script_killed"},
    {"OtherDescriptors",
     MACHINE
     "found = []\nfor f in range(20):\n  try:\n    if f != 3: os['write'](f, b'')\n    if f != 3: "
     "found.append(f)\n  except OSError: pass\nreturn 1 // (0 if found else 1)",
     "value"},
};

class PythonAttacks : public AttackLoop {
  public:
    PythonAttacks() : AttackLoop(CodeLanguage::python) {}
};

TEST_P(PythonAttacks, EndAsAClearError) {
    expect_clear_end(GetParam(), 5'000ms);
    EXPECT_EQ(result("return [n * 2 for n in [1, 2]]"), "[2,4]");
}

INSTANTIATE_TEST_SUITE_P(Table, PythonAttacks, ::testing::ValuesIn(attacks), name_of);

}  // namespace
}  // namespace sluice::testing
