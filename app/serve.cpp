#include <csignal>
#include <cstdio>

#include <boost/asio/signal_set.hpp>
#include <spdlog/spdlog.h>

#include "app/clock_watch.hpp"
#include "app/code_options.hpp"
#include "app/commands.hpp"
#include "app/dialects.hpp"
#include "app/flow_files.hpp"
#include "app/secrets.hpp"
#include "app/server_log.hpp"
#include "app/shell_options.hpp"
#include "app/start_pages.hpp"
#include "engine/engine.hpp"
#include "http/api/api.hpp"
#include "http/client/client.hpp"
#include "http/server/server.hpp"
#include "store/store.hpp"

namespace sluice::app {
namespace {

constexpr std::chrono::seconds recovery_progress{1};

/// Everything that a server consists of, in the order in which it is built; it goes away in the
/// opposite order.
class Service {
  public:
    Service(asio::io_context& loop, const ServeConfiguration& configuration, Endpoint endpoint,
            std::vector<DialectListener> dialects, Store& store,
            std::shared_ptr<const Secrets> secrets)
        : configuration_(configuration),
          endpoint_(std::move(endpoint)),
          driver_(loop, clock_, timers_),
          client_(loop, clock_, timers_, client_options(configuration)),
          scripts_(loop, clock_, timers_,
                   scripts_options(configuration.code, configuration.limits)),
          processes_(loop, clock_, timers_, processes_options(configuration.shell)),
          engine_(loop, engine_options(configuration, store, client_, scripts_, processes_, timers_,
                                       std::move(secrets))),
          dialects_(
              engine_, router_, [this] { return server_.counters(); }, std::move(dialects)),
          server_(loop, timers_, clock_, router_, server_limits(configuration),
                  server_options(configuration)),
          signals_(loop, SIGINT, SIGTERM) {
        http::mount_api(router_, engine_, [this] { return server_.counters(); });
        add_dialects(engine_);
    }

    /// From the first flow to the last commit. Returns the exit code.
    task<int> serve() {
        co_await engine_.load();
        if (!co_await load_flow_files()) co_return exit_failed;
        const auto port = server_.listen(endpoint_.host, endpoint_.port);
        if (!port) {
            std::fprintf(stderr, "sluice: %s\n", port.error().message.c_str());
            co_return exit_failed;
        }
        print_address(*port);
        if (const auto listening = dialects_.listen(server_); !listening) {
            std::fprintf(stderr, "sluice: %s\n", listening.error().message.c_str());
            co_return exit_failed;
        }
        print_banner(address_of(endpoint_.host, *port));
        scope background(engine_.loop().get_executor());
        background.spawn(recover());
        background.spawn(watch_clock([this] { engine_.clock_jumped(); }));
        background.spawn(engine_.retain(*retention_of(configuration_), report_pruning));
        co_await signals_.async_wait(use_task);
        spdlog::info(
            "shutting down: running nodes have {} s to reach a commit; a second signal ends at "
            "once",
            configuration_.shutdown_seconds);
        signals_.async_wait([](error_code error, int) {
            if (!error) std::_Exit(exit_failed);
        });
        const std::chrono::seconds patience(configuration_.shutdown_seconds);
        background.cancel_all();
        co_await background.join();
        co_await server_.stop(clock_.steady() + patience);
        co_await engine_.stop(patience);
        co_await scripts_.close();
        co_await processes_.close();
        co_await client_.close();
        signals_.cancel();
        spdlog::info("stopped");
        co_return exit_ok;
    }

  private:
    static http::HttpClientOptions client_options(const ServeConfiguration& configuration) {
        http::HttpClientOptions options;
        options.limits = configuration.limits;
        const auto endpoint = parse_endpoint(configuration.listen);
        options.deny_private = !endpoint || !is_loopback(endpoint->host);
        options.allow = configuration.allow;
        options.ca_file = configuration.ca_file;
        return options;
    }

    static EngineOptions engine_options(const ServeConfiguration& configuration, Store& store,
                                        HttpClient& client, ScriptRunner& scripts,
                                        ProcessRunner& processes, timer_queue& timers,
                                        std::shared_ptr<const Secrets> secrets) {
        EngineOptions options;
        options.secrets = std::move(secrets);
        options.limits = configuration.limits;
        // An input is as large as the body that brings it.
        options.limits.input_bytes = configuration.limits.body_bytes;
        options.environment = environment_value(configuration.environment_names);
        options.journal = &store;
        options.records = &store;
        options.http = &client;
        options.scripts = &scripts;
        if (configuration.shell.enable) options.processes = &processes;
        options.timers = &timers;
        return options;
    }

    static Limits server_limits(const ServeConfiguration& configuration) {
        Limits limits = configuration.limits;
        limits.header_timeout = std::chrono::seconds(configuration.header_seconds);
        limits.body_timeout = std::chrono::seconds(configuration.body_seconds);
        return limits;
    }

    static http::ServerOptions server_options(const ServeConfiguration& configuration) {
        http::ServerOptions options;
        if (configuration.access_log)
            options.access_log = [](const http::AccessRecord& record) {
                spdlog::info("{} {} {} {} {} B {} us", record.peer, record.method, record.target,
                             record.status, record.response_bytes, record.duration.count() / 1000);
            };
        options.failure_log = [](std::string_view route, const std::exception& failure) {
            spdlog::error("{}: {}", route, failure.what());
        };
        return options;
    }

    task<bool> load_flow_files() {
        const auto files = find_flow_files(configuration_.flows);
        if (!files) {
            std::fprintf(stderr, "sluice: %s\n", files.error().message.c_str());
            co_return false;
        }
        for (const auto& path : *files) {
            auto file = read_flow_file(path);
            if (!file) {
                std::fprintf(stderr, "sluice: %s\n", file.error().message.c_str());
                co_return false;
            }
            const auto flow = co_await engine_.flows().put({std::move(file->source), file->format});
            if (!flow) {
                std::fprintf(stderr, "%s\n", describe(path, flow.error()).c_str());
                spdlog::error("{} is not served; a revision that was stored before stays in force",
                              path);
            }
        }
        for (const auto& flow : engine_.flows().all()) {
            if (flow->program != nullptr)
                warn_of_secrets(*flow);
            else
                spdlog::error("the stored flow '{}' no longer compiles: {}", flow->record.name,
                              flow->diagnostics.empty() ? "" : flow->diagnostics.front().message);
        }
        co_return true;
    }

    /// A flow that cannot succeed here: its nodes will fail with `unknown_secret`.
    static void warn_of_secrets(const Flow& flow) {
        for (const auto& warning : flow.program->warnings())
            if (warning.code == "unknown_secret")
                spdlog::warn("flow '{}': {}; {}", flow.record.name, warning.message, warning.hint);
    }

    void print_address(std::uint16_t port) {
        std::printf("Sluice %s serves %s\n", SLUICE_VERSION,
                    address_of(endpoint_.host, port).c_str());
    }

    void print_banner(const std::string& address) {
        std::printf("  data   %s\n", configuration_.data.c_str());
        const auto flows = engine_.flows().all();
        std::printf("  flows  %zu\n", flows.size());
        const WebhookTrigger* example = nullptr;
        for (const auto& flow : flows) {
            if (flow->program == nullptr) continue;
            for (const auto& webhook : flow->program->definition().webhooks) {
                std::printf("         POST %s/hooks/%s  starts %s\n", address.c_str(),
                            webhook.key.c_str(), flow->record.name.c_str());
                if (example == nullptr || webhook.key == "hello") example = &webhook;
            }
        }
        if (example != nullptr)
            std::printf(
                "  try    curl -s -X POST %s/hooks/%s -H 'Content-Type: application/json' -d "
                "'{\"name\": \"you\"}'\n",
                address.c_str(), example->key.c_str());
        else
            std::printf("  try    curl -s %s/api/v1/flows\n", address.c_str());
        std::fflush(stdout);
    }

    static void report_pruning(const Pruner::Passed& passed) {
        if (passed.failure)
            spdlog::warn("pruning is tried again later: {}", passed.failure->message);
        else
            spdlog::info("pruned {} ended executions, {} keys and {} entries, gave back {} bytes",
                         passed.executions, passed.keys, passed.entries, passed.freed_bytes);
    }

    task<void> recover() {
        const auto recovered = co_await engine_.recover(
            [this, next = clock_.steady() + recovery_progress](std::size_t so_far) mutable {
                if (clock_.steady() < next) return;
                next = clock_.steady() + recovery_progress;
                spdlog::info("{} unfinished executions go on so far", so_far);
            },
            [](const Uuid& id, const std::string& why) {
                spdlog::error("execution {}: {}", id.to_string(), why);
            });
        if (recovered > 0) spdlog::info("recovered {} executions", recovered);
        if (const auto suspects = engine_.scheduler().suspects().size(); suspects > 0)
            spdlog::warn(
                "{} of them have been interrupted so often without progress that each goes on "
                "alone, one after the other; `sluice why ID` tells more",
                suspects);
        release_start_pages();
    }

    const ServeConfiguration& configuration_;
    Endpoint endpoint_;
    SystemClock clock_;
    timer_queue timers_;
    loop_timers driver_;
    http::BeastHttpClient client_;
    script::Scripts scripts_;
    process::Processes processes_;
    Engine engine_;
    http::Router router_;
    Dialects dialects_;
    http::Server server_;
    asio::basic_signal_set<Executor> signals_;
};

}  // namespace

namespace {

/// Nothing asks who calls: an address that others can reach must be wanted.
bool refuses_address(const Endpoint& endpoint, const ServeConfiguration& configuration) {
    if (is_loopback(endpoint.host) || configuration.insecure) return false;
    std::fprintf(
        stderr,
        "sluice: %s can be reached from other machines, and this version has no authentication.\n"
        "        Listen on 127.0.0.1 behind a proxy that authenticates, or say --insecure.\n",
        address_of(endpoint.host, endpoint.port).c_str());
    return true;
}

/// Flows may run programs: who can send flows here?
void warn_of_shell(const Endpoint& endpoint, const std::vector<DialectListener>& dialects) {
    if (!is_loopback(endpoint.host))
        spdlog::warn(
            "whoever reaches {} can run programs with the rights of this process (--enable-shell)",
            address_of(endpoint.host, endpoint.port));
    for (const auto& listener : dialects)
        spdlog::warn(
            "pages of any origin may call {}: whatever a browser on this machine opens can run "
            "programs with the rights of this process (--enable-shell with --dialect)",
            address_of(listener.endpoint.host, listener.endpoint.port));
}

}  // namespace

int serve(const ServeConfiguration& configuration) {
    const auto secrets = read_secrets(configuration.secrets_file);
    if (!secrets) {
        std::fprintf(stderr, "sluice: %s\n", secrets.error().message.c_str());
        return exit_usage;
    }
    if (refuses_environment("--env", configuration.environment_names) ||
        refuses_environment("--shell-env", configuration.shell.environment_names))
        return exit_usage;
    std::string log_level = configuration.log_level;
    if (log_level.empty()) log_level = dialect_log_level(configuration.dialects);
    open_server_log(log_level.empty() ? "info" : log_level, (*secrets)->redaction());
    const auto endpoint = parse_endpoint(configuration.listen);
    if (!endpoint) {
        std::fprintf(stderr, "sluice: --listen wants HOST:PORT, such as 127.0.0.1:8080, not '%s'\n",
                     configuration.listen.c_str());
        return exit_usage;
    }
    const auto dialects = dialect_listeners(configuration.dialects);
    if (!dialects) {
        std::fprintf(stderr, "sluice: %s\n", dialects.error().message.c_str());
        return exit_usage;
    }
    if (refuses_address(*endpoint, configuration)) return exit_usage;
    for (const auto& listener : *dialects)
        if (refuses_address(listener.endpoint, configuration)) return exit_usage;
    if (configuration.shell.enable) warn_of_shell(*endpoint, *dialects);
    if (!retention_of(configuration)) {
        std::fprintf(stderr,
                     "sluice: --retention-age wants a duration, such as 12h or 30d, at most "
                     "36500d, or 0 for "
                     "ever, "
                     "not '%s'\n",
                     configuration.retention_age.c_str());
        return exit_usage;
    }
    std::signal(SIGPIPE, SIG_IGN);
    asio::io_context loop(1);
    StoreOptions store_options;
    store_options.path = configuration.data;
    store_options.max_bytes = configuration.retention_bytes;
    auto store = Store::open(loop, store_options);
    if (!store) {
        std::fprintf(stderr, "sluice: %s\n", store.error().message.c_str());
        return exit_failed;
    }
    int code = exit_failed;
    {
        Service service(loop, configuration, *endpoint, *dialects, **store, *secrets);
        std::exception_ptr failure;
        asio::co_spawn(loop, service.serve(), [&](const std::exception_ptr& thrown, int result) {
            failure = thrown;
            code = result;
            loop.stop();
        });
        loop.run();
        if (failure) std::rethrow_exception(failure);
    }
    (*store)->close();
    return code;
}

}  // namespace sluice::app
