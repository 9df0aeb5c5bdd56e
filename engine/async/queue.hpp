#pragma once

#include <cstddef>
#include <deque>
#include <utility>

#include "engine/async/wait_list.hpp"

namespace sluice {

/// A bounded first-in first-out queue between coroutines of one loop. A full queue is
/// back-pressure: `push` waits, `try_push` refuses. A cancelled `push` has not pushed; a cancelled
/// `pop` has taken nothing.
template <typename T>
class queue {
  public:
    /// `capacity` is at least 1.
    explicit queue(std::size_t capacity) : capacity_(capacity == 0 ? 1 : capacity) {}

    task<void> push(T item) {
        while (items_.size() >= capacity_) co_await space_.wait();
        items_.push_back(std::move(item));
        arrived_.wake_one();
    }

    /// False, with `item` untouched, when the queue is full.
    [[nodiscard]] bool try_push(T& item) {
        if (items_.size() >= capacity_) return false;
        items_.push_back(std::move(item));
        arrived_.wake_one();
        return true;
    }

    task<T> pop() {
        try {
            while (items_.empty()) co_await arrived_.wait();
        } catch (...) {
            // Cancelled between being woken and running: the wake-up belongs to somebody else.
            if (!items_.empty()) arrived_.wake_one();
            throw;
        }
        T item = std::move(items_.front());
        items_.pop_front();
        space_.wake_one();
        if (!items_.empty()) arrived_.wake_one();
        co_return item;
    }

    [[nodiscard]] std::size_t size() const { return items_.size(); }
    [[nodiscard]] std::size_t capacity() const { return capacity_; }

  private:
    std::size_t capacity_;
    std::deque<T> items_;
    wait_list arrived_;
    wait_list space_;
};

}  // namespace sluice
