#pragma once

#include <span>
#include <string>

#include <CLI/CLI.hpp>

namespace sluice::app {

/// What somebody probably meant whose arguments could not be parsed: `sluice serve`, `--listen`.
/// Empty when nothing known is near.
[[nodiscard]] std::string suggestion(const CLI::App& app, std::span<char* const> arguments);

}  // namespace sluice::app
