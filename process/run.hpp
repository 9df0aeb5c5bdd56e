#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>

#include "engine/async/gate.hpp"
#include "engine/async/on_thread.hpp"
#include "engine/async/timer_queue.hpp"
#include "engine/async/wait_list.hpp"
#include "engine/nodes/process_runner.hpp"

#include "process/child.hpp"
#include "process/family.hpp"
#include "process/output.hpp"

namespace sluice::process {

/// How long a program is given, and the threads that start and end it.
struct RunSurroundings {
    const Clock& clock;
    timer_queue& timers;
    asio::thread_pool& threads;
    std::chrono::milliseconds grace;     ///< from SIGTERM to SIGKILL
    std::chrono::milliseconds linger;    ///< for what is still in the pipes of one that has ended
    std::chrono::milliseconds patience;  ///< for the kernel to end what was killed
};

/// One program from its start to the end of all that it started. Loop thread only.
class Run {
  public:
    Run(const RunSurroundings& surroundings, ProcessRequest request);

    /// Starts the program and stays with it; returns when it and its processes are gone. It is not
    /// cancelled: `end` is how it is told, so that nothing is left behind.
    task<void> live();
    /// Ends the program: SIGTERM, and SIGKILL after the grace.
    void end();
    /// Returns when `live` is over.
    task<void> over() { co_await over_.wait(); }

    /// What became of it, when it is over. Throws why it could not be run.
    ProcessEnd result();
    /// The number of a process that could not be killed, which somebody has to wait for; else 0.
    [[nodiscard]] pid_t left_over() const { return left_over_; }

  private:
    task<Started> start();
    task<void> accompany(Started started);
    task<void> collect(Child& child, ProcessStream stream);
    task<void> watch(Child& child);
    task<void> wind_up(Child& child);
    task<void> signal(Child& child, int number);
    /// Waits until `happened`, which something that calls `changed_` brings about, or until `due`.
    task<void> until(std::function<bool()> happened, SteadyTime due);

    [[nodiscard]] SteadyTime in(std::chrono::milliseconds duration) const {
        return surroundings_.clock.steady() + duration;
    }

    RunSurroundings surroundings_;
    ProcessRequest request_;
    Output output_;
    std::unique_ptr<Family> family_;
    wait_list changed_;
    gate over_;
    std::size_t open_outputs_ = 2;
    bool exited_ = false;
    bool ending_ = false;
    bool told_ = false;  // which is why it ended
    SteadyTime began_;
    SteadyTime exited_at_;
    ProcessEnd end_;
    std::exception_ptr failure_;
    pid_t left_over_ = 0;
};

}  // namespace sluice::process
