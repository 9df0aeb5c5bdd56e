#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>

#include "engine/async/gate.hpp"
#include "engine/async/scope.hpp"
#include "engine/async/timer_queue.hpp"
#include "engine/model/identifier.hpp"
#include "engine/model/limits.hpp"
#include "http/server/counters.hpp"
#include "http/server/deadlines.hpp"
#include "http/server/response_head.hpp"
#include "http/server/server_options.hpp"

namespace sluice::http {

class Session;
class WebSocketConnection;

/// What all connections of a server share. Loop thread only; sessions let go of it when they close.
struct ServerState {
    ServerState(Executor executor, timer_queue& timers_of_loop, const Clock& clock_of_loop,
                const Limits& limits_of_server, ServerOptions options_of_server)
        : timers(timers_of_loop),
          clock(clock_of_loop),
          limits(limits_of_server),
          options(std::move(options_of_server)),
          coroutines(executor),
          ids(clock, options.random != nullptr ? *options.random : entropy),
          common(clock, options.server_name),
          deadlines(timers, clock,
                    {std::chrono::milliseconds(0), limits.header_timeout, limits.body_timeout,
                     limits.idle_timeout, limits.write_timeout, limits.linger_timeout,
                     limits.web_socket_idle, limits.web_socket_pong, limits.web_socket_close}) {}

    /// A connection begins.
    void enter() {
        without_connections.close();
        ++counters.connections_open;
    }
    /// A connection has left its list.
    void leave() {
        --counters.connections_open;
        if (!sessions.empty() || !web_sockets.empty()) return;
        deadlines.disarm();
        without_connections.open();
    }

    timer_queue& timers;
    const Clock& clock;
    const Limits limits;
    const ServerOptions options;
    Counters counters;
    scope coroutines;
    SystemRandom entropy;
    UuidGenerator ids;
    CommonFields common;
    Deadlines deadlines;
    std::list<Session*> sessions;  // each keeps itself alive by its operations
    std::list<WebSocketConnection*> web_sockets;
    gate without_connections{true};
    bool stopping = false;
};

}  // namespace sluice::http
