#pragma once

#include <string>

#include "engine/secrets/redaction.hpp"

namespace sluice::app {

/// Makes the server's log, on standard error, the default one of this process: every line of it is
/// redacted. `level` is one of spdlog's words.
void open_server_log(const std::string& level, Redaction redaction);

}  // namespace sluice::app
