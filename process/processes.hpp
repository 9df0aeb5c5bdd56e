#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <optional>
#include <vector>

#include <sys/types.h>

#include "engine/async/on_thread.hpp"
#include "engine/async/scope.hpp"
#include "engine/async/timer_queue.hpp"
#include "engine/async/wait_list.hpp"
#include "engine/nodes/process_runner.hpp"

namespace sluice::process {

class Run;

struct ProcessesOptions {
    ProcessEnvironment environment;  ///< what every program gets, unless its node says otherwise
    std::size_t at_once = 16;        ///< programs; further ones wait for their turn
    std::size_t waiting = 1'000;     ///< of these; more fail with `process_busy`
    std::chrono::milliseconds wait{600'000};    ///< for a turn; then `process_busy`, too
    std::chrono::milliseconds grace{2'000};     ///< from SIGTERM to SIGKILL
    std::chrono::milliseconds linger{200};      ///< for pipes that the program left open
    std::chrono::milliseconds patience{5'000};  ///< for the kernel to end what was killed
};

/// Runs programs, each as the leader of a session of its own with nothing inherited but its
/// directory, user and limits. Needs Linux 5.3 (pidfd_open) and glibc 2.34. Does not touch SIGCHLD,
/// which belongs to the embedding program; while that ignores it, or waits for any child
/// (`waitpid(-1)`), programs are refused or their exit codes lost (-1).
/// Loop thread only; starting and ending programs is done on threads of its own. `timers` and
/// `clock` outlive it. `close` it before the loop ends.
class Processes final : public ProcessRunner {
  public:
    Processes(asio::io_context& loop, const Clock& clock, timer_queue& timers,
              ProcessesOptions options);
    ~Processes() override;

    task<ProcessEnd> run(ProcessRequest request) override;
    [[nodiscard]] const ProcessEnvironment& environment() const override {
        return options_.environment;
    }

    /// Ends all programs as a cancellation does, and returns when they are gone; later runs are
    /// refused.
    task<void> close();

    struct Counters {
        std::size_t runs = 0;     ///< that had their turn
        std::size_t busy = 0;     ///< now
        std::size_t waiting = 0;  ///< for their turn, now
    };
    [[nodiscard]] Counters counters() const { return counters_; }

  private:
    class Place;

    task<void> take_place();
    task<void> keep(std::shared_ptr<Run> run);
    void wait_for_left_over();

    const Clock& clock_;
    timer_queue& timers_;
    ProcessesOptions options_;
    std::optional<asio::thread_pool> threads_;  // made when the first program is run
    std::list<std::shared_ptr<Run>> runs_;
    std::vector<pid_t> left_over_;  // could not be killed, and are waited for now and then
    wait_list places_;
    scope children_;
    bool closed_ = false;
    Counters counters_;
};

}  // namespace sluice::process
