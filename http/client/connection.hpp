#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "engine/async/task.hpp"
#include "engine/nodes/http_client.hpp"
#include "http/client/tls_context.hpp"

namespace sluice::http {

/// A socket of the loop itself, without type erasure.
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;

/// One request as it goes over a connection.
struct OutgoingExchange {
    std::string_view head;  ///< request line and header section
    std::string_view body;
    bool is_head = false;  ///< the method is HEAD
    std::size_t max_header_bytes = 0;
    std::size_t max_body_bytes = 0;
};

/// How an exchange ended.
struct ExchangeOutcome {
    error_code error;
    std::size_t sent = 0;     ///< bytes that the system took
    bool answered = false;    ///< at least one byte of an answer came
    bool keep_alive = false;  ///< the connection can serve another request
    HttpResponse response;    ///< valid when `error` is not set
};

/// An open connection, plain or TLS. Destroying it closes it at once.
class Connection {
  public:
    virtual ~Connection() = default;

    /// Sends one request and reads its answer, interim answers skipped. Throws only when cancelled;
    /// after that, and after any error, the connection is of no more use. The views in `exchange`
    /// outlive the call.
    virtual task<ExchangeOutcome> run(OutgoingExchange exchange) = 0;

    /// True when the other side has closed an idle connection, or said something unasked.
    [[nodiscard]] virtual bool is_stale() = 0;
};

[[nodiscard]] std::unique_ptr<Connection> plain_connection(Socket socket);

/// Shakes hands for `host` over a connected socket: sends it as the server name (RFC 6066 §3, names
/// only), and with `verify` checks the chain and the name or address in the certificate
/// (RFC 9110 §4.3.4). Throws `NodeFailure` with code `http_tls_failed` that says what is wrong.
task<std::unique_ptr<Connection>> tls_connection(Socket socket,
                                                 std::shared_ptr<asio::ssl::context> context,
                                                 std::string host, bool verify);

}  // namespace sluice::http
