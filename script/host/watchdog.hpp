#pragma once

#include <cstdint>

struct JSContext;

namespace sluice::script {

/// Ends code that runs for too long, by a timer signal on the main thread: first by asking the
/// engine to stop at its next check, then by ending the process. It also ends the process when the
/// pool has gone away. One in a process.
class Watchdog {
  public:
    /// What the code of a request may use.
    struct Budget {
        std::int64_t wall_ms = 0;
        std::int64_t processor_ms = 0;
    };

    /// Takes over SIGALRM. Before the filter; other threads must have blocked it.
    [[nodiscard]] static bool install(JSContext* context, int channel);

    static void arm(const Budget& budget);
    static void disarm();
    /// While the code waits for an answer nothing is to be watched but the clock, by the wait.
    static void pause();
    static void resume();
    /// Uses up the budget: the wall time was over while it was paused.
    static void expire();

    /// True once the budget is used up; stays so until the next `arm`.
    [[nodiscard]] static bool late();
    /// Of `late`: the processor's time, not the clock's.
    [[nodiscard]] static bool computed_too_long();
    /// Until the end of the armed wall time; 0 when it is over.
    [[nodiscard]] static int milliseconds_left();
    /// What the process has computed since `arm`, in microseconds.
    [[nodiscard]] static std::int64_t processor_us();
};

}  // namespace sluice::script
