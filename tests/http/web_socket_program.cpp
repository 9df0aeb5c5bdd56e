// A server with an echoing WebSocket and a broadcast, for tests that speak to it from outside.
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/signal_set.hpp>

#include "engine/async/timers.hpp"
#include "http/server/server.hpp"

namespace {

using namespace sluice;
using namespace sluice::http;

// Echoes; "all: TEXT" goes to everybody.
struct Room {
    std::vector<std::shared_ptr<WebSocket>> members;

    void join(const std::shared_ptr<WebSocket>& socket) {
        members.push_back(socket);
        socket->on_closed([this, socket] { std::erase(members, socket); });
        socket->on_text([this, socket](std::string_view text) {
            const auto shared = std::make_shared<const std::string>(text);
            if (!text.starts_with("all: ")) return socket->send(shared);
            for (const auto& member : members) member->send(shared);
        });
    }
};

int run() {
    asio::io_context loop{1};
    const SystemClock clock;
    timer_queue timers;
    const loop_timers driver{loop, clock, timers};
    Room room;
    Router router;
    router
        .add({.pattern = "/room",
              .handler =
                  [&room](Request&, Responder responder) {
                      responder.upgrade(
                          {.messages_waiting = 100},
                          [&room](const std::shared_ptr<WebSocket>& socket) { room.join(socket); });
                  },
              .cross_origin = true})
        .value();
    router
        .mount({.prefix = "",
                .render =
                    [](unsigned status, std::string_view code, std::string_view) {
                        return Response::json(status, Object{{"error", code}});
                    },
                .cross_origin = true})
        .value();
    Server server(loop, timers, clock, router, Limits{});
    std::printf("listens on 127.0.0.1:%d\n", server.listen("127.0.0.1", 0).value());
    std::fflush(stdout);
    asio::signal_set signals(loop, SIGTERM, SIGINT);
    signals.async_wait([&](const error_code&, int) {
        asio::co_spawn(loop.get_executor(), server.stop(clock.steady() + std::chrono::seconds(5)),
                       [&](const std::exception_ptr&) { loop.stop(); });
    });
    loop.run();
    return 0;
}

}  // namespace

int main() {
    return run();
}
