#include "http/server/server.hpp"

#include <utility>
#include <vector>

#include "http/server/listener.hpp"
#include "http/server/server_state.hpp"
#include "http/server/session.hpp"
#include "http/server/web_socket_connection.hpp"

namespace sluice::http {

struct Server::Parts {
    Parts(asio::io_context& loop, timer_queue& timers, const Clock& clock, const Router& routes,
          const Limits& limits, ServerOptions options)
        : executor(loop.get_executor()),
          router(routes),
          state(executor, timers, clock, limits, std::move(options)) {}

    Executor executor;
    const Router& router;
    ServerState state;
    std::vector<std::shared_ptr<Listener>> listeners;

    void close_listeners() {
        for (const auto& listener : listeners) listener->close();
        listeners.clear();
    }

    // Copies: connections leave the lists while they are told, and may take others along.
    [[nodiscard]] std::vector<boost::intrusive_ptr<Session>> sessions() const {
        return {state.sessions.begin(), state.sessions.end()};
    }
    [[nodiscard]] std::vector<std::shared_ptr<WebSocketConnection>> web_sockets() const {
        std::vector<std::shared_ptr<WebSocketConnection>> all;
        all.reserve(state.web_sockets.size());
        for (auto* const one : state.web_sockets) all.push_back(one->shared_from_this());
        return all;
    }

    void drain_connections() {
        for (const auto& session : sessions()) session->drain();
        for (const auto& socket : web_sockets()) socket->drain();
    }
    void close_connections() {
        for (const auto& session : sessions()) session->close();
        for (const auto& socket : web_sockets()) socket->cut();
    }
};

Server::Server(asio::io_context& loop, timer_queue& timers, const Clock& clock,
               const Router& router, const Limits& limits, ServerOptions options)
    : parts_(std::make_unique<Parts>(loop, timers, clock, router, limits, std::move(options))) {}

Server::~Server() {
    parts_->close_listeners();
    parts_->close_connections();
}

result<std::uint16_t> Server::listen(std::string_view host, std::uint16_t port) {
    return listen(host, port, parts_->router);
}

result<std::uint16_t> Server::listen(std::string_view host, std::uint16_t port,
                                     const Router& router) {
    auto listener = Listener::open(parts_->executor, parts_->state, router, host, port);
    if (!listener) return listener.error();
    parts_->listeners.push_back(*listener);
    return (*listener)->port();
}

task<void> Server::stop(SteadyTime deadline) {
    ServerState& state = parts_->state;
    state.stopping = true;
    parts_->close_listeners();
    parts_->drain_connections();
    if (!state.without_connections.is_open()) {
        struct Timer {
            timer_queue& timers;
            timer_queue::Handle handle;
            ~Timer() { timers.cancel(handle); }
        };
        const Timer timer{state.timers,
                          state.timers.add(deadline, [this] { parts_->close_connections(); })};
        co_await state.without_connections.wait();
    }
    state.coroutines.cancel_all();
    co_await state.coroutines.join();
}

const Counters& Server::counters() const {
    return parts_->state.counters;
}

scope& Server::coroutines() {
    return parts_->state.coroutines;
}

}  // namespace sluice::http
