#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "engine/async/task.hpp"
#include "engine/async/timer_queue.hpp"
#include "engine/model/error.hpp"
#include "http/server/session.hpp"

namespace sluice::http {

/// Accepts connections on one address and opens a session for each, until it is closed.
class Listener : public std::enable_shared_from_this<Listener> {
  public:
    /// Binds and begins to listen. See `Server::listen` for the arguments and errors.
    [[nodiscard]] static result<std::shared_ptr<Listener>> open(Executor executor,
                                                                ServerState& state,
                                                                const Router& router,
                                                                std::string_view host,
                                                                std::uint16_t port);

    Listener(Executor executor, ServerState& state, const Router& router);

    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// Accepts no more; later calls do nothing.
    void close();

  private:
    [[nodiscard]] error_code bind(const asio::ip::tcp::endpoint& endpoint);
    void accept();
    void accepted(const error_code& error, Socket socket);
    void pause();

    ServerState* state_;  // null once closed
    const Router& router_;
    asio::basic_socket_acceptor<asio::ip::tcp, Executor> acceptor_;
    std::optional<timer_queue::Handle> pause_;
    std::uint16_t port_ = 0;
};

}  // namespace sluice::http
