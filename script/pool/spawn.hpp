#pragma once

#include <string>

#include <sys/types.h>

namespace sluice::script {

/// A process that has been started: the caller's to end, and to wait for.
struct SpawnedHost {
    pid_t process = -1;
    int process_descriptor = -1;  ///< readable once the process has ended (`pidfd_open`)
    int channel = -1;             ///< our end of the socket
    std::string problem;          ///< why there is none
};

/// Starts `program` with a socket as its only descriptor, an empty environment, its own process
/// group and default signals. Blocks until the new program has been loaded (about a millisecond).
[[nodiscard]] SpawnedHost spawn_host(const std::string& program, std::size_t memory_ceiling);

/// What becomes of one that nobody wants any more: ends it, and waits for its end.
void discard(SpawnedHost& host);

}  // namespace sluice::script
