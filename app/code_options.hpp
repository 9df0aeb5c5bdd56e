#pragma once

#include "app/configuration.hpp"
#include "script/pool/scripts.hpp"

namespace sluice::app {

[[nodiscard]] inline script::ScriptsOptions scripts_options(const CodeConfiguration& configuration,
                                                            const Limits& limits) {
    return {limits, configuration.script_host, configuration.python_host,
            configuration.enable_python};
}

}  // namespace sluice::app
