#pragma once

#include <cstddef>

namespace sluice::script {

/// Closes every descriptor but `keep`.
[[nodiscard]] bool close_descriptors(int keep);

/// What must be done before the first thread: empties the environment (the time zone is UTC), and
/// refuses core dumps and new privileges. False when the kernel refused.
[[nodiscard]] bool begin_sandbox();

/// From here on the process can compute, and speak through descriptors that are open: every other
/// system call ends it. For all of its threads, which must exist already. False when the kernel
/// refused.
[[nodiscard]] bool enter_filter();

/// Address space that the process uses now. Not after `enter_filter`.
[[nodiscard]] std::size_t address_space();

/// Lets the address space grow up to `soft` bytes; `hard` is the most that may be said later.
[[nodiscard]] bool limit_address_space(std::size_t soft, std::size_t hard);
/// Ends the process (SIGXCPU) when it has computed for so many seconds in all: the last resort.
[[nodiscard]] bool limit_processor_seconds(unsigned long seconds);

}  // namespace sluice::script
