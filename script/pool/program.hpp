#pragma once

#include <string>

namespace sluice::script {

/// Where the program of script hosts is: `configured` when it is not empty, else the environment's
/// SLUICE_SCRIPT_HOST, else `sluice-script` beside this program, or in `script/` there (as in a
/// build folder). Empty when there is none.
[[nodiscard]] std::string find_host_program(const std::string& configured);

}  // namespace sluice::script
