#include "engine/async/scope.hpp"

#include <cstdlib>

namespace sluice {
namespace {

/// co_spawn itself would run the child inside the call when that is on the loop: the child could
/// have ended before the caller knows its handle.
task<void> in_a_later_turn(task<void> work) {
    co_await asio::post(use_task);
    co_await std::move(work);
}

}  // namespace

scope::~scope() {
    if (!children_.empty()) std::abort();  // a child would go on with a dangling scope
}

scope::Handle scope::spawn(task<void> work) {
    idle_.close();
    children_.emplace_back();
    const Handle child = std::prev(children_.end());
    asio::co_spawn(executor_, in_a_later_turn(std::move(work)),
                   asio::bind_cancellation_slot(child->signal.slot(),
                                                [this, child](const std::exception_ptr& failure) {
                                                    ended(child, failure);
                                                }));
    return child;
}

void scope::cancel(Handle child) {
    if (child->ended) return;
    // The child may end inside its own cancellation. And outside a handler of the loop, co_spawn
    // posts the emission with a pointer into the signal: the child stays until what has been posted
    // by now is over.
    ++child->cancelling;
    child->signal.emit(asio::cancellation_type::terminal);
    asio::dispatch(executor_, [this, child] {
        if (--child->cancelling == 0 && child->ended) erase(child);
    });
}

void scope::cancel_all() {
    for (auto child = children_.begin(); child != children_.end();) cancel(child++);
}

task<void> scope::join() {
    while (!children_.empty()) co_await idle_.wait();
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void scope::ended(Handle child, const std::exception_ptr& failure) {
    if (failure && !failure_) {
        try {
            std::rethrow_exception(failure);
        } catch (const system_error& error) {
            if (!is_cancellation(error)) failure_ = failure;
        } catch (...) {
            failure_ = failure;
        }
    }
    child->ended = true;
    if (child->cancelling == 0) erase(child);
}

void scope::erase(Handle child) {
    children_.erase(child);
    if (children_.empty()) idle_.open();
}

}  // namespace sluice
