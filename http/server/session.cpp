#include "http/server/session.hpp"

#include <algorithm>
#include <exception>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

#include <boost/asio/buffer.hpp>

#include "http/server/cross_origin.hpp"
#include "http/server/dispatch.hpp"
#include "http/server/problem.hpp"
#include "http/server/server_state.hpp"
#include "http/server/web_socket_connection.hpp"

namespace sluice::http {

void Session::open(ServerState& state, Socket socket, const Router& router, std::string peer) {
    const boost::intrusive_ptr<Session> session(
        new Session(state, std::move(socket), router, std::move(peer)));
    session->begin_wait();
    session->read();
}

Session::Session(ServerState& state, Socket socket, const Router& router, std::string peer)
    : state_(&state),
      socket_(std::move(socket)),
      router_(router),
      peer_(std::move(peer)),
      reader_(state.limits, peer_, &state.ids),
      place_(state.sessions.insert(state.sessions.end(), this)) {
    state.enter();
    ++state.counters.connections_total;
}

Session::~Session() {
    release();
}

void Session::drain() {
    if (!handling_ && !writing_ && !lingering_ && reader_.buffered() == 0) close();
}

void Session::close() {
    const boost::intrusive_ptr<Session> keep(this);
    release();
    gone_ = true;
    if (const auto hook = std::exchange(gone_hook_, nullptr)) hook();
}

void Session::release() {
    if (state_ == nullptr) return;
    ServerState& state = *std::exchange(state_, nullptr);
    socket_.reset();
    upgrade_.reset();
    state.deadlines.clear(*this);
    state.sessions.erase(place_);
    state.leave();
}

// Reading -----------------------------------------------------------------------------------------

void Session::read() {
    reading_ = true;
    const std::span<char> space = reader_.space();
    socket_->async_read_some(
        asio::buffer(space.data(), space.size()),
        [self = boost::intrusive_ptr<Session>(this)](const error_code& error, std::size_t size) {
            self->received(error, size);
        });
}

void Session::received(const error_code& error, std::size_t size) {
    reading_ = false;
    if (state_ == nullptr) return;
    if (error == asio::error::eof) {
        ended_ = true;
        peer_left();
        if (state_ == nullptr) return;
    } else if (error && error != asio::error::operation_aborted) {
        return close();
    }
    bytes_received_ += size;
    state_->counters.bytes_received += size;
    if (lingering_) return ended_ ? close() : read();
    reader_.commit(size);
    advance();
}

void Session::peer_left() {
    if (!handling_) return;
    gone_ = true;
    if (const auto hook = std::exchange(gone_hook_, nullptr)) hook();
}

// Requests ----------------------------------------------------------------------------------------

void Session::advance() {
    if (advancing_) return;
    advancing_ = true;
    serve_buffered();
    if (state_ != nullptr) flush();
    advancing_ = false;
    if (state_ == nullptr) return;
    if (upgrade_ && !writing_) return switch_protocols();
    if (!handling_ && !writing_ && (ending_ || ended_)) return finish();
    begin_wait();
    // A client that sends ahead of a slow handler is stopped by its own full socket.
    if (!reading_ && !writing_ && !ended_ &&
        (!handling_ || reader_.buffered() < state_->limits.header_bytes))
        read();
}

void Session::serve_buffered() {
    while (state_ != nullptr && !handling_ && !writing_ && !ending_) {
        if (reading_) {
            // The answer came later. Usually the client has sent nothing ahead; otherwise the read
            // into the buffer comes back first, one way or the other.
            if (reader_.buffered() != 0) socket_->cancel();
            return;
        }
        if (outbox_.is_full()) {
            flush();
            continue;
        }
        switch (reader_.next()) {
            case RequestReader::Step::need_more:
                return;
            case RequestReader::Step::expect:
                expect_continue();
                break;
            case RequestReader::Step::complete:
                serve_request();
                break;
            case RequestReader::Step::failed: {
                const RequestReader::Failure& failure = reader_.failure();
                refuse(failure.status, failure.code, failure.detail);
                break;
            }
        }
    }
}

void Session::serve_request() {
    Request& request = reader_.request();
    handling_ = true;
    renewed_ = true;
    gone_ = false;
    head_only_ = request.method() == Method::head;
    keep_alive_ = request.keep_alive();
    old_version_ = request.minor_version() == 0;
    ++state_->counters.requests;
    if (state_->options.access_log)
        logged_ = {std::string(request.method_text()), std::string(request.target()),
                   state_->clock.steady()};
    if (request.asks_upgrade()) handshake_ = Handshake::of(request);
    Routing::dispatch(router_, request, *this, state_->limits);
    reader_.consume();
}

void Session::expect_continue() {
    // What cannot succeed is refused before the body is sent, so the body need never be.
    Request& request = reader_.request();
    std::optional<Response> refusal = Routing::resolve(router_, request, state_->limits);
    if (!refusal) refusal = Routing::check_content_type(router_, request, true);
    if (!refusal) return outbox_.append("HTTP/1.1 100 Continue\r\n\r\n");
    ++state_->counters.requests;
    head_only_ = request.method() == Method::head;
    append(std::move(*refusal), true);
}

void Session::refuse(unsigned status, std::string_view code, std::string_view detail) {
    ++state_->counters.requests;
    ++state_->counters.malformed;
    head_only_ = false;
    std::string_view path;
    if (reader_.knows_path()) {
        Request& request = reader_.request();
        path = request.path();
        // For its policy; the answer, where there is no route, is ours all the same.
        if (request.route() == nullptr) (void)Routing::resolve(router_, request, state_->limits);
    }
    append(router_.mounts().refusal(path, status, code, detail), true);
}

// Of a request that has come to its route, and whose text may be gone.
Response Session::refusal(unsigned status, std::string_view code, std::string_view detail) const {
    const Route* const route = reader_.request().route();
    return router_.mounts().refusal(route == nullptr ? std::string_view() : route->pattern, status,
                                    code, detail);
}

void Session::answer(Response response) {
    if (!handling_) return;
    handling_ = false;
    gone_hook_ = nullptr;
    if (state_ == nullptr) return;
    if (response.status < 200 || response.status > 599) {  // below, the peer would wait for more
        failed(std::out_of_range("the answer has the impossible status " +
                                 std::to_string(response.status)));
        response = refusal(500, "internal_error", internal_error_detail);
    }
    append(std::move(response), !keep_alive_ || state_->stopping);
    advance();
}

void Session::upgrade(WebSocketOptions options, UpgradeHook opened) {
    if (!handling_) return;
    if (gone_ || state_ == nullptr) return abandon();
    const Handshake handshake = handshake_ ? *handshake_ : Handshake::none();
    if (handshake.status != 0)
        return answer(refusal(handshake.status,
                              handshake.status == 426 ? "upgrade_required" : "bad_request",
                              handshake.detail)
                          .with("Upgrade", "websocket")
                          .with("Sec-WebSocket-Version", "13"));
    const Route* const route = reader_.request().route();
    if (!handshake.origin.empty() && (route == nullptr || !route->cross_origin))
        return answer(refusal(403, "origin_denied",
                              "pages of " + handshake.origin + " may not open this WebSocket"));
    upgrade_ = {options, std::move(opened)};
    gone_hook_ = nullptr;
    advance();
}

void Session::switch_protocols() {
    if (ended_) return close();
    if (reading_) return socket_->cancel();  // what it brings belongs to the socket
    handling_ = false;
    record(101, 0);
    ServerState& state = *state_;
    Request& request = reader_.request();
    WebSocketConnection::Opening opening{
        .socket = std::move(*socket_),
        .early = std::string(reader_.rest()),
        .key = std::move(handshake_->key),
        .request_id = request.has_id() ? std::string(request.id()) : "",
        .route = request.route(),
        .options = upgrade_->options,
        .opened = std::move(upgrade_->opened)};
    const auto connection = std::make_shared<WebSocketConnection>(state, opening);
    release();
    connection->begin(std::move(opening));
}

void Session::abandon() {
    if (!gone_) return answer(refusal(500, "internal_error", internal_error_detail));
    handling_ = false;
    gone_hook_ = nullptr;
    close();
}

void Session::on_gone(std::function<void()> hook) {
    if (gone_) return hook();
    gone_hook_ = std::move(hook);
}

scope* Session::coroutines() {
    return state_ == nullptr ? nullptr : &state_->coroutines;
}

void Session::failed(const std::exception& failure) {
    if (state_ == nullptr || !state_->options.failure_log) return;
    const Route* route = reader_.request().route();
    state_->options.failure_log(route == nullptr ? std::string_view() : route->pattern, failure);
}

// Writing -----------------------------------------------------------------------------------------

void Session::append(Response response, bool close) {
    ending_ = close || response.close;
    handshake_.reset();
    Request& request = reader_.request();
    if (request.route() != nullptr && request.route()->cross_origin) CrossOrigin::allow(response);
    const Framing framing{.head_only = head_only_,
                          .close = ending_,
                          .say_keep_alive = old_version_ && !ending_,
                          .request_id = request.has_id() ? request.id() : std::string_view()};
    record(response.status, response.body.size());
    outbox_.append(std::move(response), state_->common.at(state_->clock.steady()), framing);
}

void Session::record(unsigned status, std::size_t size) {
    ++state_->counters.responses[std::min(status / 100, 5u)];
    if (!state_->options.access_log) return;
    Request& request = reader_.request();
    AccessRecord entry;
    if (logged_) {
        entry.method = logged_->method;
        entry.target = logged_->target;
        entry.duration = state_->clock.steady() - logged_->begin;
    }
    if (request.route() != nullptr) entry.route = request.route()->name;
    if (request.has_id()) entry.request_id = request.id();
    entry.peer = peer_;
    entry.status = status;
    entry.response_bytes = size;
    state_->options.access_log(entry);
    logged_.reset();
}

void Session::flush() {
    while (!writing_ && !outbox_.empty()) {
        // Written straight away: nearly every answer fits into the socket's buffer, and no
        // operation has to be queued for it.
        const auto buffers = outbox_.buffers();
        error_code error;
        const std::size_t size = buffers[1].size() == 0 ? socket_->write_some(buffers[0], error)
                                                        : socket_->write_some(buffers, error);
        if (error == asio::error::would_block) {
            writing_ = true;
            socket_->async_wait(Socket::wait_write,
                                [self = boost::intrusive_ptr<Session>(this)](const error_code&) {
                                    self->writing_ = false;
                                    if (self->state_ != nullptr) self->advance();
                                });
            return;
        }
        if (error) return close();
        bytes_sent_ += size;
        state_->counters.bytes_sent += size;
        outbox_.consume(size);
    }
}

void Session::finish() {
    if (ended_) return close();
    // Closing with bytes unread would reset the connection, and the peer could lose the answer that
    // it has not read yet (RFC 9112 §9.6): so what still comes is read and thrown away.
    error_code error;
    socket_->shutdown(Socket::shutdown_send, error);
    if (error) return close();
    lingering_ = true;
    state_->deadlines.set(*this, Wait::linger, state_->clock.steady());
    if (!reading_) read();
}

// Deadlines ---------------------------------------------------------------------------------------

void Session::begin_wait() {
    const Wait wanted = writing_                                          ? Wait::write
                        : handling_                                       ? Wait::none
                        : reader_.in_body()                               ? Wait::body
                        : reader_.buffered() != 0 || bytes_received_ == 0 ? Wait::head
                                                                          : Wait::idle;
    if (wanted == wait() && !renewed_) return;
    renewed_ = false;
    mark_ = wanted == Wait::write ? bytes_sent_ : bytes_received_;
    state_->deadlines.set(*this, wanted, state_->clock.steady());
}

bool Session::kept_up(Wait wait) const {
    const std::uint64_t bytes = (wait == Wait::write ? bytes_sent_ : bytes_received_) - mark_;
    const auto timeout =
        wait == Wait::write ? state_->limits.write_timeout : state_->limits.body_timeout;
    return bytes * 1000 >= state_->limits.transfer_rate * static_cast<std::size_t>(timeout.count());
}

void Session::expired(Wait wait) {
    const boost::intrusive_ptr<Session> keep(this);
    const bool is_transfer = wait == Wait::body || wait == Wait::write;
    if (is_transfer && kept_up(wait)) return begin_wait();
    if (wait == Wait::body || (wait == Wait::head && reader_.buffered() != 0)) {
        refuse(408, "request_timeout", "the request took too long to arrive");
        return advance();
    }
    close();
}

}  // namespace sluice::http
