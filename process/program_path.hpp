#pragma once

#include <string>

#include "engine/model/error.hpp"
#include "engine/nodes/process_runner.hpp"

namespace sluice::process {

/// Where programs are looked for when the environment has no PATH.
inline constexpr const char* default_path = "/usr/local/bin:/usr/bin:/bin";

/// The path to execute for `program`, as the new process sees it in `directory`. Looks at files:
/// not for the loop's thread. Errors: `program_not_found`, `program_not_executable`.
[[nodiscard]] node_result<std::string> find_program(const std::string& program,
                                                    const std::string& directory,
                                                    const ProcessEnvironment& environment);

/// `directory_not_found` when no process can begin there.
[[nodiscard]] node_result<void> check_directory(const std::string& directory);

}  // namespace sluice::process
