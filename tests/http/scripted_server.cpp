#include "tests/http/scripted_server.hpp"

#include <cstdlib>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include "engine/model/ascii.hpp"

namespace sluice::testing {
namespace {

using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;

/// Counts a session for as long as it lives.
struct Open {
    explicit Open(std::size_t& count) : open(count) { ++open; }
    Open(const Open&) = delete;
    Open& operator=(const Open&) = delete;
    ~Open() { --open; }
    std::size_t& open;
};

}  // namespace

std::string Received::header(std::string_view name) const {
    std::size_t at = head.find("\r\n");
    while (at != std::string::npos && at + 2 < head.size()) {
        const auto end = head.find("\r\n", at + 2);
        const std::string_view line = std::string_view(head).substr(at + 2, end - at - 2);
        const auto colon = line.find(": ");
        if (colon != std::string_view::npos && equal_ignoring_case(line.substr(0, colon), name))
            return std::string(line.substr(colon + 2));
        at = end;
    }
    return "<none>";
}

Reply ok(std::string body, std::string headers) {
    return {"HTTP/1.1 200 OK\r\n" + headers + "Content-Length: " + std::to_string(body.size()) +
                "\r\n\r\n" + body,
            {},
            false,
            false};
}

ScriptedServer::ScriptedServer(asio::io_context& loop, Script script)
    : loop_(loop),
      script_(std::move(script)),
      acceptor_(loop.get_executor(), {asio::ip::address_v4::loopback(), 0}),
      acceptors_(loop.get_executor()),
      sessions_(loop.get_executor()) {
    begin();
}

ScriptedServer::ScriptedServer(asio::io_context& loop, Script script, const Identity& identity)
    : loop_(loop),
      script_(std::move(script)),
      tls_(std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server)),
      acceptor_(loop.get_executor(), {asio::ip::address_v4::loopback(), 0}),
      acceptors_(loop.get_executor()),
      sessions_(loop.get_executor()) {
    tls_->use_certificate_chain(asio::buffer(identity.certificate));
    tls_->use_private_key(asio::buffer(identity.key), asio::ssl::context::pem);
    begin();
}

ScriptedServer::~ScriptedServer() {
    asio::post(loop_, [this] {
        acceptors_.cancel_all();
        sessions_.cancel_all();
    });
    loop_.restart();
    while (acceptors_.size() + sessions_.size() != 0) {
        if (loop_.run_one_for(std::chrono::seconds(5)) == 0) std::abort();
    }
}

std::uint16_t ScriptedServer::port() const {
    return acceptor_.local_endpoint().port();
}

std::string ScriptedServer::url(std::string_view target, std::string_view host) const {
    return (tls_ ? "https://" : "http://") + std::string(host) + ':' + std::to_string(port()) +
           std::string(target);
}

void ScriptedServer::drop_connections() {
    asio::post(loop_, [this] { sessions_.cancel_all(); });
}

void ScriptedServer::begin() {
    acceptor_.listen(asio::socket_base::max_listen_connections);
    acceptors_.spawn(accept());
}

task<void> ScriptedServer::accept() {
    for (;;) {
        Socket socket = co_await acceptor_.async_accept(use_task);
        ++connections_;
        sessions_.spawn(tls_ ? serve_tls(std::move(socket), connections_)
                             : serve_plain(std::move(socket), connections_));
    }
}

task<void> ScriptedServer::serve_plain(Socket socket, std::size_t connection) {
    const Open open(open_);
    try {
        co_await serve(socket, connection);
    } catch (const system_error&) {
        // The client closed: what it does when it is cancelled.
    }
}

task<void> ScriptedServer::serve_tls(Socket socket, std::size_t connection) {
    const Open open(open_);
    asio::ssl::stream<Socket> stream(std::move(socket), *tls_);
    try {
        co_await stream.async_handshake(asio::ssl::stream_base::server, use_task);
        co_await serve(stream, connection);
    } catch (const system_error&) {
        // The same, or the handshake failed: the test looks at the client's side.
    }
}

template <typename Stream>
task<void> ScriptedServer::serve(Stream& stream, std::size_t connection) {
    std::string buffer;
    for (std::size_t number = 1;; ++number) {
        const auto head_size = co_await asio::async_read_until(
            stream, asio::dynamic_buffer(buffer), std::string_view("\r\n\r\n"), use_task);
        Received request;
        request.connection = connection;
        request.number = number;
        request.head = buffer.substr(0, head_size);
        buffer.erase(0, head_size);
        const auto space = request.head.find(' ');
        request.method = request.head.substr(0, space);
        request.target =
            request.head.substr(space + 1, request.head.find(' ', space + 1) - space - 1);
        const auto length = std::strtoull(request.header("content-length").c_str(), nullptr, 10);
        if (buffer.size() < length)
            co_await asio::async_read(stream, asio::dynamic_buffer(buffer),
                                      asio::transfer_exactly(length - buffer.size()), use_task);
        request.body = buffer.substr(0, length);
        buffer.erase(0, length);

        const Reply reply = script_(request);
        received_.push_back(std::move(request));
        if (reply.delay.count() != 0) {
            Timer timer(loop_.get_executor(), reply.delay);
            co_await timer.async_wait(use_task);
        }
        co_await asio::async_write(stream, asio::buffer(reply.bytes), use_task);
        if (reply.close) co_return;
        if (reply.silent) {
            char ignored = 0;
            co_await stream.async_read_some(asio::buffer(&ignored, 1), use_task);
        }
    }
}

}  // namespace sluice::testing
