#pragma once

#include "engine/async/asio.hpp"

namespace sluice {

/// The executor of every coroutine: the loop itself, not a type-erased stand-in for it. A parked
/// coroutine is a third smaller for it (about 0.7 KB).
using Executor = asio::io_context::executor_type;

/// A coroutine on the loop. Lazy: it begins when it is awaited or spawned (see `scope`).
/// Rules: parameters are values or owners; a reference only where the caller awaits in the same
/// expression; every await can be cancelled; every coroutine belongs to a scope that joins it.
template <typename T>
using task = asio::awaitable<T, Executor>;

/// The completion token that makes an Asio operation awaitable inside a `task`.
inline constexpr asio::use_awaitable_t<Executor> use_task{};

/// True when the exception says that the operation was cancelled, not that it failed.
inline bool is_cancellation(const system_error& error) {
    return error.code() == asio::error::operation_aborted;
}

}  // namespace sluice
