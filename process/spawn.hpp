#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "engine/model/error.hpp"
#include "engine/nodes/process_runner.hpp"

namespace sluice::process {

/// What a process is started from.
struct Start {
    std::vector<std::string> arguments;
    ProcessEnvironment environment;
    std::string directory;
    std::optional<std::string> input;  ///< what its standard input holds; else it is /dev/null
};

/// A process that was started, with our ends of its outputs' pipes; each descriptor is closed on
/// exec and -1 when there is none. Its owner waits for the process and closes them, or calls
/// `discard`.
struct Started {
    pid_t process = -1;
    int end = -1;  ///< a pidfd: readable when the process has ended
    int output = -1;
    int error = -1;
    std::optional<NodeError> problem;  ///< why nothing was started
};

/// Starts it as the leader of a session of its own, with no descriptor but the standard ones, no
/// variable but the given ones, and signals as they are by default. Blocks until the program is
/// loaded: not for the loop's thread.
[[nodiscard]] Started start_process(const Start& start);

/// Kills the process with its group, waits for it and closes what is open.
void discard(Started& started);

}  // namespace sluice::process
