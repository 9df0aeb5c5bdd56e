#include "app/serve_options.hpp"

namespace sluice::app {
namespace {

constexpr const char* serve_help = R"(
Examples:
  sluice serve flows/                                  serve a folder of flows on 127.0.0.1:8080
  sluice serve --listen :9000 --data /var/lib/s.db     another port and data file
  sluice serve --env CRM_URL flows/                    let flows read ${env.CRM_URL}
  sluice serve --dialect flowengine=127.0.0.1:3000     clients of Flow Engine work against port 3000
  SLUICE_LISTEN=:9000 sluice serve flows/              the same by the environment
  SLUICE_SECRET_CRM_TOKEN=... sluice serve flows/      let flows use ${secrets.CRM_TOKEN}; it is never stored or logged
  sluice serve --secrets secrets.yaml flows/           the same from a file that only its owner may read
Every flag has an environment variable, and a line `name = value` in the --config file. Flags win over the
environment, the environment wins over the file.)";

}  // namespace

void add_code(CLI::App& command, CodeConfiguration& configuration) {
    command
        .add_option("--script-host", configuration.script_host,
                    "The program that runs JavaScript of code nodes; default: sluice-script beside "
                    "this one")
        ->envname("SLUICE_SCRIPT_HOST");
    command
        .add_flag("--enable-python", configuration.enable_python,
                  "Run code.python, too; needs Debian's python3")
        ->envname("SLUICE_ENABLE_PYTHON");
    command
        .add_option("--python-host", configuration.python_host,
                    "The program that runs Python of code nodes; default: sluice-script-python "
                    "beside this one")
        ->envname("SLUICE_PYTHON_HOST");
}

void add_shell(CLI::App& command, ShellConfiguration& configuration) {
    command
        .add_flag("--enable-shell", configuration.enable,
                  "Run the programs of shell.exec, with the rights of this process")
        ->envname("SLUICE_ENABLE_SHELL");
    command
        .add_option("--shell-env", configuration.environment_names,
                    "Environment variables that programs get; no others reach them")
        ->envname("SLUICE_SHELL_ENV")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->capture_default_str();
    command
        .add_option("--shell-processes", configuration.at_once,
                    "Most programs that run at once; further ones wait")
        ->envname("SLUICE_SHELL_PROCESSES")
        ->check(CLI::Range(1, 1'000))
        ->capture_default_str();
}

CLI::App& add_serve(CLI::App& app, ServeConfiguration& configuration) {
    auto* const serve = app.add_subcommand(
        "serve", "Serve flows: webhooks, the API, and what is unfinished goes on");
    serve->footer(serve_help);
    serve->fallthrough();
    serve->add_option("flows", configuration.flows, "Flow files, or folders of them");
    serve
        ->add_option("--listen", configuration.listen,
                     "Address and port; port 0 takes any free one")
        ->envname("SLUICE_LISTEN")
        ->capture_default_str();
    serve->add_option("--data", configuration.data, "The data file; created when missing")
        ->envname("SLUICE_DATA")
        ->capture_default_str();
    serve
        ->add_option("--dialect", configuration.dialects,
                     "Speak a foreign API at the root of a listener of its own: "
                     "flowengine[=HOST:PORT]")
        ->envname("SLUICE_DIALECT")
        ->delimiter(',')
        ->allow_extra_args(false);
    serve
        ->add_option("--env", configuration.environment_names,
                     "Environment variables that flows may read")
        ->envname("SLUICE_ENV")
        ->delimiter(',')
        ->allow_extra_args(false);
    serve
        ->add_option("--secrets", configuration.secrets_file,
                     "File of secrets that flows may use (YAML: NAME: \"text\"), readable by its "
                     "owner only")
        ->envname("SLUICE_SECRETS");
    serve
        ->add_option(
            "--allow", configuration.allow,
            "Private addresses, networks or hosts that flows may call when not on loopback")
        ->envname("SLUICE_ALLOW")
        ->delimiter(',')
        ->allow_extra_args(false);
    serve
        ->add_option("--ca-file", configuration.ca_file,
                     "Further certificate authorities for https (PEM)")
        ->envname("SLUICE_CA_FILE");
    serve
        ->add_flag("--insecure", configuration.insecure,
                   "Listen beyond loopback without authentication")
        ->envname("SLUICE_INSECURE");
    serve->add_flag("--access-log", configuration.access_log, "Log every request")
        ->envname("SLUICE_ACCESS_LOG");
    serve
        ->add_option("--log-level", configuration.log_level,
                     "debug, info, warn or error; default: info")
        ->envname("SLUICE_LOG_LEVEL")
        ->check(CLI::IsMember({"debug", "info", "warn", "error"}));
    serve
        ->add_option("--shutdown-seconds", configuration.shutdown_seconds,
                     "Time for running nodes to end")
        ->envname("SLUICE_SHUTDOWN_SECONDS")
        ->capture_default_str();
    serve->add_option("--max-body-bytes", configuration.limits.body_bytes, "Largest request body")
        ->envname("SLUICE_MAX_BODY_BYTES")
        ->capture_default_str();
    serve
        ->add_option("--max-output-bytes", configuration.limits.output_bytes,
                     "Largest output of a node")
        ->envname("SLUICE_MAX_OUTPUT_BYTES")
        ->capture_default_str();
    serve
        ->add_option("--max-response-bytes", configuration.limits.client_response_bytes,
                     "Largest answer that `http.request` reads")
        ->envname("SLUICE_MAX_RESPONSE_BYTES")
        ->capture_default_str();
    serve
        ->add_option("--header-seconds", configuration.header_seconds,
                     "Time for a client to send a request's header")
        ->envname("SLUICE_HEADER_SECONDS")
        ->capture_default_str();
    serve
        ->add_option("--body-seconds", configuration.body_seconds,
                     "Time for a client to send a request's body")
        ->envname("SLUICE_BODY_SECONDS")
        ->capture_default_str();
    serve
        ->add_option("--expression-steps", configuration.limits.expression_steps,
                     "Steps of one evaluation; about one an operator or element")
        ->envname("SLUICE_EXPRESSION_STEPS")
        ->check(CLI::Range(1'000, 100'000'000))
        ->capture_default_str();
    serve
        ->add_option("--expression-bytes", configuration.limits.expression_bytes,
                     "Bytes that one evaluation may make")
        ->envname("SLUICE_EXPRESSION_BYTES")
        ->check(CLI::Range(std::size_t{64} << 10, std::size_t{1} << 30))
        ->capture_default_str();
    serve
        ->add_option("--max-connections", configuration.limits.connections,
                     "Most connections at once")
        ->envname("SLUICE_MAX_CONNECTIONS")
        ->capture_default_str();
    serve
        ->add_option("--max-live", configuration.limits.live_executions,
                     "Most executions in memory; more get a 503")
        ->envname("SLUICE_MAX_LIVE")
        ->capture_default_str();
    serve
        ->add_option("--max-queue", configuration.limits.queue_rows,
                     "Most executions waiting for the disk; more get a 503")
        ->envname("SLUICE_MAX_QUEUE")
        ->capture_default_str();
    add_code(*serve, configuration.code);
    serve
        ->add_option("--script-hosts", configuration.limits.script_hosts,
                     "Most processes that run code nodes at once")
        ->envname("SLUICE_SCRIPT_HOSTS")
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
    add_shell(*serve, configuration.shell);
    serve
        ->add_option("--retention-age", configuration.retention_age,
                     "How long ended executions are kept, such as 12h or 30d; 0: for ever")
        ->envname("SLUICE_RETENTION_AGE")
        ->capture_default_str();
    serve
        ->add_option("--retention-count", configuration.retention_count,
                     "Ended executions kept of each flow, the newest; 0: all")
        ->envname("SLUICE_RETENTION_COUNT")
        ->capture_default_str();
    serve
        ->add_option("--retention-bytes", configuration.retention_bytes,
                     "Most bytes of the data file: the oldest ended executions make room; 0: no "
                     "quota")
        ->envname("SLUICE_RETENTION_BYTES")
        ->capture_default_str();
    return *serve;
}

}  // namespace sluice::app
