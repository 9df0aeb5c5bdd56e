#include <gmock/gmock.h>

#include "server_fixture.hpp"

namespace sluice::http::testing {
namespace {

using namespace std::chrono_literals;

bool is_over(const std::future<void>& future, std::chrono::milliseconds wait) {
    return future.wait_for(wait) == std::future_status::ready;
}

TEST(Stopping, closes_idle_connections_at_once_and_listens_no_more) {
    RunningServer server;
    Client fresh(server.port());
    Client used(server.port());
    used.ask(get("/hello"));
    ASSERT_TRUE(is_over(server.stop(60s), 10s));
    EXPECT_TRUE(used.is_closed());
    EXPECT_TRUE(fresh.is_closed());
    EXPECT_THROW(Client(server.port()), std::runtime_error);
}

TEST(Stopping, lets_running_requests_finish) {
    RunningServer server;
    Client held(server.port());
    Client waiting(server.port());
    Client half(server.port());
    held.send(post("/held", "x"));
    waiting.send(get("/waiting/x"));
    half.send("GET /hel");
    ASSERT_TRUE(server.until([&] { return server.seen.size() == 2; }));
    ASSERT_TRUE(server.until([&] { return true; }));
    const auto over = server.stop(60s);
    EXPECT_FALSE(is_over(over, 50ms));
    server.answer_held("done");
    const Answer answer = held.receive();
    EXPECT_EQ(answer.body, "done");
    EXPECT_EQ(answer.field("Connection"), "close");
    EXPECT_TRUE(held.is_closed());
    held.close();
    server.on_loop([&] { server.opened.open(); });
    EXPECT_EQ(waiting.receive().body, "waited for x");
    waiting.close();
    half.send("lo HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(half.receive().body, "hello");
    half.close();
    EXPECT_TRUE(is_over(over, 10s));
}

TEST(Stopping, ends_what_runs_beyond_the_deadline) {
    RunningServer server;
    Client held(server.port());
    Client waiting(server.port());
    held.send(post("/held", "x"));
    waiting.send(get("/waiting/x"));
    ASSERT_TRUE(server.until([&] { return server.seen.size() == 2; }));
    EXPECT_TRUE(is_over(server.stop(50ms), 10s));
    EXPECT_TRUE(held.is_closed());
    EXPECT_TRUE(waiting.is_closed());
    EXPECT_EQ(server.on_loop([&] { return server.cancelled; }), 1);
    EXPECT_EQ(server.on_loop([&] { return server.gone; }), 1);
    // A responder that outlives its connection is harmless.
    server.answer_held("too late");
}

TEST(Stopping, leaves_a_responder_that_outlives_the_server_harmless) {
    std::optional<Responder> kept;
    asio::io_context loop{1};
    const SystemClock clock;
    timer_queue timers;
    Router router;
    router
        .add({.pattern = "/",
              .handler = [&](Request&, Responder responder) { kept = std::move(responder); }})
        .value();
    {
        Server server(loop, timers, clock, router, Limits{});
        Client client(*server.listen("127.0.0.1", 0));
        client.send(get("/"));
        while (!kept) loop.run_one();
    }
    loop.restart();
    loop.run();
    EXPECT_TRUE(kept->gone());
    bool told = false;
    kept->on_gone([&] { told = true; });
    EXPECT_TRUE(told);
    kept->send(Response::empty());
}

}  // namespace
}  // namespace sluice::http::testing
