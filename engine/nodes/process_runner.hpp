#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/async/task.hpp"
#include "engine/model/error.hpp"

namespace sluice {

/// Names and values of environment variables. Names are not empty and have no `=`.
using ProcessEnvironment = std::map<std::string, std::string>;

enum class ProcessStream : std::uint8_t { output, error };

/// One program to run. No text in it holds a NUL.
struct ProcessRequest {
    /// The program and its arguments, at least the program. One without a slash is looked for in
    /// the absolute folders of `environment`'s PATH; a relative path begins in `directory`.
    std::vector<std::string> arguments;
    ProcessEnvironment environment;              ///< the whole of it: nothing is inherited
    std::string directory;                       ///< empty: the one of this process
    std::optional<std::string> input;            ///< of its standard input; nullopt: /dev/null
    std::chrono::milliseconds timeout{600'000};  ///< from its start on
    std::size_t output_bytes = 1u << 20;         ///< kept of each text of `ProcessEnd`
    /// Called on the loop's thread with each line of output as it comes, in bytes, without its end;
    /// only the first 64 KiB of a longer one. Returns whether further lines are wanted.
    std::function<bool(ProcessStream, std::string_view)> line;
};

/// How a program ended, and what it wrote: bytes of any kind.
struct ProcessEnd {
    int exit_code = 0;  ///< 128 and `signal` when a signal ended it, as shells say
    int signal = 0;     ///< the one that ended it; 0 when it ended by itself
    bool timed_out = false;
    std::string output;      ///< its standard output, from the beginning
    std::string error;       ///< its standard error, from the beginning
    std::string both;        ///< line by line, as they came
    std::string error_end;   ///< the end of its standard error, at most 4 KiB of whole lines
    bool truncated = false;  ///< one of the texts is not all that there was
    std::chrono::milliseconds duration{0};
};

/// How the engine runs programs. Implemented by process/, faked by tests. The engine has none
/// unless the program that embeds it wants flows to run programs.
class ProcessRunner {
  public:
    virtual ~ProcessRunner() = default;

    /// Runs the program to its end, whatever that is: an exit code, a signal, its timeout. When the
    /// program has ended, so have the processes that it left behind in its session. Throws
    /// `NodeFailure`:
    ///
    /// | code | what happened |
    /// | --- | --- |
    /// | `program_not_found` | there is no such program |
    /// | `program_not_executable` | it is there, and cannot be executed |
    /// | `directory_not_found` | `directory` is no folder that can be entered |
    /// | `process_busy` | too many others wait, or waited too long for their turn |
    /// | `process_unavailable` | the system starts no process here and now |
    /// | `process_stuck` | it could not be killed when its time was over |
    ///
    /// A run that is cancelled ends its program and all processes that it started, which takes up
    /// to some seconds, and throws `operation_aborted` when they are gone.
    virtual task<ProcessEnd> run(ProcessRequest request) = 0;

    /// The variables that programs get unless a node says otherwise. Nothing else of this
    /// process's environment reaches them.
    [[nodiscard]] virtual const ProcessEnvironment& environment() const = 0;
};

}  // namespace sluice
