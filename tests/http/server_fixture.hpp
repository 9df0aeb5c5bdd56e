#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/async/gate.hpp"
#include "engine/async/scope.hpp"
#include "engine/async/timers.hpp"
#include "http/server/server.hpp"

#include "server_client.hpp"

namespace sluice::http::testing {

/// A server on a loop in a thread of its own, with routes that tests need.
class RunningServer {
  public:
    explicit RunningServer(const Limits& limits = {}, ServerOptions options = {}) {
        add_routes();
        server_.emplace(loop_, timers_, clock_, router_, limits, std::move(options));
        port_ = server_->listen("127.0.0.1", 0).value();
        thread_ = std::thread([this] { loop_.run(); });
    }
    ~RunningServer() {
        if (!stopped_) stop(std::chrono::milliseconds(0)).wait();
        loop_.stop();  // the driver of the timers may still be armed
        thread_.join();
    }

    [[nodiscard]] std::uint16_t port() const { return port_; }

    /// Runs something on the loop and waits for what it returns.
    template <typename Function>
    auto on_loop(Function function) {
        std::packaged_task<decltype(function())()> job(std::move(function));
        auto outcome = job.get_future();
        asio::post(loop_, [&job] { job(); });
        return outcome.get();
    }
    [[nodiscard]] Counters counters() {
        return on_loop([this] { return server_->counters(); });
    }
    /// Waits until something is true on the loop; false after some seconds.
    bool until(const std::function<bool()>& condition) {
        for (int attempt = 0; attempt < 5000; ++attempt) {
            if (on_loop(condition)) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        return false;
    }

    /// Begins to stop; ready when it has stopped.
    std::future<void> stop(std::chrono::milliseconds patience) {
        stopped_ = true;
        auto over = std::make_shared<std::promise<void>>();
        auto future = over->get_future();
        asio::post(loop_, [this, patience, over] {
            asio::co_spawn(loop_.get_executor(), server_->stop(clock_.steady() + patience),
                           [over](const std::exception_ptr& failure) {
                               if (failure)
                                   over->set_exception(failure);
                               else
                                   over->set_value();
                           });
        });
        return future;
    }

    /// Answers the oldest request to /held.
    void answer_held(std::string text) {
        on_loop([this, &text] {
            Responder responder = std::move(held.front());
            held.erase(held.begin());
            responder.send(Response::text(200, std::move(text)));
        });
    }

    // Loop thread only.
    std::vector<Responder> held;  ///< requests to /held
    std::vector<std::string> seen;
    int gone = 0;       ///< held requests whose peer left
    int cancelled = 0;  ///< coroutines at /waiting that were cancelled
    gate opened;        ///< lets /waiting go on
    std::vector<std::shared_ptr<WebSocket>> sockets;  ///< of /socket, in the order opened
    int sockets_closed = 0;

  private:
    task<Response> wait(Request request) {
        seen.emplace_back("waiting");
        try {
            co_await opened.wait();
        } catch (const system_error& error) {
            if (is_cancellation(error)) ++cancelled;
            throw;
        }
        co_return Response::text(200, "waited for " + std::string(request.parameter("name")))
            .with("X-Peer", std::string(request.peer()));
    }

    // Echoes texts; "close" closes, "throw" throws, "binary" takes binary messages from then on.
    void open_socket(Request& request, Responder responder) {
        WebSocketOptions options;
        const auto number = [&](std::string_view name) -> std::optional<std::size_t> {
            const auto text = request.query(name);
            return text ? std::optional<std::size_t>(std::stoul(*text)) : std::nullopt;
        };
        options.messages_waiting = number("messages");
        options.bytes_waiting = number("bytes");
        options.message_bytes = number("size");
        responder.upgrade(options, [this](const std::shared_ptr<WebSocket>& socket) {
            sockets.push_back(socket);
            socket->on_closed([this] { ++sockets_closed; });
            socket->on_text([socket](std::string_view text) {
                if (text == "close") return socket->close(4321, "as you wish");
                if (text == "throw") throw std::runtime_error("oops in a socket");
                if (text == "binary")
                    socket->on_binary([socket](std::string_view bytes) {
                        socket->send(std::to_string(bytes.size()) + " bytes");
                    });
                socket->send(std::string(text));
            });
        });
    }

    // A foreign API: errors of its own, open to pages of any origin.
    void add_foreign_routes() {
        const auto add = [this](Method method, std::string pattern, Handler handler,
                                std::vector<std::string> types = {}) {
            router_
                .add({.method = method,
                      .pattern = std::move(pattern),
                      .handler = std::move(handler),
                      .content_types = std::move(types),
                      .cross_origin = true})
                .value();
        };
        add(Method::get, "/foreign/socket", [this](Request& request, Responder responder) {
            open_socket(request, std::move(responder));
        });
        add(Method::get, "/foreign/throws",
            [](Request&, Responder) { throw std::runtime_error("oops"); });
        add(Method::get, "/foreign/throws-later", [](Request) -> task<Response> {
            throw std::runtime_error("oops later");
            co_return Response{};
        });
        add(Method::post, "/foreign/items",
            [](Request&, Responder responder) { responder.send(Response::text(201, "made")); },
            {"application/json"});
        router_
            .mount({.prefix = "/foreign",
                    .render =
                        [](unsigned status, std::string_view code, std::string_view) {
                            return Response::text(status, "foreign " + std::string(code));
                        },
                    .cross_origin = true})
            .value();
    }

    void add_routes() {
        add_foreign_routes();
        const auto add = [this](Method method, std::string pattern, Handler handler) {
            router_
                .add({.method = method,
                      .pattern = pattern,
                      .handler = std::move(handler),
                      .name = "test " + pattern})
                .value();
        };
        add(Method::get, "/hello",
            [](Request&, Responder responder) { responder.send(Response::text(200, "hello")); });
        add(Method::post, "/echo", [](Request& request, Responder responder) {
            responder.send(Response::text(200, std::string(request.body())));
        });
        add(Method::get, "/id", [](Request& request, Responder responder) {
            responder.send(Response::text(200, std::string(request.id())));
        });
        add(Method::get, "/large", [](Request&, Responder responder) {
            responder.send(Response::text(200, std::string(8'000'000, 'x')));
        });
        add(Method::post, "/held", [this](Request& request, Responder responder) {
            seen.emplace_back(request.body());
            responder.on_gone([this] { ++gone; });
            held.push_back(std::move(responder));
        });
        add(Method::get, "/waiting/{name}",
            [this](Request request) { return wait(std::move(request)); });
        add(Method::get, "/throws", [](Request&, Responder) { throw std::runtime_error("oops"); });
        add(Method::get, "/throws-later", [](Request) -> task<Response> {
            throw std::runtime_error("oops later");
            co_return Response{};
        });
        add(Method::get, "/status/{number}", [](Request& request, Responder responder) {
            responder.send(Response::empty(
                static_cast<unsigned>(std::stoi(std::string(request.parameter("number"))))));
        });
        add(Method::get, "/forgets", [](Request&, Responder) {});
        add(Method::get, "/socket", [this](Request& request, Responder responder) {
            open_socket(request, std::move(responder));
        });
        add(Method::get, "/held-socket", [this](Request&, Responder responder) {
            seen.emplace_back("held-socket");
            held.push_back(std::move(responder));
        });
    }

    asio::io_context loop_{1};
    std::optional<asio::executor_work_guard<Executor>> work_{loop_.get_executor()};
    SystemClock clock_;
    timer_queue timers_;
    loop_timers driver_{loop_, clock_, timers_};
    Router router_;
    std::optional<Server> server_;
    std::uint16_t port_ = 0;
    bool stopped_ = false;
    std::thread thread_;
};

inline std::string get(std::string_view path, std::string_view fields = {}) {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: h\r\n" + std::string(fields) + "\r\n";
}

inline std::string post(std::string_view path, std::string_view body) {
    return "POST " + std::string(path) +
           " HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           std::string(body);
}

}  // namespace sluice::http::testing
