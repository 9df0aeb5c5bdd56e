#include "app/judge.hpp"

#include <cstdio>

#include "app/code_options.hpp"
#include "app/finish.hpp"
#include "app/flow_files.hpp"
#include "engine/async/timers.hpp"
#include "engine/engine.hpp"

namespace sluice::app {

std::shared_ptr<const Program> judged(const std::string& path, const CodeConfiguration& code) {
    const auto file = read_flow_file(path);
    if (!file) {
        std::fprintf(stderr, "sluice: %s\n", file.error().message.c_str());
        return nullptr;
    }
    asio::io_context loop(1);
    const SystemClock clock;
    timer_queue timers;
    const loop_timers driver(loop, clock, timers);
    script::Scripts scripts(loop, clock, timers, scripts_options(code, {}));
    EngineOptions options;
    options.scripts = &scripts;
    options.timers = &timers;
    Engine engine(loop, std::move(options));
    const auto compiled = finish(loop, engine.flows().judge({file->source, file->format}));
    finish(loop, scripts.close());
    if (compiled.program == nullptr)
        for (const auto& diagnostic : compiled.diagnostics)
            std::fprintf(stderr, "%s\n", describe(path, diagnostic).c_str());
    return compiled.program;
}

}  // namespace sluice::app
