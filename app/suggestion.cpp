#include "app/suggestion.hpp"

#include <string_view>
#include <vector>

#include "engine/model/nearest_name.hpp"

namespace sluice::app {
namespace {

/// The command among the arguments; nullptr when there is none.
const CLI::App* command_in(const CLI::App& app, std::span<char* const> arguments) {
    for (const CLI::App* const command : app.get_subcommands({}))
        for (const char* const argument : arguments)
            if (command->check_name(argument)) return command;
    return nullptr;
}

std::string meant_command(const CLI::App& app, std::string_view given) {
    std::vector<std::string> names;
    for (const CLI::App* const command : app.get_subcommands({}))
        names.push_back(command->get_name());
    const std::string name = nearest_name(given, names);
    return name.empty() ? name : app.get_name() + " " + name;
}

}  // namespace

std::string suggestion(const CLI::App& app, std::span<char* const> arguments) {
    const auto given = arguments.subspan(arguments.empty() ? 0 : 1);
    const CLI::App* const command = command_in(app, given);
    std::vector<std::string> flags;
    for (const CLI::App* const known : {&app, command}) {
        if (known == nullptr) continue;
        for (const CLI::Option* const option : known->get_options())
            for (const auto& name : option->get_lnames()) flags.push_back("--" + name);
    }
    for (const std::string_view argument : given) {
        if (!argument.starts_with("--")) {
            if (command == nullptr && !argument.starts_with('-'))
                return meant_command(app, argument);
            continue;
        }
        const std::string_view flag = argument.substr(0, argument.find('='));
        const std::string meant = nearest_name(flag, flags);
        if (!meant.empty() && meant != flag) return meant;
    }
    return {};
}

}  // namespace sluice::app
