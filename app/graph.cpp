#include <cstdio>

#include "app/commands.hpp"
#include "app/finish.hpp"
#include "app/flow_files.hpp"
#include "app/judge.hpp"
#include "app/text_file.hpp"
#include "engine/drawing/mermaid.hpp"
#include "engine/drawing/svg.hpp"

namespace sluice::app {

int graph(const GraphConfiguration& configuration) {
    const auto program = judged(configuration.file, configuration.code);
    if (program == nullptr) return exit_usage;
    const bool as_svg = configuration.format.empty() ? configuration.output.ends_with(".svg")
                                                     : configuration.format == "svg";
    std::string text;
    if (as_svg) {
        auto drawn = drawing::svg_of(program->definition());
        if (!drawn) {
            std::fprintf(stderr, "sluice: %s: %s\n", configuration.file.c_str(),
                         drawn.error().message.c_str());
            return exit_failed;
        }
        text = std::move(*drawn);
    } else {
        text = drawing::mermaid_of(program->definition());
    }
    if (configuration.output.empty()) {
        std::fwrite(text.data(), 1, text.size(), stdout);
        return std::fflush(stdout) == 0 ? exit_ok : exit_failed;
    }
    if (const auto written = write_text_file(configuration.output, text); !written) {
        std::fprintf(stderr, "sluice: %s\n", written.error().message.c_str());
        return exit_failed;
    }
    return exit_ok;
}

}  // namespace sluice::app
