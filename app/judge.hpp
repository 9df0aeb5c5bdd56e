#pragma once

#include <memory>
#include <string>

#include "app/configuration.hpp"
#include "engine/run/program.hpp"

namespace sluice::app {

/// The flow of one file, as `sluice validate` judges it. Nullptr when the file cannot be read or
/// the flow has problems; they are on standard error then.
[[nodiscard]] std::shared_ptr<const Program> judged(const std::string& path,
                                                    const CodeConfiguration& code);

}  // namespace sluice::app
