// The yardstick: a plain Boost.Beast server as its users write it, that parses a JSON body and
// answers JSON. One thread, one coroutine a connection, Beast's own message reader and writer, no
// durability, no routing, no timeouts. Targets in docs/ are ratios to its requests a second.
//
//     bench-baseline PORT

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace json = boost::json;
using tcp = asio::ip::tcp;

using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<tcp, Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;
using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;
template <typename T>
using task = asio::awaitable<T, Executor>;
constexpr asio::use_awaitable_t<Executor> use_task{};

http::response<http::string_body> answer(const http::request<http::string_body>& request) {
    http::response<http::string_body> response{http::status::ok, request.version()};
    response.set(http::field::server, "baseline");
    response.set(http::field::content_type, "application/json");
    response.keep_alive(request.keep_alive());
    boost::system::error_code error;
    const json::value body = json::parse(request.body(), error);
    if (error || !body.is_object()) {
        response.result(http::status::bad_request);
        response.body() = R"({"error":"the body is not a JSON object"})";
    } else {
        json::object out;
        out["ok"] = true;
        out["id"] = body.as_object().contains("id") ? body.at("id") : json::value(nullptr);
        out["fields"] = body.as_object().size();
        response.body() = json::serialize(out);
    }
    response.prepare_payload();
    return response;
}

task<void> serve(Socket socket) {
    socket.set_option(tcp::no_delay(true));
    beast::flat_buffer buffer;
    boost::system::error_code error;
    for (;;) {
        http::request<http::string_body> request;
        co_await http::async_read(socket, buffer, request, asio::redirect_error(use_task, error));
        if (error) co_return;                          // the peer has gone
        constexpr std::string_view delay = "/delay/";  // so many milliseconds, for fan-outs
        const std::string_view target(request.target().data(), request.target().size());
        if (target.starts_with(delay)) {
            Timer timer(socket.get_executor());
            timer.expires_after(
                std::chrono::milliseconds(std::stoul(std::string(target.substr(delay.size())))));
            co_await timer.async_wait(use_task);
        }
        http::response<http::string_body> response = answer(request);
        co_await http::async_write(socket, response, asio::redirect_error(use_task, error));
        if (error || !response.keep_alive()) co_return;
    }
}

task<void> accept(Acceptor acceptor) {
    for (;;) {
        Socket socket = co_await acceptor.async_accept(use_task);
        asio::co_spawn(acceptor.get_executor(), serve(std::move(socket)), asio::detached);
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: bench-baseline PORT\n";
        return EXIT_FAILURE;
    }
    asio::io_context loop{1};
    const auto port = static_cast<std::uint16_t>(std::stoul(argv[1]));
    Acceptor acceptor(loop.get_executor(),
                      tcp::endpoint(asio::ip::make_address("127.0.0.1"), port));
    asio::co_spawn(loop.get_executor(), accept(std::move(acceptor)), asio::detached);
    loop.run();
}
