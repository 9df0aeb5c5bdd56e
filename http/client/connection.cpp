#include "http/client/connection.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <type_traits>
#include <utility>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <sys/socket.h>

#include "http/client/failure.hpp"
#include "http/client/response_parser.hpp"

namespace sluice::http {
namespace {

namespace beast = boost::beast;

constexpr std::size_t first_read = 4u << 10;      // fits most answers
constexpr std::size_t further_reads = 64u << 10;  // for large bodies
constexpr std::size_t merged_body = 8u << 10;  // a body up to this size is copied behind its head
constexpr int most_interim = 16;               // 1xx answers before the final one

auto into(error_code& error) {
    return asio::redirect_error(use_task, error);
}

bool has_unread(const Socket&) {
    return false;  // the system knows
}

bool has_unread(asio::ssl::stream<Socket>& stream) {
    return SSL_has_pending(stream.native_handle()) != 0;
}

template <typename Stream>
class StreamConnection final : public Connection {
  public:
    template <typename... Arguments>
    explicit StreamConnection(Arguments&&... arguments)
        : stream_(std::forward<Arguments>(arguments)...) {}

    [[nodiscard]] Stream& stream() { return stream_; }

    task<ExchangeOutcome> run(OutgoingExchange exchange) override {
        ExchangeOutcome outcome;
        co_await send(exchange, outcome);
        const error_code send_error = std::exchange(outcome.error, {});
        // A server may answer and close before it has read everything (413, for one).
        if (!send_error || outcome.sent != 0) co_await receive(exchange, outcome);
        if (send_error && outcome.error) outcome.error = send_error;
        if (send_error && outcome.sent == 0) outcome.error = send_error;
        if (send_error) outcome.keep_alive = false;
        co_return outcome;
    }

    bool is_stale() override {
        if (has_unread(stream_)) return true;
        char byte = 0;
        const auto got =
            ::recv(stream_.lowest_layer().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        return got >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
    }

  private:
    task<void> send(const OutgoingExchange& exchange, ExchangeOutcome& outcome) {
        if (exchange.body.empty()) {
            outcome.sent = co_await asio::async_write(stream_, asio::buffer(exchange.head),
                                                      into(outcome.error));
        } else if (exchange.body.size() <= merged_body) {
            std::string text;
            text.reserve(exchange.head.size() + exchange.body.size());
            text.append(exchange.head).append(exchange.body);
            outcome.sent =
                co_await asio::async_write(stream_, asio::buffer(text), into(outcome.error));
        } else {
            const std::array<asio::const_buffer, 2> buffers{asio::buffer(exchange.head),
                                                            asio::buffer(exchange.body)};
            outcome.sent = co_await asio::async_write(stream_, buffers, into(outcome.error));
        }
        rethrow_cancellation(outcome.error);
    }

    task<void> receive(const OutgoingExchange& exchange, ExchangeOutcome& outcome) {
        beast::flat_buffer buffer(exchange.max_header_bytes + further_reads);
        std::optional<ResponseParser> parser;
        for (int answers = 0; answers <= most_interim; ++answers) {
            parser.emplace(exchange.max_header_bytes, exchange.max_body_bytes, exchange.is_head);
            co_await receive_one(*parser, buffer, outcome);
            if (outcome.error || !parser->is_interim()) break;
            if (parser->response().status == 101) {  // nobody asked for another protocol
                outcome.error = beast::http::error::bad_status;
                break;
            }
        }
        if (!outcome.error && parser->is_interim()) outcome.error = beast::http::error::bad_status;
        if (outcome.error) co_return;
        outcome.keep_alive = parser->keep_alive() && buffer.size() == 0;
        outcome.response = std::move(parser->response());
    }

    task<void> receive_one(ResponseParser& parser, beast::flat_buffer& buffer,
                           ExchangeOutcome& outcome) {
        for (;;) {
            if (buffer.size() != 0) {
                buffer.consume(parser.put(buffer.data(), outcome.error));
                if (parser.is_done() && !outcome.error) co_return;
                if (outcome.error && outcome.error != beast::http::error::need_more) co_return;
            }
            const auto room = buffer.max_size() - buffer.size();
            const auto wanted = parser.is_header_done() ? further_reads : first_read;
            if (room == 0) {
                outcome.error = beast::http::error::header_limit;
                co_return;
            }
            const auto read = co_await stream_.async_read_some(
                buffer.prepare(std::min(room, wanted)), into(outcome.error));
            buffer.commit(read);
            if (read != 0) outcome.answered = true;
            rethrow_cancellation(outcome.error);
            if (outcome.error == asio::error::eof && parser.got_some()) {
                parser.put_eof(outcome.error);
                co_return;
            }
            if (outcome.error) co_return;
        }
    }

    Stream stream_;
};

using TlsStream = asio::ssl::stream<Socket>;

bool is_address(const std::string& host) {
    error_code error;
    asio::ip::make_address(host, error);
    return !error;
}

/// What is wrong with the handshake, in words: the certificate's problem if there is one.
std::string handshake_problem(TlsStream& stream, const error_code& error) {
    const long verdict = SSL_get_verify_result(stream.native_handle());
    const bool checked = SSL_get_verify_mode(stream.native_handle()) != SSL_VERIFY_NONE;
    if (checked && verdict != X509_V_OK)
        return std::string("the certificate is not accepted: ") +
               X509_verify_cert_error_string(verdict);
    return error.message();
}

}  // namespace

std::unique_ptr<Connection> plain_connection(Socket socket) {
    return std::make_unique<StreamConnection<Socket>>(std::move(socket));
}

task<std::unique_ptr<Connection>> tls_connection(Socket socket,
                                                 std::shared_ptr<asio::ssl::context> context,
                                                 std::string host, bool verify) {
    auto connection = std::make_unique<StreamConnection<TlsStream>>(std::move(socket), *context);
    auto& stream = connection->stream();
    SSL* const ssl = stream.native_handle();
    SSL_set_verify(ssl, verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
    if (is_address(host)) {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str());
    } else {
        SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        SSL_set1_host(ssl, host.c_str());
        SSL_set_tlsext_host_name(ssl, host.c_str());
    }
    error_code error;
    co_await stream.async_handshake(asio::ssl::stream_base::client, into(error));
    rethrow_cancellation(error);
    if (error)
        throw failure("http_tls_failed",
                      "no secure connection to " + host + ": " + handshake_problem(stream, error),
                      {{"host", host}});
    co_return std::move(connection);
}

}  // namespace sluice::http
