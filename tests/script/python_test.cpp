// Code in Python, on real hosts: what it can do, and what it is told when it is wrong.
#include <csignal>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/script/pool_loop.hpp"

namespace sluice::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class Python : public PoolLoop {
  public:
    Python() : PoolLoop(test_limits(), CodeLanguage::python) {}
};

TEST_F(Python, ReturnsValuesAsJson) {
    EXPECT_EQ(result("return input['a'] + 1", Object{{"input", Object{{"a", 41}}}}), "42");
    EXPECT_EQ(result("return {'b': [1, 2.5, 'é😀\"\\n', None, True, (1, 2), float('nan')]}"),
              "{\"b\":[1,2.5,\"é😀\\\"\\n\",null,true,[1,2],null]}");
    EXPECT_EQ(result(""), "null");
    EXPECT_EQ(result("# nothing\n"), "null");
    EXPECT_EQ(result("return 18446744073709551615"), "18446744073709551615");
}

TEST_F(Python, RefusesWhatIsNoJsonAndSaysWhere) {
    EXPECT_THAT(error("return {'list': [1, {2}]}").message,
                HasSubstr("its .list[1] is of type set"));
    EXPECT_THAT(error("return {1: 2}").message, HasSubstr("a dict with a key of type int"));
    EXPECT_THAT(error("a = []\na.append(a)\nreturn a").message, HasSubstr("contains itself"));
    EXPECT_THAT(error("return '\\ud800'").message, HasSubstr("half of a surrogate pair"));
    EXPECT_THAT(error("return 10 ** 30").message, HasSubstr("more than 64 bits"));
    EXPECT_THAT(error("a = 1\nfor i in range(300): a = [a]\nreturn a").message,
                HasSubstr("deeper than 256 levels"));
    EXPECT_EQ(error("return 'x' * (5 << 20)").code, "script_too_large");
}

TEST_F(Python, TellsErrorsWithTheirPlaceInTheCode) {
    const auto thrown = error("def total(list):\n    return list[7]\nreturn total([1])");
    EXPECT_EQ(thrown.code, "script_error");
    EXPECT_EQ(thrown.message,
              "IndexError: list index out of range (line 2, column 12 of the code)");
    EXPECT_EQ(
        to_json(thrown.details),
        R"x({"name":"IndexError","line":2,"column":12,"stack":["total (2:12)","code (3:8)"]})x");
    const auto syntax = error("x = 1\nreturn (x");
    EXPECT_EQ(syntax.code, "script_syntax");
    EXPECT_THAT(syntax.message, HasSubstr("(line 2, column 8 of the code)"));
}

TEST_F(Python, CallsWhatTheEnginePerforms) {
    EXPECT_EQ(result("sleep(0.002)\nreturn http({'url': 'u'})['echo']['url'] + "
                     "http('v')['echo']['url'] + http(url='w')['echo']['url']"),
              "\"uvw\"");
    EXPECT_THAT(world->calls, ElementsAre(StartsWith("sleep 1 2"), R"(http 2 {"url":"u"})",
                                          R"(http 3 {"url":"v"})", R"(http 4 {"url":"w"})"));
}

TEST_F(Python, CatchesWhatACallFailsWith) {
    EXPECT_EQ(result("try:\n    http({'fail': 1})\nexcept CallError as error:\n    return "
                     "[error.code, str(error)]"),
              R"(["http_timeout","nobody answered"])");
    const auto failed = error("http({'fail': 1})");
    EXPECT_EQ(failed.details.at("code"), "http_timeout");
    EXPECT_EQ(failed.details.at("line"), 1);
}

TEST_F(Python, WritesToTheLog) {
    EXPECT_EQ(result("print('a', 1, {'b': None})\nconsole.warn('w')\nreturn 1"), "1");
    EXPECT_THAT(world->lines, ElementsAre("info a 1 {'b': None}", "warn w"));
}

TEST_F(Python, WritesABoundedLog) {
    EXPECT_EQ(result("for i in range(5000): print(i)\nprint('x' * 100000)"), "null");
    ASSERT_EQ(world->lines.size(), 1'001U);
    EXPECT_THAT(world->lines.back(), HasSubstr("4001 further lines"));
}

TEST_F(Python, HasTheLibraryThatOnlyComputes) {
    EXPECT_EQ(
        result("import json, math, re\nfrom datetime import datetime\nfrom collections import "
               "Counter\nreturn [json.loads('[1]'), math.floor(2.5), re.sub('a', 'b', 'a'), "
               "datetime.strptime('2020-02-03', '%Y-%m-%d').isoformat(), "
               "Counter('aab').most_common(1)]"),
        R"([[1],2,"b","2020-02-03T00:00:00",[["a",2]]])");
    EXPECT_THAT(error("import os").message, HasSubstr("code cannot import 'os'"));
    EXPECT_THAT(error("open('/etc/passwd')").message, HasSubstr("code has no files"));
    EXPECT_THAT(error("eval('1')").message, HasSubstr("text cannot become code"));
}

TEST_F(Python, HasTheSameChancesInEveryAttempt) {
    const std::string code = "import random, uuid\nreturn [random.random(), str(uuid.uuid4())]";
    const auto first = result(code);
    EXPECT_EQ(result(code), first);
    auto other = request(code);
    other.seed = 8;
    EXPECT_NE(to_json(run(std::move(other))->value()), first);
}

TEST_F(Python, SeesNothingOfOtherRuns) {
    EXPECT_EQ(result("import json, math\nmath.pi = 3\njson.dumps = None\nglobals()['left'] = 1"),
              "null");
    EXPECT_EQ(
        result("import json, math\nreturn ['left' in globals(), math.pi > 3.1, json.dumps(1)]"),
        R"([false,true,"1"])");
    EXPECT_EQ(pool.counters().started, 1U) << "in one host";
}

TEST_F(Python, SharesTheModulesOfItsFlow) {
    auto asked = request("return [vat(100), rate, broken]");
    asked.modules = modules({{CodeLanguage::javascript, "other", "syntax error in JavaScript"},
                             {CodeLanguage::python, "prices",
                              "rate = 0.5\ndef vat(price): return price * rate\nbroken = None"}});
    EXPECT_EQ(to_json(run(std::move(asked))->value()), "[50,0.5,null]");
    asked = request("return vat(1)");
    asked.modules =
        modules({{CodeLanguage::python, "prices", "def vat(price):\n    return price.x"}});
    const auto thrown = run(std::move(asked));
    EXPECT_EQ(thrown->error().details.at("module"), "prices");
    EXPECT_EQ(thrown->error().details.at("line"), 2);
    EXPECT_EQ(to_json(thrown->error().details.at("stack")),
              R"x(["vat (prices:2:12)","code (1:8)"])x");
}

TEST_F(Python, ParsesWithoutRunning) {
    EXPECT_THAT(check({{"return 1", ""}, {"while True: pass", ""}, {"x = 1", "m"}}), IsEmpty());
    EXPECT_THAT(check({{"return 1", ""}, {"x = 1\ny z", ""}, {"return 1", "m"}}),
                ElementsAre("1 2:3 SyntaxError: invalid syntax",
                            "2 1:1 SyntaxError: 'return' outside function"));
}

TEST_F(Python, TellsThatItsProcessWasKilledInTheMiddle) {
    ASSERT_EQ(result("return 1"), "1");
    const auto process = pool.idle_process();
    const auto running = start(request("sleep(10)"));
    loop.run_until([&] { return world->sleeping > 0; });
    ::kill(process, SIGKILL);
    loop.run_until([&] { return running->done(); });
    EXPECT_EQ(running->error().code, "script_killed");
    EXPECT_TRUE(running->error().retryable);
    EXPECT_EQ(result("return 2"), "2");
}

TEST_F(Python, SaysWhatToDoWhenThereIsNoInterpreter) {
    const std::string program = ::testing::TempDir() + "sluice-script-without-python";
    {
        std::ofstream file(program);
        file << "#!/nowhere/python3\n";
    }
    ASSERT_EQ(chmod(program.c_str(), 0755), 0);
    script::ScriptPool without(loop.context, loop.clock, loop.timers, {{}, program});
    Running<Value> running(loop.context, without.run(request("return 1"), world));
    loop.run_until([&] { return running.done(); });
    EXPECT_EQ(running.error().code, "script_unavailable");
    EXPECT_THAT(running.error().message, HasSubstr("needs '/nowhere/python3': install it"));
}

}  // namespace
}  // namespace sluice::testing
