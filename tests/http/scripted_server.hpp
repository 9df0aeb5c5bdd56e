#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "engine/async/scope.hpp"
#include "engine/async/task.hpp"

#include "tests/http/certificate.hpp"

namespace boost::asio::ssl {
class context;
}

namespace sluice::testing {

/// What the server got, as it came over the wire.
struct Received {
    std::string method;
    std::string target;
    std::string head;
    std::string body;
    std::size_t connection = 0;  ///< from 1, in the order of arrival
    std::size_t number = 0;      ///< from 1, on its connection

    /// The value of a header, or "<none>".
    [[nodiscard]] std::string header(std::string_view name) const;
};

/// What the server does then.
struct Reply {
    std::string bytes = {};  ///< sent as they are
    std::chrono::milliseconds delay{0};
    bool close = false;   ///< closes the connection afterwards
    bool silent = false;  ///< says nothing more, and waits until the client closes
};

/// A whole answer with a body.
[[nodiscard]] Reply ok(std::string body = "hello", std::string headers = "");

/// A server on 127.0.0.1 whose answers are written by the test, byte for byte. It runs on the loop
/// of the client that it tests.
class ScriptedServer {
  public:
    using Script = std::function<Reply(const Received&)>;

    ScriptedServer(asio::io_context& loop, Script script);
    /// With TLS.
    ScriptedServer(asio::io_context& loop, Script script, const Identity& identity);
    ~ScriptedServer();

    [[nodiscard]] std::uint16_t port() const;
    /// `http://127.0.0.1:port` + target, or https.
    [[nodiscard]] std::string url(std::string_view target = "/",
                                  std::string_view host = "127.0.0.1") const;
    [[nodiscard]] const std::vector<Received>& received() const { return received_; }
    [[nodiscard]] std::size_t connections() const { return connections_; }  ///< accepted so far
    [[nodiscard]] std::size_t open() const { return open_; }                ///< now
    /// Ends every session, as a restart of the server does.
    void drop_connections();

  private:
    using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;

    void begin();
    task<void> accept();
    task<void> serve_plain(Socket socket, std::size_t connection);
    task<void> serve_tls(Socket socket, std::size_t connection);
    template <typename Stream>
    task<void> serve(Stream& stream, std::size_t connection);

    asio::io_context& loop_;
    Script script_;
    std::shared_ptr<asio::ssl::context> tls_;
    asio::basic_socket_acceptor<asio::ip::tcp, Executor> acceptor_;
    scope acceptors_;
    scope sessions_;
    std::vector<Received> received_;
    std::size_t connections_ = 0;
    std::size_t open_ = 0;
};

}  // namespace sluice::testing
