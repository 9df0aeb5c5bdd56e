#pragma once

#include <cstdlib>

#include "app/configuration.hpp"

#include "process/processes.hpp"

namespace sluice::app {

/// Variables that are not set are left out.
[[nodiscard]] inline process::ProcessesOptions processes_options(
    const ShellConfiguration& configuration) {
    process::ProcessesOptions options;
    options.at_once = configuration.at_once;
    for (const auto& name : configuration.environment_names)
        if (const char* const value = std::getenv(name.c_str())) options.environment[name] = value;
    return options;
}

}  // namespace sluice::app
