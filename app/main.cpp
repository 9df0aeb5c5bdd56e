#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <sys/resource.h>

#include "app/commands.hpp"
#include "app/serve_options.hpp"
#include "app/suggestion.hpp"

namespace {

using namespace sluice::app;

constexpr const char* run_help = R"(
Examples:
  sluice run flow.yaml                                 run a flow without input
  sluice run flow.yaml --input id=7 --input name=Ann   set members of the input; values may be JSON
  sluice run flow.yaml --input-file order.json         the whole input; `-` reads standard input
  SLUICE_SECRET_TOKEN=... sluice run flow.yaml         let the flow use ${secrets.TOKEN}
  sluice run flow.yaml --input id=7 --dry-run          what would run: pure nodes do, effects are only listed
The result goes to standard output, everything else to standard error. Exit codes: 0 succeeded, 1 failed,
2 the flow or its input is not usable, 4 timed out, 130 cancelled.)";

constexpr const char* validate_help = R"(
Examples:
  sluice validate flows/                               every flow of a folder, all problems at once
  sluice validate --json flow.yaml                     for machines and editors)";

constexpr const char* test_help = R"(
Examples:
  sluice test flows/                                   every *.test.yaml of a folder
  sluice test orders.yaml                              the test beside a flow: orders.test.yaml
  sluice test flows/ --filter refund                   only tests with this in their name
  sluice test flows/ --faults kill,http,clock --seed 7 the same while the process dies, calls fail and the
                                                       clock is wrong; a failure names the command that repeats it
  sluice test flows/ --junit report.xml                for machines
A test names what goes in, what mocks answer, what people decide, and what is expected:
  tests:
    large orders are approved first:
      input: {customerId: 7}
      mocks: {customer: {output: {status: 200, body: {name: Ada, total: 250}}}, ship: {output: {status: 201}}}
      decide: {approve: {after: 29d, outcome: approved, by: eve}}
      expect: {nodes: {big: true, ship: success}, duration: "<30d"}
Time is simulated: 29 days take milliseconds. Nothing reaches the network. docs/testing-flows.md is the reference.
Exit codes: 0 all passed, 1 some failed, 2 a test or its flow is not usable.)";

constexpr const char* record_help = R"(
Examples:
  sluice record 019a8c3e-... > orders.test.yaml        an execution of ./sluice.db as a test of its flow
  sluice record 019a8c3e-... --data /var/lib/sluice/s.db --flow orders.yaml
What its effects were answered becomes mocks, what people decided is decided again at the same time, and how it
ended is expected. Secrets are redacted. Works beside a running server. Exit codes: 0 recorded, 1 the file could
not be read, 2 there is no such file or execution.)";
constexpr const char* graph_help = R"(
Examples:
  sluice graph flow.yaml                               Mermaid, for Markdown: put it between ```mermaid and ```
  sluice graph flow.yaml --output flow.svg             a picture
  sluice graph flow.yaml --format svg | rsvg-convert > flow.png
Nodes show their id, type and the parameter that says most; edges their outcome; the black dot is where an
execution begins; what composite nodes hold is inside them. A flow with problems is not drawn (exit code 2).)";

constexpr const char* init_help = R"(
Examples:
  sluice init                                          webhook.yaml and webhook.test.yaml in this folder
  sluice init flows --template approval --name vacation
  sluice init --list                                   the templates
Never overwrites a file, and says what to do next.)";

constexpr const char* fmt_help = R"(
Examples:
  sluice fmt flow.yaml                                 names the files that it changed
  sluice fmt flows/                                    every flow of a folder
  sluice fmt --check flows/                            changes nothing; exit code 1 when it would
  sluice fmt - < flow.yaml                             to standard output, for editors
Keys come in their order (name, namespace, ... nodes, output, settings; id, type, needs, when, with, ... next),
two spaces a level, double quotes. Comments, anchors, numbers and the order of nodes stay. What would not mean the
same afterwards is not written: the file stays as it is, and the exit code is 2.)";

constexpr const char* eval_help = R"(
Examples:
  sluice eval '2 ** 10'
  sluice eval 'input.items.map(i => i.price)' --input order.json
  curl -s localhost/x | sluice eval 'input.length' --input -
  sluice eval 'nodes.fetch.body.total > 100' --scope scope.json   an object of input, nodes, vars ...
  sluice eval 'new Date(0).getHours()' --timezone Asia/Tokyo
  sluice eval --json 'input.a.b' --input order.json    value, type, budget used, and errors with their place
docs/expressions.md is the reference. Exit codes: 0 there is a value, 1 there is none, 2 a file is not usable.)";

constexpr const char* verify_help = R"(
Examples:
  sluice verify                                        everything in ./sluice.db
  sluice verify --data /var/lib/sluice/s.db            another file, also while a server runs on it
  sluice verify 019a8c3e-...                           one execution
  sluice verify --json > report.json                   for machines
Checked are SQLite's pages and indexes, and of every execution the hash chain, the events and their numbers,
the state that follows from them against the columns, and holds; of every large value the hash. Nothing is changed. Exit codes: 0 all is
well, 1 something is wrong (each line says what and where), 2 there is no such file or execution.)";

constexpr const char* why_help = R"(
Examples:
  sluice why 019a8c3e-...                              what does this execution wait for?
  sluice why order-intake                              why did this flow's webhook start nothing?
  sluice why 019a8c3e-... --server http://10.0.0.5:8080
  sluice why 019a8c3e-... --data /var/lib/sluice/s.db  from the file, without a server
  sluice why 019a8c3e-... --json                       for machines
Each line is one thing that it waits for: since when, until when, who can end it, and the call that does. Asked
is the server on 127.0.0.1:8080, and when none answers there, SLUICE_DATA or ./sluice.db is read. Exit codes:
0 explained, 1 the server or file could not answer, 2 there is no such execution or flow.)";

constexpr const char* backup_help = R"(
Examples:
  sluice backup /backup/sluice-monday.db               a copy of ./sluice.db, also while a server runs on it
  sluice backup copy.db --data /var/lib/sluice/s.db    of another file
The copy is of one moment, synced, checked, and never overwrites a file. To restore, stop the server, remove
the data file with its -wal and -shm, put the copy in its place and start again.)";

constexpr const char* doctor_help = R"(
Examples:
  sluice doctor                                        would `sluice serve` be well here?
  sluice doctor --data /var/lib/sluice/s.db --listen :9000
  sluice --config sluice.toml doctor                   with the settings of [serve]
  sluice doctor --json                                 for machines
Exit codes: 0 nothing fails (there may be warnings), 1 something does; each line names the remedy.)";

void add_run(CLI::App& app, RunConfiguration& configuration) {
    auto* const run = app.add_subcommand("run", "Run one flow here and now, without a server");
    run->footer(run_help);
    run->add_option("file", configuration.file, "The flow")->required();
    run->add_option("--input", configuration.inputs, "key=value of the input; may be repeated")
        ->allow_extra_args(false);
    run->add_option("--input-file", configuration.input_file,
                    "JSON file with the input, or - for standard input");
    run->add_option("--env", configuration.environment_names,
                    "Environment variables that the flow may read")
        ->delimiter(',')
        ->allow_extra_args(false);
    run->add_option("--secrets", configuration.secrets_file,
                    "File of secrets that the flow may use (YAML: NAME: \"text\"), readable by its "
                    "owner only")
        ->envname("SLUICE_SECRETS");
    run->add_option("--ca-file", configuration.ca_file,
                    "Further certificate authorities for https (PEM)");
    add_code(*run, configuration.code);
    add_shell(*run, configuration.shell);
    run->add_flag("-q,--quiet", configuration.quiet, "No live lines");
    run->add_flag("--dry-run", configuration.dry_run,
                  "Show what would run, with its parameters, and perform nothing");
}

void add_validate(CLI::App& app, ValidateConfiguration& configuration) {
    auto* const validate =
        app.add_subcommand("validate", "Judge flow files: every problem with its place");
    validate->footer(validate_help);
    validate->add_option("files", configuration.files, "Flow files, or folders of them")
        ->required();
    add_code(*validate, configuration.code);
    validate->add_flag("--json", configuration.json, "Print the problems as JSON");
}

void add_test(CLI::App& app, TestConfiguration& configuration) {
    auto* const test =
        app.add_subcommand("test", "Test flows: mocks, a simulated clock, expectations, faults");
    test->footer(test_help);
    test->add_option("files", configuration.files,
                     "Tests (*.test.yaml), flows with a test beside them, or folders")
        ->required();
    test->add_option("--filter", configuration.filter, "Only tests with this text in their name");
    test->add_option("--faults", configuration.faults,
                     "What goes wrong meanwhile: kill, http, clock")
        ->delimiter(',')
        ->allow_extra_args(false);
    test->add_option("--seed", configuration.seed,
                     "What the faults, ids and jitter follow from: the same seed, the same run")
        ->capture_default_str();
    test->add_option("--junit", configuration.junit, "Write the report as JUnit XML to this file");
    add_code(*test, configuration.code);
    test->add_flag("-q,--quiet", configuration.quiet, "Only failures and the summary");
}

void add_graph(CLI::App& app, GraphConfiguration& configuration) {
    auto* const graph = app.add_subcommand("graph", "Draw a flow, as SVG or Mermaid");
    graph->footer(graph_help);
    graph->add_option("file", configuration.file, "The flow")->required();
    graph
        ->add_option("--format", configuration.format,
                     "mermaid or svg; default: mermaid, or svg when the output ends in .svg")
        ->check(CLI::IsMember({"mermaid", "svg"}));
    graph->add_option("-o,--output", configuration.output,
                      "File to write; default: standard output");
    add_code(*graph, configuration.code);
}

void add_init(CLI::App& app, InitConfiguration& configuration) {
    auto* const init = app.add_subcommand("init", "Make a new flow with a test beside it");
    init->footer(init_help);
    init->add_option("folder", configuration.folder, "Where; made when it is not there")
        ->capture_default_str();
    init->add_option("--template", configuration.flow_template,
                     "What to begin with; --list shows them (default: webhook)");
    init->add_option("--name", configuration.name,
                     "Of the flow and its files; default: the template's");
    init->add_flag("--list", configuration.list, "Show the templates");
}

void add_fmt(CLI::App& app, FormatConfiguration& configuration) {
    auto* const fmt = app.add_subcommand("fmt", "Give flow files their canonical form");
    fmt->footer(fmt_help);
    fmt->add_option("files", configuration.files,
                    "Flow files, folders of them, or - for standard input")
        ->required();
    fmt->add_flag("--check", configuration.check,
                  "Change nothing; name the files that would change, and exit with 1");
}

void add_eval(CLI::App& app, EvalConfiguration& configuration) {
    auto* const eval = app.add_subcommand("eval", "Try an expression out");
    eval->footer(eval_help);
    eval->add_option("expression", configuration.expression, "What would stand between ${ and }")
        ->required();
    eval->add_option("--input", configuration.input,
                     "JSON file that is `input`; - reads standard input");
    eval->add_option("--scope", configuration.scope,
                     "JSON file with an object of input, nodes, vars ...");
    eval->add_option("--timezone", configuration.time_zone, "Local time of dates instead of UTC");
    eval->add_flag("--json", configuration.json, "Print value, type, budget and errors as JSON");
}

void add_data(CLI::App& command, std::string& data) {
    command.add_option("--data", data, "The data file")
        ->envname("SLUICE_DATA")
        ->capture_default_str();
}

void add_record(CLI::App& app, RecordConfiguration& configuration) {
    auto* const record =
        app.add_subcommand("record", "Print a stored execution as a test of its flow");
    record->footer(record_help);
    record->add_option("id", configuration.execution, "The execution")->required();
    add_data(*record, configuration.data);
    record->add_option("--flow", configuration.flow,
                       "The flow's file, as the test names it; default: its name with .yaml");
}

CLI::App& add_verify(CLI::App& app, VerifyConfiguration& configuration) {
    auto* const verify =
        app.add_subcommand("verify", "Check a data file: what is wrong in it, and where");
    verify->footer(verify_help);
    verify->add_option("id", configuration.execution, "Only this execution");
    add_data(*verify, configuration.data);
    verify->add_flag("--json", configuration.json, "Print the report as JSON");
    return *verify;
}

CLI::App& add_why(CLI::App& app, WhyConfiguration& configuration) {
    auto* const why = app.add_subcommand("why", "Explain what an execution waits for");
    why->footer(why_help);
    why->add_option("id", configuration.id, "Id of an execution, or id or name of a flow")
        ->required();
    auto* const server =
        why->add_option("--server", configuration.server, "Ask this server: http://HOST:PORT")
            ->envname("SLUICE_SERVER");
    // Without an environment variable: SLUICE_DATA is also set where a server runs on the file.
    why->add_option("--data", configuration.data, "Read this data file")->excludes(server);
    why->add_flag("--json", configuration.json, "Print the explanation as JSON");
    return *why;
}

CLI::App& add_backup(CLI::App& app, BackupConfiguration& configuration) {
    auto* const backup =
        app.add_subcommand("backup", "Copy a data file, also while a server runs on it");
    backup->footer(backup_help);
    backup->add_option("file", configuration.file, "The copy; must not exist yet")->required();
    add_data(*backup, configuration.data);
    return *backup;
}

CLI::App& add_doctor(CLI::App& app, DoctorConfiguration& configuration) {
    auto* const doctor =
        app.add_subcommand("doctor", "Check disk, clock, limits and address before serving");
    doctor->footer(doctor_help);
    add_data(*doctor, configuration.data);
    doctor
        ->add_option("--listen", configuration.listen, "Address and port that would be listened on")
        ->envname("SLUICE_LISTEN")
        ->capture_default_str();
    doctor->add_flag("--json", configuration.json, "Print the report as JSON");
    return *doctor;
}

/// Sets the options that neither a flag nor the environment has set. CLI11's own reading of a file
/// would put the file above the environment.
/// Other commands take what they know of [serve].
void apply_configuration_file(CLI::App& command, const CLI::App& serve, const std::string& path) {
    std::ifstream stream(path);
    if (!stream) throw CLI::FileError::Missing(path);
    for (const auto& item : CLI::ConfigTOML().from_config(stream)) {
        if (item.name == "++" || item.name == "--")
            continue;  // CLI11's marks for the bounds of a section
        const bool known_section =
            item.parents.size() == 1 && item.parents.front() == serve.get_name();
        if (!known_section || serve.get_option_no_throw("--" + item.name) == nullptr)
            throw CLI::ConfigError::NotConfigurable(path + ": " + item.fullname());
        auto* const option = command.get_option_no_throw("--" + item.name);
        if (option == nullptr || option->count() > 0) continue;
        option->add_result(item.inputs);
        option->run_callback();
    }
}

/// Under the name of Flow Engine's own server the program is that server.
bool is_flowserver(const char* program) {
    const std::string_view path(program);
    return path.substr(path.rfind('/') + 1) == "flowserver";
}

/// The words of the command line that mean the same, last one first, as CLI11 wants them: beside
/// its API that server has the native one on any free port.
std::vector<std::string> as_flowserver(std::vector<std::string> words) {
    words.insert(words.begin(), {"serve", "--dialect", "flowengine"});
    if (std::none_of(words.begin(), words.end(),
                     [](const auto& word) { return word.starts_with("--listen"); }))
        words.insert(words.end(), {"--listen", "127.0.0.1:0"});
    std::reverse(words.begin(), words.end());
    return words;
}

/// A thousand calls at once need a thousand files; the usual soft limit is not much more.
void raise_file_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int main(int count, char** arguments) {
    CLI::App app("Sluice runs flows: durable workflows in one small process.", "sluice");
    app.set_version_flag("--version", std::string("sluice ") + SLUICE_VERSION);
    std::string configuration_file;
    app.add_option("--config", configuration_file,
                   "Configuration file (TOML): [serve] with `name = value` lines")
        ->envname("SLUICE_CONFIG");
    app.require_subcommand(1);
    app.footer("`sluice COMMAND --help` shows a command with examples.");
    ServeConfiguration serve_configuration;
    RunConfiguration run_configuration;
    ValidateConfiguration validate_configuration;
    CLI::App& serve_command = add_serve(app, serve_configuration);
    add_run(app, run_configuration);
    add_validate(app, validate_configuration);
    TestConfiguration test_configuration;
    add_test(app, test_configuration);
    RecordConfiguration record_configuration;
    add_record(app, record_configuration);
    EvalConfiguration eval_configuration;
    add_eval(app, eval_configuration);
    VerifyConfiguration verify_configuration;
    BackupConfiguration backup_configuration;
    DoctorConfiguration doctor_configuration;
    InitConfiguration init_configuration;
    add_init(app, init_configuration);
    FormatConfiguration format_configuration;
    add_fmt(app, format_configuration);
    GraphConfiguration graph_configuration;
    add_graph(app, graph_configuration);
    WhyConfiguration why_configuration;
    add_why(app, why_configuration);
    CLI::App& verify_command = add_verify(app, verify_configuration);
    CLI::App& backup_command = add_backup(app, backup_configuration);
    CLI::App& doctor_command = add_doctor(app, doctor_configuration);
    try {
        if (is_flowserver(arguments[0]))
            app.parse(as_flowserver({arguments + 1, arguments + count}));
        else
            app.parse(count, arguments);
        if (!configuration_file.empty())
            for (auto* const command :
                 {&serve_command, &verify_command, &backup_command, &doctor_command})
                if (app.got_subcommand(command))
                    apply_configuration_file(*command, serve_command, configuration_file);
    } catch (const CLI::ParseError& error) {
        if (app.exit(error) == 0) return exit_ok;
        if (const auto meant = suggestion(app, {arguments, static_cast<std::size_t>(count)});
            !meant.empty())
            std::fprintf(stderr, "Did you mean `%s`?\n", meant.c_str());
        return exit_usage;
    }
    raise_file_limit();
    try {
        if (app.got_subcommand("serve")) return serve(serve_configuration);
        if (app.got_subcommand("run")) return run(run_configuration);
        if (app.got_subcommand("record")) return record(record_configuration);
        if (app.got_subcommand("test")) return test(test_configuration);
        if (app.got_subcommand("init")) return init(init_configuration);
        if (app.got_subcommand("fmt")) return format(format_configuration);
        if (app.got_subcommand("graph")) return graph(graph_configuration);
        if (app.got_subcommand("eval")) return eval(eval_configuration);
        if (app.got_subcommand("verify")) return verify(verify_configuration);
        if (app.got_subcommand("why")) return why(why_configuration);
        if (app.got_subcommand("backup")) return backup(backup_configuration);
        if (app.got_subcommand("doctor")) return doctor(doctor_configuration);
        return validate(validate_configuration);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "sluice: %s\n", error.what());
        return exit_failed;
    }
}
