#pragma once

#include <exception>
#include <optional>
#include <utility>

#include "engine/async/task.hpp"

namespace sluice::app {

/// Runs the loop until `work` is done, for commands that do one thing. Throws what `work` throws.
template <typename T>
T finish(asio::io_context& loop, task<T> work) {
    std::exception_ptr failure;
    std::optional<T> value;
    bool done = false;
    asio::co_spawn(loop, std::move(work), [&](const std::exception_ptr& thrown, T result) {
        failure = thrown;
        value.emplace(std::move(result));
        done = true;
    });
    loop.restart();
    while (!done) loop.run_one();  // NOLINT(bugprone-infinite-loop): a handler sets it
    if (failure) std::rethrow_exception(failure);
    return std::move(*value);
}

inline void finish(asio::io_context& loop, task<void> work) {
    std::exception_ptr failure;
    bool done = false;
    asio::co_spawn(loop, std::move(work), [&](const std::exception_ptr& thrown) {
        failure = thrown;
        done = true;
    });
    loop.restart();
    while (!done) loop.run_one();  // NOLINT(bugprone-infinite-loop): a handler sets it
    if (failure) std::rethrow_exception(failure);
}

}  // namespace sluice::app
