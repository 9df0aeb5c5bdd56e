#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include "engine/async/task.hpp"

namespace sluice {

/// The coroutines that wait for one thing: what `gate` and `queue` are made of. A waiter is woken
/// once, in a turn of its own (never inside `wake_*`), or cancelled, and must re-check its
/// condition after waking. Loop thread only. Destroying the list wakes every waiter with
/// `operation_aborted`.
class wait_list {
  public:
    wait_list() = default;
    wait_list(const wait_list&) = delete;
    wait_list& operator=(const wait_list&) = delete;
    ~wait_list() { finish_all(asio::error::operation_aborted); }

    /// Suspends until woken. Throws `system_error` with `operation_aborted` when cancelled.
    task<void> wait() {
        return asio::async_initiate<const asio::use_awaitable_t<Executor>&, void(error_code)>(
            [this](auto&& handler) { enlist(std::forward<decltype(handler)>(handler)); }, use_task);
    }

    void wake_one() {
        if (first_ != nullptr) finish(*first_, error_code{});
    }
    void wake_all() { finish_all(error_code{}); }
    [[nodiscard]] bool empty() const { return first_ == nullptr; }

  private:
    struct Waiter {
        Waiter() = default;
        Waiter(const Waiter&) = delete;
        Waiter& operator=(const Waiter&) = delete;
        virtual ~Waiter() = default;
        virtual void post(error_code reason) = 0;  // hands the handler to the loop
        virtual void forget_cancellation() = 0;

        Waiter* previous = nullptr;
        Waiter* next = nullptr;
    };

    template <typename Handler>
    struct HandlerWaiter final : Waiter {
        explicit HandlerWaiter(Handler&& owned) : handler(std::move(owned)) {}

        void post(error_code reason) override {
            const auto executor = asio::get_associated_executor(handler);
            asio::post(executor, [owned = std::move(handler), reason]() mutable { owned(reason); });
        }

        void forget_cancellation() override {
            if (auto slot = asio::get_associated_cancellation_slot(handler); slot.is_connected())
                slot.clear();
        }

        Handler handler;
    };

    template <typename Handler>
    void enlist(Handler&& handler) {
        auto slot = asio::get_associated_cancellation_slot(handler);
        auto owner =
            std::make_unique<HandlerWaiter<std::decay_t<Handler>>>(std::forward<Handler>(handler));
        Waiter* waiter = owner.release();  // owned by the list from here to `finish`
        waiter->previous = last_;
        (last_ == nullptr ? first_ : last_->next) = waiter;
        last_ = waiter;
        if (slot.is_connected()) {
            // Mutable: the slot keeps this handler, and a second emission must find the waiter
            // gone.
            slot.assign([this, waiter](asio::cancellation_type) mutable {
                if (waiter == nullptr) return;
                unlink(*waiter)->post(asio::error::operation_aborted);
                waiter = nullptr;
            });
        }
    }

    std::unique_ptr<Waiter> unlink(Waiter& waiter) {
        (&waiter == first_ ? first_ : waiter.previous->next) = waiter.next;
        (&waiter == last_ ? last_ : waiter.next->previous) = waiter.previous;
        return std::unique_ptr<Waiter>(&waiter);
    }

    void finish(Waiter& waiter, error_code reason) {
        const auto owner = unlink(waiter);
        owner->forget_cancellation();
        owner->post(reason);
    }

    void finish_all(error_code reason) {
        while (first_ != nullptr) finish(*first_, reason);
    }

    Waiter* first_ = nullptr;
    Waiter* last_ = nullptr;
};

}  // namespace sluice
