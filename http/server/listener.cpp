#include "http/server/listener.hpp"

#include <chrono>
#include <utility>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/socket_base.hpp>

#include "http/server/server_state.hpp"

namespace sluice::http {

namespace {

using asio::ip::tcp;

constexpr std::chrono::milliseconds pause_length{100};

Error refusal(std::string_view host, std::uint16_t port, const error_code& error) {
    std::string code = "listen_failed";
    std::string reason = error.message();
    if (error == asio::error::address_in_use) {
        code = "address_in_use";
        reason = "another program listens there; stop it or choose another port";
    } else if (error == asio::error::access_denied) {
        code = "address_denied";
        reason = "the system does not allow it; ports below 1024 need a privilege";
    } else if (error == boost::system::errc::address_not_available) {
        code = "address_unavailable";
        reason = "this machine does not have that address";
    }
    return {
        std::move(code),
        "cannot listen on " + std::string(host) + " port " + std::to_string(port) + ": " + reason,
        {}};
}

}  // namespace

result<std::shared_ptr<Listener>> Listener::open(Executor executor, ServerState& state,
                                                 const Router& router, std::string_view host,
                                                 std::uint16_t port) {
    error_code error;
    const auto address = asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error);
    if (error)
        return Error{"invalid_address",
                     "cannot listen on \"" + std::string(host) +
                         "\": it is not an IP address; give one such as 127.0.0.1, 0.0.0.0 or ::",
                     {}};
    auto listener = std::make_shared<Listener>(executor, state, router);
    if (const error_code failure = listener->bind(tcp::endpoint(address, port)))
        return refusal(host, port, failure);
    listener->accept();
    return listener;
}

Listener::Listener(Executor executor, ServerState& state, const Router& router)
    : state_(&state), router_(router), acceptor_(executor) {}

error_code Listener::bind(const tcp::endpoint& endpoint) {
    error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return error;
    port_ = acceptor_.local_endpoint(error).port();
    return error;
}

void Listener::close() {
    if (state_ == nullptr) return;
    if (pause_) state_->timers.cancel(*pause_);
    state_ = nullptr;
    error_code ignored;  // nothing is left to be done about a socket that fails to close
    acceptor_.close(ignored);
}

void Listener::accept() {
    acceptor_.async_accept([self = shared_from_this()](const error_code& error, Socket socket) {
        self->accepted(error, std::move(socket));
    });
}

void Listener::accepted(const error_code& error, Socket socket) {
    if (state_ == nullptr) return;
    // Out of descriptors or memory: accepting again at once would only spin.
    if (error && error != asio::error::connection_aborted) return pause();
    if (!error && state_->counters.connections_open >= state_->limits.connections) {
        ++state_->counters.connections_refused;
        socket.close();
    } else if (!error) {
        error_code failure;
        const auto peer = socket.remote_endpoint(failure);
        if (!failure) socket.set_option(tcp::no_delay(true), failure);
        if (!failure) socket.non_blocking(true, failure);
        if (!failure)
            Session::open(*state_, std::move(socket), router_, peer.address().to_string());
    }
    accept();
}

void Listener::pause() {
    pause_ = state_->timers.add(state_->clock.steady() + pause_length, [this] {
        pause_.reset();
        accept();
    });
}

}  // namespace sluice::http
