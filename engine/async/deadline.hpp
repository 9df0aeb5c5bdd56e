#pragma once

#include <exception>
#include <type_traits>
#include <utility>

#include "engine/async/task.hpp"
#include "engine/async/timer_queue.hpp"

namespace sluice {

/// Runs `work` and cancels it when `due` comes. Returns what `work` returns; throws `system_error`
/// with `timed_out` when the deadline ended it, and `operation_aborted` when the caller was
/// cancelled. Work that finishes in spite of its cancellation has finished: its result counts.
/// `timers` outlives the call.
template <typename T>
task<T> with_deadline(timer_queue& timers, SteadyTime due, task<T> work) {
    asio::cancellation_signal stop;
    bool late = false;
    struct Timer {
        timer_queue& timers;
        timer_queue::Handle handle;
        ~Timer() { timers.cancel(handle); }
    };
    const Timer timer{timers, timers.add(due, [&stop, &late] {
                          late = true;
                          stop.emit(asio::cancellation_type::terminal);
                      })};
    // `work` listens to `stop`, so the caller's own cancellation has to be passed on.
    struct Forward {
        asio::cancellation_slot slot;
        ~Forward() {
            if (slot.is_connected()) slot.clear();
        }
    };
    const Forward forward{(co_await asio::this_coro::cancellation_state).slot()};
    if (asio::cancellation_slot slot = forward.slot; slot.is_connected())
        slot.assign([&stop](asio::cancellation_type type) { stop.emit(type); });

    const Executor executor = co_await asio::this_coro::executor;
    try {
        if constexpr (std::is_void_v<T>) {
            co_await asio::co_spawn(executor, std::move(work),
                                    asio::bind_cancellation_slot(stop.slot(), use_task));
            co_return;
        } else {
            co_return co_await asio::co_spawn(executor, std::move(work),
                                              asio::bind_cancellation_slot(stop.slot(), use_task));
        }
    } catch (const system_error& error) {
        if (!late || !is_cancellation(error)) throw;
    }
    throw system_error(asio::error::make_error_code(asio::error::timed_out));
}

}  // namespace sluice
