#include <cstdio>

#include "app/code_options.hpp"
#include "app/commands.hpp"
#include "app/finish.hpp"
#include "app/flow_files.hpp"
#include "engine/async/timers.hpp"
#include "engine/engine.hpp"
#include "engine/model/json_text.hpp"

namespace sluice::app {

int validate(const ValidateConfiguration& configuration) {
    const auto files = find_flow_files(configuration.files);
    if (!files) {
        std::fprintf(stderr, "sluice: %s\n", files.error().message.c_str());
        return exit_usage;
    }
    asio::io_context loop(1);
    const SystemClock clock;
    timer_queue timers;
    const loop_timers driver(loop, clock, timers);
    script::Scripts scripts(loop, clock, timers, scripts_options(configuration.code, {}));
    EngineOptions options;
    options.scripts = &scripts;
    options.timers = &timers;
    Engine engine(loop, std::move(options));
    bool all_valid = true;
    Array report;
    for (const auto& path : *files) {
        const auto file = read_flow_file(path);
        if (!file) {
            std::fprintf(stderr, "sluice: %s\n", file.error().message.c_str());
            all_valid = false;
            continue;
        }
        const auto compiled = finish(loop, engine.flows().judge({file->source, file->format}));
        all_valid = all_valid && compiled.program != nullptr;
        if (configuration.json) {
            Array diagnostics;
            for (const auto& diagnostic : compiled.diagnostics)
                diagnostics.push_back(to_value(diagnostic));
            report.push_back(Object{{"file", path},
                                    {"valid", compiled.program != nullptr},
                                    {"diagnostics", std::move(diagnostics)}});
            continue;
        }
        for (const auto& diagnostic : compiled.diagnostics)
            std::printf("%s\n", describe(path, diagnostic).c_str());
        if (compiled.program != nullptr)
            std::printf("%s: ok: flow '%s' with %zu nodes\n", path.c_str(),
                        compiled.program->definition().name.c_str(),
                        compiled.program->graph().nodes.size());
    }
    finish(loop, scripts.close());
    if (configuration.json) std::printf("%s\n", to_pretty_json(report).c_str());
    return all_valid ? exit_ok : exit_failed;
}

}  // namespace sluice::app
