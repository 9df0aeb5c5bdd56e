#pragma once

#include <functional>

#include "engine/async/task.hpp"

namespace sluice::app {

/// Waits, without waking up in between, for somebody to set the system's clock (timerfd_create(2),
/// TFD_TIMER_CANCEL_ON_SET), and calls `jumped` each time. Returns only where the system has no
/// such timer; throws `operation_aborted` when it is cancelled.
task<void> watch_clock(std::function<void()> jumped);

}  // namespace sluice::app
