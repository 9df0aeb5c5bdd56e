#include "http/server/web_socket_connection.hpp"

#include <array>
#include <cassert>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/error.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include "engine/model/utf8.hpp"
#include "http/server/router.hpp"
#include "http/server/server_state.hpp"

namespace sluice::http {

namespace beast_http = boost::beast::http;
namespace websocket = boost::beast::websocket;

namespace {

constexpr std::size_t batch_bytes = 16u << 10;    // framed ahead of the socket
constexpr std::size_t kept_capacity = 64u << 10;  // a larger buffer is given back
constexpr std::size_t reason_bytes = 123;         // RFC 6455 §5.5

bool may_be_sent(std::uint16_t code) {
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
           (code >= 3000 && code <= 4999);
}

// Not within a character.
std::string_view shortened(std::string_view text, std::size_t most) {
    if (text.size() <= most) return text;
    while (most != 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
    return text.substr(0, most);
}

std::string_view as_text(const boost::beast::flat_buffer& buffer) {
    return {static_cast<const char*>(buffer.cdata().data()), buffer.size()};
}

// The connection broke, or the stream gave it up; after anything else the peer is still there.
bool is_broken(const error_code& error) {
    static const auto& of_websocket = make_error_code(websocket::error::closed).category();
    return error && error.category() != of_websocket && error != asio::error::operation_aborted;
}

}  // namespace

WebSocketConnection::WebSocketConnection(ServerState& state, Opening& opening)
    : state_(&state),
      route_(opening.route),
      messages_limit_(opening.options.messages_waiting.value_or(state.limits.web_socket_messages)),
      bytes_limit_(opening.options.bytes_waiting.value_or(state.limits.web_socket_bytes)),
      stream_(std::in_place, Wire(*this, std::move(opening.socket), std::move(opening.early))),
      place_(state.web_sockets.insert(state.web_sockets.end(), this)) {
    stream_->auto_fragment(false);
    stream_->read_message_max(
        opening.options.message_bytes.value_or(state.limits.web_socket_message_bytes));
    state.enter();
    ++state.counters.web_sockets_total;
    ++state.counters.web_sockets_open;
}

WebSocketConnection::~WebSocketConnection() {
    release();
}

void WebSocketConnection::release() {
    if (state_ == nullptr) return;
    ServerState& state = *std::exchange(state_, nullptr);
    error_code ignored;  // nothing is left to be done about a socket that fails to close
    wire().socket().close(ignored);
    stream_.reset();
    state.deadlines.clear(*this);
    state.web_sockets.erase(place_);
    --state.counters.web_sockets_open;
    state.leave();
}

void WebSocketConnection::begin(Opening opening) {
    beast_http::request<beast_http::empty_body> request(beast_http::verb::get, "/", 11);
    request.set(beast_http::field::host, "checked");
    request.set(beast_http::field::connection, "upgrade");
    request.set(beast_http::field::upgrade, "websocket");
    request.set(beast_http::field::sec_websocket_version, "13");
    request.set(beast_http::field::sec_websocket_key, opening.key);
    stream_->set_option(websocket::stream_base::decorator([&](websocket::response_type& response) {
        response.set(beast_http::field::server, state_->options.server_name);
        if (!opening.request_id.empty()) response.set("X-Request-Id", opening.request_id);
    }));
    error_code error;
    stream_->accept(request, error);  // into the wire's memory
    stream_->set_option(websocket::stream_base::decorator([](websocket::response_type&) {}));
    if (error) return cut();
    wait_for(Wait::silence);
    try {
        opening.opened(shared_from_this());
    } catch (const std::exception& failure) {
        failed(failure);
    }
    if (state_ == nullptr) return;
    if (state_->stopping) drain();
    write();
    if (state_ != nullptr && !over_) read();
}

void WebSocketConnection::cut() {
    const auto keep = shared_from_this();
    release();
    finish({});
}

// Receiving ---------------------------------------------------------------------------------------

void WebSocketConnection::read() {
    stream_->async_read(message_,
                        [self = shared_from_this()](const error_code& error, std::size_t) {
                            self->received(error);
                        });
}

void WebSocketConnection::received(const error_code& error) {
    if (over_) return;
    if (error) return finish(error);
    if (open()) {
        if (stream_->got_text())
            deliver(as_text(message_), on_text_);
        else if (on_binary_)
            deliver(as_text(message_), on_binary_);
        else
            close(websocket::close_code::unknown_data, "binary messages are not taken here");
    }
    message_.consume(message_.size());
    if (message_.capacity() > kept_capacity) message_.shrink_to_fit();
    if (!over_) read();
}

void WebSocketConnection::deliver(std::string_view text, Hook& hook) {
    // Out of the socket while it runs: it may set another, or end the socket.
    Hook running = std::exchange(hook, nullptr);
    if (!running) return;
    try {
        running(text);
    } catch (const std::exception& failure) {
        failed(failure);
    }
    if (!hook && !over_) hook = std::move(running);
}

void WebSocketConnection::failed(const std::exception& failure) {
    if (state_ == nullptr) return;
    if (state_->options.failure_log)
        state_->options.failure_log(
            route_ == nullptr ? std::string_view() : std::string_view(route_->pattern), failure);
    close(websocket::close_code::internal_error, "the server failed; its log says why");
}

void WebSocketConnection::finish(const error_code& error) {
    if (is_broken(error)) return cut();
    over_ = true;
    queue_.clear();
    queued_bytes_ = 0;
    if (state_ != nullptr) {
        if (wait() != Wait::closing) wait_for(Wait::closing);
        schedule();
    }
    if (std::exchange(told_, true)) return;
    const Hook text = std::exchange(on_text_, nullptr);
    const Hook binary = std::exchange(on_binary_, nullptr);
    const auto closed = std::exchange(on_closed_, nullptr);
    if (!closed) return;
    try {
        closed();
    } catch (const std::exception& failure) {
        failed(failure);
    }
}

// Sending -----------------------------------------------------------------------------------------

void WebSocketConnection::send(std::shared_ptr<const std::string> text) {
    if (!open()) return;
    if (queue_.size() >= messages_limit_)
        return drop("more than " + std::to_string(messages_limit_) + " messages waiting");
    if (queued_bytes_ != 0 && queued_bytes_ + text->size() > bytes_limit_)
        return drop("more than " + std::to_string(bytes_limit_) + " bytes waiting");
    queued_bytes_ += text->size();
    queue_.push_back(std::move(text));
    schedule();
}

void WebSocketConnection::drop(const std::string& reason) {
    ++state_->counters.web_sockets_dropped;
    queue_.clear();
    queued_bytes_ = 0;
    close(websocket::close_code::policy_error, "too slow: " + reason);
}

void WebSocketConnection::close(std::uint16_t code, std::string reason) {
    assert(may_be_sent(code));
    if (!open()) return;
    closing_ = true;
    reason_ = {websocket::close_code(code), shortened(reason, reason_bytes)};
    wait_for(Wait::closing);
    schedule();
}

// Later: what is sent in one turn goes out together, and no call runs a hook of its caller's.
void WebSocketConnection::schedule() {
    if (scheduled_ || blocked_ || state_ == nullptr) return;
    scheduled_ = true;
    asio::post(wire().get_executor(), [self = shared_from_this()] {
        self->scheduled_ = false;
        self->write();
    });
}

void WebSocketConnection::write() {
    if (state_ == nullptr || blocked_) return;
    Outgoing& outgoing = wire().outgoing();
    for (frame(); !outgoing.empty(); frame()) {
        error_code error;
        const std::size_t size = wire().socket().write_some(outgoing.buffers(), error);
        if (error == asio::error::would_block) return block();
        if (error) return cut();
        outgoing.consume(size);
        bytes_sent_ += size;
        state_->counters.bytes_sent += size;
    }
    if (over_) return linger();
    if (closing_ && !close_made_ && !wire().is_closing()) write_close();
}

void WebSocketConnection::frame() {
    Outgoing& outgoing = wire().outgoing();
    if (wire().is_closing() || !outgoing.empty()) return;
    while (!queue_.empty() && outgoing.size() < batch_bytes) {
        const auto text = std::move(queue_.front());
        queue_.pop_front();
        queued_bytes_ -= text->size();
        outgoing.share(text);
        error_code error;
        stream_->write(asio::buffer(*text), error);
        if (error) break;  // it has ended; the read tells
    }
    outgoing.share(nullptr);
}

void WebSocketConnection::write_close() {
    close_made_ = true;
    stream_->async_close(reason_, [self = shared_from_this()](const error_code& error) {
        if (!self->over_) self->finish(error);
    });
}

void WebSocketConnection::block() {
    blocked_ = true;
    if (wait() != Wait::closing) wait_for(Wait::write);
    wire().socket().async_wait(Wire::Socket::wait_write,
                               [self = shared_from_this()](const error_code&) {
                                   self->blocked_ = false;
                                   if (self->wait() == Wait::write) self->wait_for(Wait::silence);
                                   self->write();
                               });
}

// Ending ------------------------------------------------------------------------------------------

// Closing with bytes unread would reset the connection, and the peer could lose the close frame.
void WebSocketConnection::linger() {
    if (std::exchange(lingering_, true)) return;
    error_code error;
    wire().socket().shutdown(Wire::Socket::shutdown_send, error);
    if (error) return cut();
    discard();
}

void WebSocketConnection::discard() {
    wire().socket().async_wait(
        Wire::Socket::wait_read, [self = shared_from_this()](const error_code& failure) {
            if (self->state_ == nullptr) return;
            std::array<char, 4096> thrown_away;
            error_code error = failure;
            if (!error) {
                const std::size_t size =
                    self->wire().socket().read_some(asio::buffer(thrown_away), error);
                self->state_->counters.bytes_received += size;
            }
            if (error && error != asio::error::would_block) return self->cut();
            self->discard();
        });
}

void WebSocketConnection::heard(std::size_t bytes) {
    if (state_ == nullptr) return;
    state_->counters.bytes_received += bytes;
    if (wait() == Wait::silence || wait() == Wait::pong) wait_for(Wait::silence);
}

void WebSocketConnection::wait_for(Wait wait) {
    mark_ = bytes_sent_;
    state_->deadlines.set(*this, wait, state_->clock.steady());
}

void WebSocketConnection::expired(Wait wait) {
    const auto keep = shared_from_this();
    if (wait == Wait::silence) {
        error_code error;
        stream_->ping({}, error);
        if (error) return cut();
        wait_for(Wait::pong);
        return schedule();
    }
    const auto least = state_->limits.transfer_rate *
                       static_cast<std::size_t>(state_->limits.write_timeout.count());
    if (wait == Wait::write && (bytes_sent_ - mark_) * 1000 >= least) return wait_for(Wait::write);
    cut();
}

// Hooks -------------------------------------------------------------------------------------------

void WebSocketConnection::on_text(std::function<void(std::string_view)> hook) {
    if (!over_) on_text_ = std::move(hook);
}

void WebSocketConnection::on_binary(std::function<void(std::string_view)> hook) {
    if (!over_) on_binary_ = std::move(hook);
}

void WebSocketConnection::on_closed(std::function<void()> hook) {
    if (told_) return hook();
    on_closed_ = std::move(hook);
}

bool WebSocketConnection::open() const {
    return state_ != nullptr && !closing_ && !over_ && !wire().is_closing();
}

}  // namespace sluice::http
