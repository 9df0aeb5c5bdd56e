#pragma once

#include <utility>

#include "engine/async/wait_list.hpp"

namespace sluice {

/// One coroutine at a time, across its awaits. First come is usually, not always, first served.
///
///     const auto turn = co_await changes.lock();   // until `turn` goes away
class mutex {
  public:
    class guard {
      public:
        explicit guard(mutex& owner) : owner_(&owner) {}
        guard(guard&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)) {}
        guard& operator=(guard&&) = delete;
        ~guard() {
            if (owner_ != nullptr) owner_->unlock();
        }

      private:
        mutex* owner_;
    };

    /// Waits until nobody holds it. Throws `operation_aborted` when cancelled; it is not held then.
    task<guard> lock() {
        try {
            while (locked_) co_await waiters_.wait();
        } catch (...) {
            if (!locked_) waiters_.wake_one();  // the wake-up belongs to somebody else
            throw;
        }
        locked_ = true;
        co_return guard(*this);
    }

  private:
    void unlock() {
        locked_ = false;
        waiters_.wake_one();
    }

    bool locked_ = false;
    wait_list waiters_;
};

}  // namespace sluice
