#pragma once

#include <cstddef>
#include <exception>
#include <list>
#include <utility>

#include "engine/async/gate.hpp"

namespace sluice {

/// Owns a set of coroutines: nothing is detached, everything is joined. Loop thread only.
///
///     scope children(executor);
///     children.spawn(fetch(url));
///     co_await children.join();        // or: children.cancel_all(); co_await children.join();
///
/// A child that throws (cancellation apart) does not end its siblings; the first exception is
/// rethrown by `join`. Cancelling `join` itself cancels nothing. The scope must be empty when it is
/// destroyed.
class scope {
  public:
    /// Names a child until it has ended; used to cancel just this one.
    struct Child {
        asio::cancellation_signal signal;
        bool ended = false;
        int cancelling = 0;  // emissions under way
    };
    using Handle = std::list<Child>::iterator;

    explicit scope(Executor executor) : executor_(std::move(executor)), idle_(true) {}
    scope(const scope&) = delete;
    scope& operator=(const scope&) = delete;
    ~scope();

    /// Starts `work` in a later turn of the loop. The handle is valid until the child has ended.
    Handle spawn(task<void> work);

    /// Cancels one child at its next await.
    void cancel(Handle child);
    /// Cancels all children at their next await. Children spawned later are not cancelled.
    void cancel_all();
    /// Waits until every child has ended, then rethrows the first failure, if any.
    task<void> join();

    [[nodiscard]] std::size_t size() const { return children_.size(); }
    [[nodiscard]] Executor executor() const { return executor_; }

  private:
    void ended(Handle child, const std::exception_ptr& failure);
    void erase(Handle child);

    Executor executor_;
    std::list<Child> children_;
    std::exception_ptr failure_;
    gate idle_;
};

}  // namespace sluice
