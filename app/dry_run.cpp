#include "engine/testing/dry_run.hpp"

#include <cstdio>

#include "app/code_options.hpp"
#include "app/commands.hpp"
#include "app/finish.hpp"
#include "app/flow_files.hpp"
#include "app/run_input.hpp"
#include "app/secrets.hpp"
#include "engine/async/timers.hpp"
#include "engine/model/json_text.hpp"

namespace sluice::app {
namespace {

using testing::DryNode;

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

void print(const DryNode& node) {
    using Fate = DryNode::Fate;
    const char* what = "";
    std::string more;
    switch (node.fate) {
        case Fate::ran:
            what = "runs";
            more = (node.outcome == "success" ? "" : node.outcome + "  ") + to_json(node.value);
            break;
        case Fate::acts:
            what = "acts";
            more = to_json(node.value);
            break;
        case Fate::waits:
            what = "waits";
            more =
                node.value.is_string() ? std::string(node.value.get_string()) : to_json(node.value);
            break;
        case Fate::failed:
            what = "fails";
            more = to_json(node.value);
            break;
        case Fate::skipped:
            what = "skipped";
            break;
        case Fate::unknown:
            what = "unknown";
            more = "after " + listed(node.after);
            break;
    }
    std::printf("%-8s %s (%s)%s%s\n", what, node.node.c_str(), node.type.c_str(),
                more.empty() ? "" : ": ", more.c_str());
}

}  // namespace

int dry_run(const RunConfiguration& configuration) {
    const auto refuse = [](const Error& error) {
        std::fprintf(stderr, "sluice: %s\n", error.message.c_str());
        return exit_usage;
    };
    const auto file = read_flow_file(configuration.file);
    if (!file) return refuse(file.error());
    auto input = input_of(configuration);
    if (!input) return refuse(input.error());
    const auto secrets = read_secrets(configuration.secrets_file);
    if (!secrets) return refuse(secrets.error());
    if (refuses_environment("--env", configuration.environment_names)) return exit_usage;
    asio::io_context loop(1);
    const SystemClock clock;
    timer_queue timers;
    const loop_timers driver(loop, clock, timers);
    script::Scripts scripts(loop, clock, timers, scripts_options(configuration.code, {}));
    EngineOptions options;
    options.scripts = &scripts;
    options.timers = &timers;
    options.secrets = *secrets;
    Engine engine(loop, std::move(options));
    const auto compiled = finish(loop, engine.flows().judge({file->source, file->format}));
    for (const auto& diagnostic : compiled.diagnostics)
        std::fprintf(stderr, "%s\n", describe(configuration.file, diagnostic).c_str());
    int code = exit_usage;
    if (compiled.program != nullptr) {
        const testing::TestServices services{loop, clock, engine.nodes(), &scripts};
        const auto run =
            testing::dry_run({file->source, file->format}, std::move(*input), *secrets,
                             environment_value(configuration.environment_names), services);
        if (run.refusal) {
            std::fprintf(stderr, "sluice: %s\n",
                         describe(configuration.file, *run.refusal).c_str());
        } else {
            for (const auto& node : run.nodes) print(node);
            std::fprintf(stderr, "%s; nothing was performed\n",
                         run.status == "waiting" || run.status == "running"
                             ? "how it ends depends on what acts or waits"
                             : ("it would end as " + run.status).c_str());
            code = exit_ok;
        }
    }
    finish(loop, scripts.close());
    return code;
}

}  // namespace sluice::app
