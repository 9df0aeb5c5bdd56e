#include "engine/definition/format.hpp"

#include <cstdio>
#include <iostream>
#include <iterator>

#include "app/commands.hpp"
#include "app/flow_files.hpp"
#include "app/text_file.hpp"
#include "engine/model/limits.hpp"

namespace sluice::app {
namespace {

enum class Outcome { canonical, changed, failed };

Outcome fail(const std::string& path, const Error& error) {
    std::fprintf(stderr, "%s\n", describe(path, error).c_str());
    return Outcome::failed;
}

Outcome format_file(const std::string& path, bool check) {
    const auto file = read_flow_file(path);
    if (!file) return fail(path, file.error());
    if (file->format == definition::SourceFormat::json)
        return fail(path,
                    {"not_formattable", "JSON is left as it is: flows in YAML are formatted", {}});
    const auto formatted = definition::format_flow(file->source);
    if (!formatted) return fail(path, formatted.error());
    if (*formatted == file->source) return Outcome::canonical;
    if (!check)
        if (const auto written = write_text_file(path, *formatted); !written)
            return fail(path, written.error());
    std::printf("%s\n", path.c_str());
    return Outcome::changed;
}

/// Standard input to standard output, for editors.
Outcome format_stream(bool check) {
    const std::string source{std::istreambuf_iterator<char>(std::cin), {}};
    const auto formatted = definition::format_flow(source);
    if (!formatted) return fail("<stdin>", formatted.error());
    if (!check) std::fwrite(formatted->data(), 1, formatted->size(), stdout);
    return *formatted == source ? Outcome::canonical : Outcome::changed;
}

bool is_json(const std::string& path) {
    return path.ends_with(".json");
}

}  // namespace

int format(const FormatConfiguration& configuration) {
    bool changed = false;
    bool failed = false;
    const auto note = [&](Outcome outcome) {
        changed = changed || outcome == Outcome::changed;
        failed = failed || outcome == Outcome::failed;
    };
    for (const auto& place : configuration.files) {
        if (place == "-") {
            note(format_stream(configuration.check));
            continue;
        }
        const auto files = find_flow_files({place});
        if (!files) {
            note(fail(place, files.error()));
            continue;
        }
        for (const auto& path : *files)
            if (path == place || !is_json(path)) note(format_file(path, configuration.check));
    }
    if (failed) return exit_usage;
    return changed && configuration.check ? exit_failed : exit_ok;
}

}  // namespace sluice::app
