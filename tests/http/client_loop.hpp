#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "engine/async/clock.hpp"
#include "engine/async/task.hpp"
#include "engine/async/timer_queue.hpp"
#include "engine/async/timers.hpp"
#include "engine/model/error.hpp"
#include "engine/nodes/http_client.hpp"

namespace sluice::testing {

/// A real loop with real time, run until something has happened.
class ClientLoop {
  public:
    asio::io_context context{1};
    SystemClock clock;
    timer_queue timers;
    loop_timers driver{context, clock, timers};

    /// Runs the loop until `happened`; fails the test after 20 seconds.
    void run_until(const std::function<bool()>& happened) {
        const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        context.restart();
        while (!happened()) {
            if (std::chrono::steady_clock::now() > give_up) {
                ADD_FAILURE() << "waited for 20 seconds in vain";
                return;
            }
            if (context.run_one_for(std::chrono::milliseconds(50)) == 0) context.restart();
        }
    }

    /// Runs the loop for about `duration`.
    void run_for(std::chrono::milliseconds duration) {
        context.restart();
        context.run_for(duration);
    }
};

/// A coroutine under way, and how it ended.
template <typename T>
class Running {
  public:
    Running(asio::io_context& loop, task<T> work) : loop_(loop) {
        asio::co_spawn(loop, std::move(work),
                       asio::bind_cancellation_slot(signal_.slot(),
                                                    [this](std::exception_ptr failure, T value) {
                                                        done_ = true;
                                                        if (failure)
                                                            inspect(failure);
                                                        else
                                                            value_ = std::move(value);
                                                    }));
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

    /// From inside the loop, as always: from outside, Asio would post the cancellation, and it
    /// could come after the coroutine and its signal are gone.
    void cancel() {
        bool emitted = false;
        asio::post(loop_, [this, &emitted] {
            emitted = true;
            if (!done_) signal_.emit(asio::cancellation_type::terminal);
        });
        loop_.restart();
        while (!emitted) loop_.run_one();
    }
    [[nodiscard]] bool done() const { return done_; }
    [[nodiscard]] bool cancelled() const { return cancelled_; }
    [[nodiscard]] bool succeeded() const { return value_.has_value(); }
    [[nodiscard]] T& value() { return value_.value(); }
    /// What the coroutine failed with; an empty code when it did not fail with a `NodeFailure`.
    [[nodiscard]] const NodeError& error() const { return error_; }

  private:
    void inspect(const std::exception_ptr& failure) {
        try {
            std::rethrow_exception(failure);
        } catch (const NodeFailure& problem) {
            error_ = problem.error();
        } catch (const system_error& problem) {
            cancelled_ = is_cancellation(problem);
            if (!cancelled_) error_.message = problem.what();
        } catch (const std::exception& problem) {
            error_.message = problem.what();
        }
    }

    asio::io_context& loop_;
    asio::cancellation_signal signal_;
    bool done_ = false;
    bool cancelled_ = false;
    std::optional<T> value_;
    NodeError error_;
};

}  // namespace sluice::testing
