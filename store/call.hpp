#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "engine/async/asio.hpp"
#include "engine/async/task.hpp"
#include "engine/model/error.hpp"
#include "store/completion.hpp"

namespace sluice::store {

/// A completion that a coroutine awaits. Cancelling the await throws `operation_aborted` in the
/// coroutine in the next turn of the loop; the outcome that comes later is dropped.
class Call : public Completion, public std::enable_shared_from_this<Call> {
  public:
    explicit Call(std::shared_ptr<Completions> completions)
        : completions_(std::move(completions)) {}

    /// Suspends the coroutine until the call is finished; `start` hands it to its thread.
    template <typename Start>
    static task<void> wait(std::shared_ptr<Call> call, Start start) {
        auto token = use_task;
        return asio::async_initiate<decltype(token), void(std::exception_ptr)>(
            [](auto handler, const std::shared_ptr<Call>& begun, const Start& run) {
                begun->begin(std::move(handler));
                run();
            },
            token, std::move(call), std::move(start));
    }

    /// On any thread: nobody waits any more, so reading may be skipped.
    [[nodiscard]] bool cancelled() const noexcept {
        return cancelled_.load(std::memory_order_relaxed);
    }

    void finish() final {
        if (!cancelled()) resume(failure_);  // else the abort is on its way
    }
    void abandon() noexcept final { waiter_.reset(); }

  protected:
    /// On the thread that works, before the call is posted.
    void set_failure(std::exception_ptr failure) { failure_ = std::move(failure); }

  private:
    struct Waiter {
        virtual ~Waiter() = default;
        virtual void resume(std::exception_ptr failure) = 0;
    };

    template <typename Handler>
    struct WaiterOf final : Waiter {
        explicit WaiterOf(Handler waiting) : handler(std::move(waiting)) {}
        void resume(std::exception_ptr failure) override {
            asio::get_associated_cancellation_slot(handler).clear();
            std::move(handler)(std::move(failure));
        }
        Handler handler;
    };

    template <typename Handler>
    void begin(Handler handler) {
        auto slot = asio::get_associated_cancellation_slot(handler);
        waiter_ = std::make_unique<WaiterOf<Handler>>(std::move(handler));
        completions_->add(shared_from_this());
        if (slot.is_connected())
            slot.assign([weak = weak_from_this()](asio::cancellation_type) {
                if (const auto call = weak.lock()) call->cancel();
            });
    }

    // Runs inside the slot's own handler, so it must neither clear the slot nor resume the
    // coroutine.
    void cancel() {
        if (cancelled_.exchange(true)) return;
        asio::post(completions_->executor(), [self = shared_from_this()] {
            self->completions_->remove(*self);
            self->resume(std::make_exception_ptr(system_error(asio::error::operation_aborted)));
        });
    }

    void resume(std::exception_ptr failure) {
        if (const auto waiter = std::move(waiter_)) waiter->resume(std::move(failure));
    }

    const std::shared_ptr<Completions> completions_;
    std::unique_ptr<Waiter> waiter_;  // loop thread
    std::exception_ptr failure_;
    std::atomic<bool> cancelled_ = false;
};

/// A call that `Connection` answers on its thread with a T.
template <typename Connection>
class ConnectionCall : public Call {
  public:
    using Call::Call;
    /// On the thread of the connection: does the work. False when the work was refused and must
    /// leave no trace. What SQLite throws passes through.
    virtual bool run(Connection& connection) = 0;
    /// On any thread, before the call is posted: the outcome is this error, whatever it was before.
    virtual void fail(const Error& error) = 0;
};

/// Reads: an error of the store is thrown as `ErrorException`.
template <typename T, typename Connection>
class ReadCall final : public ConnectionCall<Connection> {
  public:
    ReadCall(std::shared_ptr<Completions> completions, std::function<T(Connection&)> query)
        : ConnectionCall<Connection>(std::move(completions)), query_(std::move(query)) {}

    bool run(Connection& connection) override {
        answer_.emplace(query_(connection));
        return true;
    }
    void fail(const Error& error) override {
        this->set_failure(std::make_exception_ptr(ErrorException(error)));
    }
    /// After the wait.
    [[nodiscard]] T take() { return std::move(*answer_); }

  private:
    std::function<T(Connection&)> query_;
    std::optional<T> answer_;
};

/// Writes: refusals, `store_full` and `store_busy` are results; other errors are thrown.
template <typename T, typename Connection>
class WriteCall final : public ConnectionCall<Connection> {
  public:
    WriteCall(std::shared_ptr<Completions> completions,
              std::function<result<T>(Connection&)> statement)
        : ConnectionCall<Connection>(std::move(completions)), statement_(std::move(statement)) {}

    bool run(Connection& connection) override {
        answer_.emplace(statement_(connection));
        return answer_->has_value();
    }
    void fail(const Error& error) override {
        if (error.code == "store_full" || error.code == "store_busy")
            answer_.emplace(error);
        else
            this->set_failure(std::make_exception_ptr(ErrorException(error)));
    }
    /// After the wait.
    [[nodiscard]] result<T> take() { return std::move(*answer_); }

  private:
    std::function<result<T>(Connection&)> statement_;
    std::optional<result<T>> answer_;
};

}  // namespace sluice::store
