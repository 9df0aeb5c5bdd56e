// shell.exec: what its parameters ask for, and what it makes of a program's end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/async/timer_queue.hpp"
#include "engine/definition/json_schema.hpp"
#include "engine/nodes/process_runner.hpp"
#include "engine/nodes/shell_plan.hpp"

#include "tests/async/loop.hpp"
#include "tests/nodes/effect_node.hpp"
#include "tests/run/fakes.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Ends every program as it is told.
class FakeProcesses final : public ProcessRunner {
  public:
    task<ProcessEnd> run(ProcessRequest asked) override {
        if (asked.line)
            for (const auto& [stream, line] : lines)
                if (!asked.line(stream, line)) break;
        request = std::move(asked);
        co_return end;
    }
    [[nodiscard]] const ProcessEnvironment& environment() const override { return passed_on; }

    ProcessEnvironment passed_on{{"PATH", "/bin"}, {"HOME", "/root"}};
    std::vector<std::pair<ProcessStream, std::string>> lines;
    ProcessEnd end;
    ProcessRequest request;
};

class Lines final : public NodeLog {
  public:
    void write(LogLevel level, std::string message, Value fields) override {
        lines.push_back(std::string(to_word(level)) + " " + message + " " + to_json(fields));
    }
    std::vector<std::string> lines;
};

class ShellExec : public ::testing::Test {
  protected:
    NodeOutcome run(std::string_view parameters, ProcessRunner* runner) {
        NodeContext context;
        context.parameters = json(parameters);
        context.node = "shell";
        context.log = log;
        context.processes = runner;
        context.timers = &timers;
        context.clock = &clock;
        context.limits = &limits;
        return run_effect(loop, "shell.exec", std::move(context)).value();
    }
    NodeOutcome run(std::string_view parameters) { return run(parameters, &processes); }
    Value output(std::string_view parameters) { return run(parameters).value().output; }
    NodeError failure(std::string_view parameters) {
        const auto outcome = run(parameters);
        EXPECT_FALSE(outcome) << parameters;
        return outcome ? NodeError{} : outcome.error();
    }

    Loop loop;
    timer_queue timers;
    SimulatedClock clock;
    Limits limits;
    FakeProcesses processes;
    std::shared_ptr<Lines> log = std::make_shared<Lines>();
};

TEST_F(ShellExec, IsOffUnlessSomebodyRunsPrograms) {
    const auto outcome = run(R"({"command":["ls"]})", nullptr);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, "process_disabled");
    EXPECT_THAT(outcome.error().message, HasSubstr("--enable-shell"));
    EXPECT_FALSE(outcome.error().retryable);
}

TEST_F(ShellExec, IsNotRepeatedAfterACrash) {
    EXPECT_FALSE(built_in("shell.exec")->idempotent);
}

TEST_F(ShellExec, ACommandIsRunAsItIs) {
    (void)output(R"({"command":["printf","%s",1.5,true,""],"directory":"/tmp","stdin":"in"})");
    const auto& request = processes.request;
    EXPECT_THAT(request.arguments, ElementsAre("printf", "%s", "1.5", "true", ""));
    EXPECT_EQ(request.directory, "/tmp");
    EXPECT_EQ(request.input, "in");
    EXPECT_EQ(request.timeout, 10min);
    EXPECT_EQ(request.output_bytes, 1u << 20);
}

TEST_F(ShellExec, AScriptIsForTheShell) {
    (void)output(R"({"script":"ls | wc -l","timeout":"3s","max_output_bytes":100})");
    EXPECT_THAT(processes.request.arguments, ElementsAre("/bin/sh", "-c", "ls | wc -l"));
    EXPECT_FALSE(processes.request.input);
    EXPECT_EQ(processes.request.timeout, 3s);
    EXPECT_EQ(processes.request.output_bytes, 100u);
    (void)output(R"({"script":"ls","timeout":250})");
    EXPECT_EQ(processes.request.timeout, 250ms);
}

TEST_F(ShellExec, VariablesAreAddedReplacedAndTakenAway) {
    (void)output(R"({"command":["env"],"env":{"A":"1","N":7,"HOME":null,"PATH":"/opt"}})");
    EXPECT_EQ(processes.request.environment,
              (ProcessEnvironment{{"A", "1"}, {"N", "7"}, {"PATH", "/opt"}}));
}

TEST_F(ShellExec, WrongParametersAreNamedAllAtOnce) {
    const auto error = failure(
        R"({"command":[],"env":{"A=B":"x","C":[1]},"timeout":"soon","max_output_bytes":-1,
            "fail_on_exit":"no","directory":5,"shell":"bash"})");
    EXPECT_EQ(error.code, "invalid_parameters");
    for (const char* name : {"`command`", "`env.A=B`", "`env.C`", "`timeout`", "`max_output_bytes`",
                             "`fail_on_exit`", "`directory`", "`shell`"})
        EXPECT_THAT(error.message, HasSubstr(name));
    EXPECT_EQ(error.details.at("problems").as_array().size(), 8u);
}

TEST_F(ShellExec, SchemaAndCodeAgree) {
    const auto schema = definition::JsonSchema::compile(built_in("shell.exec")->input_schema);
    for (const char* parameters :
         {R"({})", R"({"command":["ls"],"script":"ls"})", R"({"command":"ls -l"})",
          R"({"command":[]})", R"({"script":""})", R"({"script":5})", R"({"script":"x","cwd":"/"})",
          R"({"script":"x","env":"A=1"})", R"({"script":"x","stdin":5})"}) {
        EXPECT_FALSE(schema->accepts(json(parameters))) << parameters;
        EXPECT_FALSE(plan_shell(json(parameters), {}, limits)) << parameters;
    }
    for (const char* parameters :
         {R"({"command":["ls",1]})", R"({"script":"x","env":{"A":null}})"}) {
        EXPECT_TRUE(schema->accepts(json(parameters))) << parameters;
        EXPECT_TRUE(plan_shell(json(parameters), {}, limits)) << parameters;
    }
}

TEST_F(ShellExec, NoTextHoldsANul) {
    for (const char* parameters :
         {R"({"command":["a\u0000b"]})", R"({"script":"a\u0000b"})",
          R"({"script":"x","env":{"A":"\u0000"}})", R"({"script":"x","env":{"\u0000":""}})",
          R"({"script":"x","directory":"a\u0000b"})"})
        EXPECT_EQ(failure(parameters).code, "invalid_parameters") << parameters;
    EXPECT_TRUE(run(R"({"script":"x","stdin":"a\u0000b"})")) << "data may hold anything";
}

TEST_F(ShellExec, PutsOutWhatTheProgramWrote) {
    processes.end.output = "out\n";
    processes.end.error = "err\n";
    processes.end.both = "err\nout\n";
    processes.end.duration = 42ms;
    EXPECT_EQ(to_json(output(R"({"command":["x"]})")),
              R"({"exit_code":0,"signal":null,"success":true,"stdout":"out\n","stderr":"err\n",)"
              R"("output":"err\nout\n","truncated":false,"duration_ms":42})");
}

TEST_F(ShellExec, AnExitCodeFailsUnlessItMayBe) {
    processes.end.exit_code = 3;
    processes.end.error_end = "it broke \xFF\n";
    const auto error = failure(R"({"command":["x"]})");
    EXPECT_EQ(error.code, "process_failed");
    EXPECT_THAT(error.message, HasSubstr("exit code 3"));
    EXPECT_EQ(to_json(error.details),
              "{\"exit_code\":3,\"signal\":null,\"stderr\":\"it broke \xEF\xBF\xBD\\n\"}");
    EXPECT_TRUE(error.retryable);
    const auto allowed = output(R"({"command":["x"],"fail_on_exit":false})");
    EXPECT_EQ(allowed.at("exit_code").as_int64(), 3);
    EXPECT_FALSE(allowed.at("success").as_bool());
}

TEST_F(ShellExec, ASignalIsToldByItsNumber) {
    processes.end.exit_code = 137;
    processes.end.signal = 9;
    EXPECT_THAT(failure(R"({"command":["x"]})").message, HasSubstr("signal 9"));
}

TEST_F(ShellExec, ATimeoutFailsWhateverTheExitCode) {
    processes.end.timed_out = true;
    processes.end.error_end = "still busy\n";
    const auto error = failure(R"({"command":["x"],"timeout":"90s","fail_on_exit":false})");
    EXPECT_EQ(error.code, "process_timeout");
    EXPECT_THAT(error.message, HasSubstr("1m30s"));
    EXPECT_EQ(error.details.at("stderr").as_string(), "still busy\n");
    EXPECT_TRUE(error.retryable);
}

TEST_F(ShellExec, LinesAreLoggedWithTheirStream) {
    processes.lines = {{ProcessStream::output, "one"}, {ProcessStream::error, "t\xFFo"}};
    (void)output(R"({"command":["x"]})");
    EXPECT_THAT(log->lines, ElementsAre("info one {\"stream\":\"stdout\"}",
                                        "warn t\xEF\xBF\xBDo {\"stream\":\"stderr\"}"));
}

TEST_F(ShellExec, TooManyLinesAreNotLogged) {
    processes.lines.assign(20, {ProcessStream::output, std::string(100'000, 'x')});
    (void)output(R"({"command":["x"]})");
    ASSERT_EQ(log->lines.size(), 12u);
    EXPECT_THAT(log->lines.back(), HasSubstr("further lines are not logged"));
}

TEST_F(ShellExec, BytesThatAreNoTextDoNotMakeTheOutputLarger) {
    processes.end.output = std::string(100, '\xFF');
    const auto value = output(R"({"command":["x"],"max_output_bytes":100})");
    EXPECT_EQ(value.at("stdout").as_string().size(), 99u);
    EXPECT_TRUE(value.at("truncated").as_bool());
}

}  // namespace
}  // namespace sluice::testing
