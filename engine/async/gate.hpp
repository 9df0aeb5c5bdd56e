#pragma once

#include "engine/async/wait_list.hpp"

namespace sluice {

/// A condition that coroutines wait for. Loop thread only.
///
///     gate ready;
///     co_await ready.wait();   // elsewhere: ready.open();
///
/// Cancelling a waiter throws `operation_aborted` out of its `wait`; the gate and the others do not
/// notice.
class gate {
  public:
    explicit gate(bool open = false) : open_(open) {}

    /// Lets everybody through, now and later, until `close`.
    void open() {
        open_ = true;
        waiters_.wake_all();
    }
    void close() { open_ = false; }
    [[nodiscard]] bool is_open() const { return open_; }

    /// Returns at once when open, else when the gate is open again after waking.
    task<void> wait() {
        while (!open_) co_await waiters_.wait();
    }

  private:
    bool open_;
    wait_list waiters_;
};

}  // namespace sluice
