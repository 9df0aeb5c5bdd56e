#pragma once

#include <CLI/CLI.hpp>

#include "app/configuration.hpp"

namespace sluice::app {

/// The command `serve` with its flags, each with an environment variable; `configuration` gets what
/// is given. It outlives the parsing.
CLI::App& add_serve(CLI::App& app, ServeConfiguration& configuration);

/// The flags of all commands that run code, or have it parsed.
void add_code(CLI::App& command, CodeConfiguration& configuration);

/// The flags of the commands that run flows, about the programs of `shell.exec`.
void add_shell(CLI::App& command, ShellConfiguration& configuration);

}  // namespace sluice::app
