#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <vector>

#include "app/commands.hpp"
#include "app/flow_templates.hpp"
#include "app/text_file.hpp"
#include "engine/definition/names.hpp"
#include "engine/model/nearest_name.hpp"

namespace sluice::app {
namespace {

namespace fs = std::filesystem;

int refuse(const std::string& message, ExitCode code = exit_usage) {
    std::fprintf(stderr, "sluice: %s\n", message.c_str());
    return code;
}

int list() {
    for (const auto& one : flow_templates())
        std::printf("%-10s %s\n", std::string(one.name).c_str(),
                    std::string(one.description).c_str());
    return exit_ok;
}

std::string named(std::string_view text, const std::string& name) {
    constexpr std::string_view mark = "my-flow";
    std::string result(text);
    for (auto at = result.find(mark); at != std::string::npos;
         at = result.find(mark, at + name.size()))
        result.replace(at, mark.size(), name);
    return result;
}

int unknown_template(const std::string& name) {
    std::vector<std::string_view> names;
    std::string all;
    for (const auto& one : flow_templates()) {
        names.push_back(one.name);
        all += (all.empty() ? "" : ", ") + std::string(one.name);
    }
    const std::string meant = nearest_name(name, names);
    return refuse("there is no template '" + name + "'; " +
                  (meant.empty() ? "there are " + all : "did you mean '" + meant + "'?"));
}

}  // namespace

int init(const InitConfiguration& configuration) {
    if (configuration.list) return list();
    const auto templates = flow_templates();
    const auto chosen = std::find_if(templates.begin(), templates.end(), [&](const auto& one) {
        return configuration.flow_template.empty() || one.name == configuration.flow_template;
    });
    if (chosen == templates.end()) return unknown_template(configuration.flow_template);
    const std::string name =
        configuration.name.empty() ? std::string(chosen->name) : configuration.name;
    // The name is the key of a webhook and part of file names, too.
    if (!definition::is_flow_name(name) || name.size() > 200)
        return refuse("'" + name +
                      "' is no name of a flow: lower-case letters, digits, '.', '_' and '-', at "
                      "most 200, beginning with a letter or digit");
    std::error_code failed;
    const fs::path folder(configuration.folder);
    fs::create_directories(folder, failed);
    if (failed)
        return refuse("cannot make the folder '" + configuration.folder + "': " + failed.message(),
                      exit_failed);
    const std::string flow = (folder / (name + ".yaml")).lexically_normal().string();
    const std::string test = (folder / (name + ".test.yaml")).lexically_normal().string();
    for (const auto& path : {flow, test})
        if (fs::exists(fs::symlink_status(path)))
            return refuse("'" + path +
                              "' exists already, and is left as it is; give another name by "
                              "--name",
                          exit_failed);
    for (const auto& [path, text] : {std::pair(flow, chosen->flow), std::pair(test, chosen->test)})
        if (const auto made = create_text_file(path, named(text, name)); !made)
            return refuse(made.error().message, exit_failed);
    std::printf("Made %s (%s) and %s.\n\nNext:\n", flow.c_str(),
                std::string(chosen->description).c_str(), test.c_str());
    std::printf("  sluice validate %s\n  sluice test %s\n", flow.c_str(), test.c_str());
    std::printf("  sluice run %s %s\n", flow.c_str(), std::string(chosen->input).c_str());
    std::printf("  sluice serve --flows %s\n", folder.lexically_normal().string().c_str());
    return exit_ok;
}

}  // namespace sluice::app
