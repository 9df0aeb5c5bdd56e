#pragma once

#include <functional>
#include <memory>
#include <utility>

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include "engine/async/task.hpp"
#include "http/server/response.hpp"
#include "http/server/web_socket.hpp"

namespace sluice {
class scope;
}

namespace sluice::http {

/// What is told of a new WebSocket.
using UpgradeHook = std::function<void(std::shared_ptr<WebSocket>)>;

/// Where the answer to one request goes: the connection, or a fake in tests. Loop thread only.
class Exchange : public boost::intrusive_ref_counter<Exchange, boost::thread_unsafe_counter> {
  public:
    virtual ~Exchange() = default;
    /// The answer to the request that is being handled.
    virtual void answer(Response response) = 0;
    /// The connection becomes a WebSocket, or answers why it cannot.
    virtual void upgrade(WebSocketOptions options, UpgradeHook opened) = 0;
    /// There will be no answer: the responder was destroyed.
    virtual void abandon() = 0;
    [[nodiscard]] virtual bool gone() const = 0;
    virtual void on_gone(std::function<void()> hook) = 0;
    /// Where coroutines that answer requests live; null once the connection is closed.
    [[nodiscard]] virtual scope* coroutines() = 0;
    /// Tells the server's log that a handler threw.
    virtual void failed(const std::exception& failure) = 0;
};

/// The right, and the duty, to answer one request: now or later, once, on the loop thread. Keep it
/// as long as needed; it costs no coroutine. One that is destroyed unanswered answers 500.
class Responder {
  public:
    explicit Responder(boost::intrusive_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}
    Responder(Responder&&) noexcept = default;
    Responder& operator=(Responder&& other) noexcept {
        std::swap(exchange_, other.exchange_);
        return *this;
    }
    ~Responder() {
        if (exchange_) exchange_->abandon();
    }

    /// Answers. The responder is empty from then on.
    void send(Response response) {
        if (const auto exchange = std::exchange(exchange_, nullptr))
            exchange->answer(std::move(response));
    }

    /// Makes the connection a WebSocket: answers 101 and calls `opened` on the loop, which sets the
    /// socket's hooks and may send at once. A request that does not ask for it is refused with
    /// `upgrade_required` (426), a malformed one with `bad_request` (400), one from a page of
    /// another site with `origin_denied` (403) unless the route is `cross_origin`; then, and when
    /// the peer has left, `opened` is destroyed without a call. The responder is empty from then
    /// on.
    void upgrade(WebSocketOptions options, UpgradeHook opened) {
        if (const auto exchange = std::exchange(exchange_, nullptr))
            exchange->upgrade(options, std::move(opened));
    }

    /// True when nobody waits for the answer any more; sending one is harmless.
    [[nodiscard]] bool gone() const { return !exchange_ || exchange_->gone(); }

    /// `hook` is called once when the peer goes away, or the server gives the request up, before
    /// there is an answer: the place to forget a waiter. At once when it has happened already.
    void on_gone(std::function<void()> hook) {
        if (exchange_) exchange_->on_gone(std::move(hook));
    }

    /// Answers with what `work` returns. It runs as a coroutine in the server's scope and is
    /// cancelled when the peer goes away or the server stops. An exception out of it is a 500.
    void run(task<Response> work);

    [[nodiscard]] explicit operator bool() const { return exchange_ != nullptr; }

  private:
    boost::intrusive_ptr<Exchange> exchange_;
};

}  // namespace sluice::http
