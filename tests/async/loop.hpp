#pragma once

#include <exception>
#include <functional>
#include <string>
#include <utility>

#include "engine/async/task.hpp"

namespace sluice::testing {

/// A loop stepped by hand, and a coroutine whose end can be looked at.
class Loop {
  public:
    asio::io_context context{1};

    [[nodiscard]] Executor executor() { return context.get_executor(); }

    /// Runs everything that can run now; never waits.
    void settle() {
        context.restart();
        context.poll();
    }
};

/// Runs one task and records how it ended: "running", "done", "cancelled", "timed_out" or "failed:
/// ...".
class Probe {
  public:
    Probe(Loop& loop, task<void> work) {
        asio::co_spawn(
            loop.executor(), std::move(work),
            asio::bind_cancellation_slot(signal_.slot(), [this](const std::exception_ptr& failure) {
                ++ends_;
                state_ = describe(failure);
            }));
    }

    void cancel() { signal_.emit(asio::cancellation_type::terminal); }
    [[nodiscard]] const std::string& state() const { return state_; }
    [[nodiscard]] int ends() const { return ends_; }

  private:
    static std::string describe(const std::exception_ptr& failure) {
        if (!failure) return "done";
        try {
            std::rethrow_exception(failure);
        } catch (const system_error& error) {
            if (is_cancellation(error)) return "cancelled";
            if (error.code() == asio::error::timed_out) return "timed_out";
            return std::string("failed: ") + error.what();
        } catch (const std::exception& error) {
            return std::string("failed: ") + error.what();
        }
    }

    asio::cancellation_signal signal_;
    std::string state_ = "running";
    int ends_ = 0;
};

}  // namespace sluice::testing
