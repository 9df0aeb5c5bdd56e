#include <cstdio>

#include <boost/asio/signal_set.hpp>
#include <unistd.h>

#include "app/code_options.hpp"
#include "app/commands.hpp"
#include "app/finish.hpp"
#include "app/flow_files.hpp"
#include "app/run_input.hpp"
#include "app/secrets.hpp"
#include "app/shell_options.hpp"
#include "engine/engine.hpp"
#include "engine/model/json_text.hpp"
#include "engine/run/composite.hpp"
#include "http/client/client.hpp"

namespace sluice::app {
namespace {

/// One line an event, as it happens.
class LiveLines {
  public:
    explicit LiveLines(bool quiet) : quiet_(quiet), colours_(isatty(STDERR_FILENO) != 0) {}

    void show(const LiveExecution& execution, const std::vector<Event>& events) const {
        if (quiet_) return;
        for (const auto& event : events) show(execution, event);
    }

  private:
    void show(const LiveExecution& execution, const Event& event) const {
        switch (event.kind) {
            case EventKind::node_started:
                line(execution, event, "started", "", "36");
                return;
            case EventKind::node_succeeded:
                line(execution, event, "succeeded", event.text == success_outcome ? "" : event.text,
                     "32");
                return;
            case EventKind::node_entered:
                line(execution, event, "entered", "", "36");
                return;
            case EventKind::compensation_started:
                line(execution, event, "undoing", "", "33");
                return;
            case EventKind::iteration_started:
                line(execution, event, "iteration",
                     frame_label(execution.program->graph(), event.block, event.attempt), "2");
                return;
            case EventKind::node_skipped:
                line(execution, event, "skipped", "", "2");
                return;
            case EventKind::node_waiting:
                line(execution, event, "waiting", waits_for(event), "36");
                return;
            case EventKind::node_retrying:
                line(execution, event, "retrying",
                     "in " + seconds(event.due - event.at) + ": " + message(event), "33");
                return;
            case EventKind::node_failed:
                line(execution, event, "failed", message(event), "31");
                return;
            case EventKind::node_cancelled:
                line(execution, event, "cancelled", "", "33");
                return;
            case EventKind::execution_retrying:
                line(execution, event, "again", "from its start: " + message(event), "33");
                return;
            case EventKind::call_answered:
                line(execution, event, "called", event.text, "2");
                return;
            case EventKind::log_written:
                line(execution, event, to_word(event.level), event.text, "0");
                return;
            case EventKind::execution_started:
            case EventKind::cancel_requested:
            case EventKind::execution_ended:
            case EventKind::execution_recovered:
            case EventKind::hold_decided:
            case EventKind::execution_paused:
            case EventKind::execution_resumed:
            case EventKind::execution_queued:
            case EventKind::execution_admitted:
            case EventKind::iteration_ended:
            case EventKind::node_closing:
            case EventKind::execution_returned:
                return;
        }
    }

    void line(const LiveExecution& execution, const Event& event, std::string_view what,
              const std::string& more, const char* colour) const {
        const auto& id = event.node == no_node ? execution.program->definition().name
                                               : execution.program->node_id(event.node);
        const auto elapsed = static_cast<long long>((event.at - execution.created).count());
        std::fprintf(
            stderr,
            colours_ ? "%8lld ms  \033[%sm%-10.*s\033[0m %s%s%s\n" : "%8lld ms  %s%-10.*s %s%s%s\n",
            elapsed, colours_ ? colour : "", static_cast<int>(what.size()), what.data(), id.c_str(),
            more.empty() ? "" : ": ", more.c_str());
    }

    /// Only a server can be told decisions and signals: here they can but time out.
    static std::string waits_for(const Event& event) {
        const bool bounded = event.due != WallTime{};
        if (event.hold == HoldKind::timer) return "for " + seconds(event.due - event.at);
        return "for a " + std::string(to_word(event.hold)) +
               (bounded ? ", at most " + seconds(event.due - event.at)
                        : ", which only a server can be told: Ctrl-C ends this run");
    }

    static std::string seconds(Milliseconds duration) {
        std::string text = std::to_string(duration.count() / 1000) + "." +
                           std::to_string(duration.count() % 1000 / 100);
        return text + " s";
    }

    static std::string message(const Event& event) {
        const auto* object = event.data.if_object();
        const Value* const text = object == nullptr ? nullptr : object->if_contains("message");
        return text != nullptr && text->is_string() ? std::string(text->get_string())
                                                    : to_json(event.data);
    }

    bool quiet_;
    bool colours_;
};

int exit_code(ExecutionStatus status) {
    switch (status) {
        case ExecutionStatus::succeeded:
            return exit_ok;
        case ExecutionStatus::cancelled:
            return exit_cancelled;
        case ExecutionStatus::timed_out:
            return exit_timed_out;
        default:
            return exit_failed;
    }
}

task<void> run_to_end(Engine& engine, script::Scripts& scripts, process::Processes& processes,
                      std::shared_ptr<LiveExecution> execution, ExecutionResult& into) {
    std::exception_ptr failure;
    try {
        into = co_await engine.wait(std::move(execution));
    } catch (...) {
        failure = std::current_exception();
    }
    co_await scripts.close();
    co_await processes.close();
    if (failure) std::rethrow_exception(failure);
}

}  // namespace

int run(const RunConfiguration& configuration) {
    if (configuration.dry_run) return dry_run(configuration);
    const auto file = read_flow_file(configuration.file);
    if (!file) {
        std::fprintf(stderr, "sluice: %s\n", file.error().message.c_str());
        return exit_usage;
    }
    auto input = input_of(configuration);
    if (!input) {
        std::fprintf(stderr, "sluice: %s\n", input.error().message.c_str());
        return exit_usage;
    }
    const auto secrets = read_secrets(configuration.secrets_file);
    if (!secrets) {
        std::fprintf(stderr, "sluice: %s\n", secrets.error().message.c_str());
        return exit_usage;
    }
    if (refuses_environment("--env", configuration.environment_names) ||
        refuses_environment("--shell-env", configuration.shell.environment_names))
        return exit_usage;
    asio::io_context loop(1);
    const SystemClock clock;
    timer_queue timers;
    const loop_timers driver(loop, clock, timers);
    http::HttpClientOptions client_options;
    client_options.ca_file = configuration.ca_file;
    http::BeastHttpClient client(loop, clock, timers, std::move(client_options));
    script::Scripts scripts(loop, clock, timers, scripts_options(configuration.code, {}));
    process::Processes processes(loop, clock, timers, processes_options(configuration.shell));
    EngineOptions options;
    options.secrets = *secrets;
    options.environment = environment_value(configuration.environment_names);
    options.http = &client;
    options.scripts = &scripts;
    if (configuration.shell.enable) options.processes = &processes;
    options.timers = &timers;
    Engine engine(loop, std::move(options));
    const LiveLines lines(configuration.quiet);
    const auto watching = engine.scheduler().events().subscribe(
        [&lines](const LiveExecution& execution, const std::vector<Event>& events) {
            lines.show(execution, events);
        });

    const auto compiled = finish(loop, engine.flows().judge({file->source, file->format}));
    for (const auto& diagnostic : compiled.diagnostics)
        std::fprintf(stderr, "%s\n", describe(configuration.file, diagnostic).c_str());
    if (compiled.program == nullptr) {
        finish(loop, scripts.close());
        return exit_usage;
    }
    const auto started = engine.start(compiled.program, std::move(*input));
    if (!started) {
        const Error refusal = started.error();
        std::fprintf(stderr, "sluice: %s\n", refusal.message.c_str());
        if (const auto* details = refusal.details.if_object())
            if (const Value* const errors = details->if_contains("errors"))
                for (const auto& error : errors->as_array())
                    std::fprintf(stderr, "  input%s: %s\n", error.at("pointer").as_string().c_str(),
                                 error.at("message").as_string().c_str());
        return exit_usage;
    }

    asio::signal_set signals(loop, SIGINT, SIGTERM);
    signals.async_wait([&](error_code error, int) {
        if (error) return;
        std::fprintf(stderr, "sluice: cancelling\n");
        engine.cancel(**started, "cancelled by the terminal");
    });
    ExecutionResult end;
    std::exception_ptr failure;
    asio::co_spawn(loop, run_to_end(engine, scripts, processes, *started, end),
                   [&](const std::exception_ptr& thrown) {
                       failure = thrown;
                       signals.cancel();
                       loop.stop();
                   });
    loop.restart();
    loop.run();
    if (failure) std::rethrow_exception(failure);
    if (end.status == ExecutionStatus::succeeded) {
        std::printf("%s\n", to_pretty_json(end.output).c_str());
    } else {
        std::fprintf(stderr, "sluice: the execution ended as %s: %s\n",
                     std::string(to_word(end.status)).c_str(), end.error->message.c_str());
        std::printf("%s\n", to_pretty_json(end.error->details).c_str());
    }
    return exit_code(end.status);
}

}  // namespace sluice::app
