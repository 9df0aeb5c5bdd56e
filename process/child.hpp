#pragma once

#include <cstddef>
#include <span>

#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include "engine/async/task.hpp"
#include "engine/nodes/process_runner.hpp"

#include "process/spawn.hpp"

namespace sluice::process {

/// A process that runs, and our ends of its pipes, on the loop. Loop thread only. Destroying it
/// kills the process unless it was reaped.
class Child {
  public:
    Child(Executor executor, Started started);
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child();

    /// Its number; -1 when somebody else has waited for it, so that the number is not its own.
    [[nodiscard]] pid_t process() const { return started_.process; }

    /// Reads what comes next of one of its outputs; 0 when nothing more will come.
    task<std::size_t> read(ProcessStream stream, std::span<char> into);
    /// Waits until it has ended. It stays a zombie until `reap`: its number, which is that of its
    /// session, is not given to anybody else.
    task<void> ended();

    /// How it ended, once it has.
    [[nodiscard]] ProcessEnd end() const;
    /// Waits for one that has ended: its number is free.
    void reap();
    /// Lets go of one that cannot be killed: the caller waits for its number.
    pid_t abandon();

  private:
    using Descriptor = asio::posix::basic_stream_descriptor<Executor>;

    Started started_;
    Descriptor end_;
    Descriptor output_;
    Descriptor error_;
};

}  // namespace sluice::process
