#include <utility>

#include "engine/model/duration.hpp"
#include "engine/model/utf8.hpp"
#include "engine/nodes/built_in.hpp"
#include "engine/nodes/schema.hpp"
#include "engine/nodes/shell_plan.hpp"

namespace sluice::nodes {
namespace {

/// Of live output that becomes log lines; the output itself is not touched by it.
constexpr std::size_t live_bytes = 1u << 20;

/// Lines of output as lines of the execution's log, up to a limit.
class LiveLines {
  public:
    LiveLines(std::shared_ptr<NodeLog> log, std::size_t most) : log_(std::move(log)), most_(most) {}

    bool operator()(ProcessStream stream, std::string_view line) {
        const bool error = stream == ProcessStream::error;
        ++lines_;
        bytes_ += line.size();
        log_->write(error ? LogLevel::warn : LogLevel::info, utf8_or_replacement(std::string(line)),
                    Object{{"stream", error ? "stderr" : "stdout"}});
        if (lines_ < most_ && bytes_ < live_bytes) return true;
        log_->write(LogLevel::warn,
                    "the program writes much: further lines are not logged, the node's output has "
                    "them",
                    {});
        return false;
    }

  private:
    std::shared_ptr<NodeLog> log_;
    std::size_t most_;
    std::size_t lines_ = 0;
    std::size_t bytes_ = 0;
};

NodeError disabled() {
    return {"process_disabled",
            "programs are not run here: allow it by `--enable-shell` (SLUICE_ENABLE_SHELL=true), "
            "or EngineOptions::processes where the engine is embedded",
            {},
            false};
}

/// Text that is no longer than its bytes might be: a byte may become three.
std::string text_of(std::string bytes, std::size_t most, bool& truncated) {
    std::string text = utf8_or_replacement(std::move(bytes));
    if (text.size() <= most) return text;
    truncated = true;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
    text.resize(most);
    return text;
}

NodeError timed_out(std::chrono::milliseconds timeout, ProcessEnd end) {
    return {"process_timeout",
            "the program took longer than its `timeout` of " + format_duration(timeout) +
                ", and was ended",
            Object{{"timeout_ms", timeout.count()},
                   {"stderr", utf8_or_replacement(std::move(end.error_end))}},
            true};
}

NodeError failed(ProcessEnd end) {
    const std::string how = end.signal == 0
                                ? "ended with exit code " + std::to_string(end.exit_code)
                                : "was ended by signal " + std::to_string(end.signal);
    return {"process_failed",
            "the program " + how +
                "; details.stderr has the end of what it said, and with `fail_on_exit: false` "
                "the node succeeds",
            Object{{"exit_code", end.exit_code},
                   {"signal", end.signal == 0 ? Value() : Value(end.signal)},
                   {"stderr", utf8_or_replacement(std::move(end.error_end))}},
            true};
}

Value output_of(ProcessEnd end, std::size_t most) {
    bool truncated = end.truncated;
    const std::string output = text_of(std::move(end.output), most, truncated);
    const std::string error = text_of(std::move(end.error), most, truncated);
    const std::string both = text_of(std::move(end.both), most, truncated);
    return Object{{"exit_code", end.exit_code},
                  {"signal", end.signal == 0 ? Value() : Value(end.signal)},
                  {"success", end.exit_code == 0},
                  {"stdout", output},
                  {"stderr", error},
                  {"output", both},
                  {"truncated", truncated},
                  {"duration_ms", end.duration.count()}};
}

task<NodeResult> execute(NodeContext context) {
    if (context.processes == nullptr) throw NodeFailure(disabled());
    auto plan = plan_shell(context.parameters, context.processes->environment(), *context.limits);
    if (!plan) throw NodeFailure(plan.error());
    const auto timeout = plan->request.timeout;
    const auto most = plan->request.output_bytes;
    plan->request.line = LiveLines(context.log, context.limits->log_lines);
    ProcessEnd end = co_await context.processes->run(std::move(plan->request));
    if (end.timed_out) throw NodeFailure(timed_out(timeout, std::move(end)));
    if (plan->fail_on_exit && end.exit_code != 0) throw NodeFailure(failed(std::move(end)));
    NodeResult result;
    result.output = output_of(std::move(end), most);
    co_return result;
}

}  // namespace

NodeType shell_exec() {
    NodeType type;
    type.id = "shell.exec";
    type.category = "shell";
    type.description =
        "Runs a program on the server's machine; off unless the server runs with "
        "`--enable-shell`. An exit code that is not 0 fails the node with `process_failed` unless "
        "`fail_on_exit` is false. The program gets the variables that `--shell-env` names (PATH, "
        "HOME, LANG, TZ), those of `env`, and no others. It ends with everything that it started: "
        "at its timeout, when the node is cancelled, and nothing of it outlives the node. Each "
        "line that it writes becomes a log line at once. Bytes that are no UTF-8 become U+FFFD. "
        "After a crash in the middle it is not repeated unless `on_interrupt: retry` says so.";
    type.input_schema = object_schema(
        {{"command", "array", "The program and its arguments, as they are: no shell reads them.",
          false, Object{{"minItems", 1}}},
         {"script", "string",
          "A text for `/bin/sh -c`, instead of `command`. Give it values by `env` (\"$NAME\"): an "
          "expression in it is read by the shell as if you had written it.",
          false, Object{{"minLength", 1}}},
         {"env", "object", "Variables to set; null takes one away.", false, {}},
         {"directory", "string", "Where it begins; else where the server does.", false, {}},
         {"stdin", "string", "Its standard input; else there is none.", false, {}},
         {"timeout", "", "Of the whole run: 10s, or milliseconds.", false,
          Object{{"default", "10m"}}},
         {"max_output_bytes", "",
          "Kept of stdout, stderr and both; what is over it is read and dropped.", false,
          Object{{"default", 1 << 20}}},
         {"fail_on_exit", "", "Whether an exit code that is not 0 fails the node.", false,
          Object{{"default", true}}}});
    type.input_schema.as_object()["oneOf"] =
        Array{Object{{"required", Array{"command"}}}, Object{{"required", Array{"script"}}}};
    type.output_schema = object_schema(
        {{"exit_code", "integer", "128 and the signal when a signal ended it.", true, {}},
         {"signal", "", "The signal that ended it, or null.", true, {}},
         {"success", "boolean", "Whether the exit code is 0.", true, {}},
         {"stdout", "string", "From the beginning.", true, {}},
         {"stderr", "string", "From the beginning.", true, {}},
         {"output", "string", "Both, line by line as they came.", true, {}},
         {"truncated", "boolean", "Whether one of these three is not all.", true, {}},
         {"duration_ms", "integer", "From its start to its end.", true, {}}});
    type.kind = NodeKind::effect;
    type.idempotent = false;
    type.effect = execute;
    return type;
}

}  // namespace sluice::nodes
