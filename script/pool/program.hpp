#pragma once

#include <string>

#include "engine/model/code.hpp"

namespace sluice::script {

/// Where the program of a language's script hosts is: what the environment's SLUICE_SCRIPT_HOST or
/// SLUICE_PYTHON_HOST says, else `sluice-script` or `sluice-script-python` beside this program, or
/// in `script/` there (as in a build folder). Empty when there is none.
[[nodiscard]] std::string find_host_program(CodeLanguage language);

/// What to tell when there is none.
[[nodiscard]] std::string no_host_program(CodeLanguage language);

}  // namespace sluice::script
