#include <memory>

#include <gmock/gmock.h>
#include <sys/resource.h>

#include "server_fixture.hpp"

namespace sluice::http::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

Limits impatient() {
    Limits limits;
    limits.header_timeout = 150ms;
    limits.body_timeout = 150ms;
    limits.idle_timeout = 150ms;
    limits.write_timeout = 150ms;
    limits.linger_timeout = 150ms;
    return limits;
}

// Sends a byte now and then until the server has answered.
Answer trickle(Client& client, std::string_view text) {
    for (std::size_t at = 0; at < 500 && !client.is_readable(10); ++at)
        client.send(text.substr(at % text.size(), 1));
    return client.receive();
}

TEST(Patience, ends_with_a_head_that_does_not_come) {
    RunningServer server(impatient());
    Client client(server.port());
    client.send("GET /hello HTTP/1.1\r\nHost: h\r\n");
    const Answer answer = trickle(client, "A: b\r\n");
    EXPECT_EQ(answer.status, 408u);
    EXPECT_THAT(answer.body, HasSubstr("request_timeout"));
    EXPECT_TRUE(client.is_closed());
}

TEST(Patience, ends_with_a_body_that_does_not_come) {
    RunningServer server(impatient());
    Client client(server.port());
    client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n");
    EXPECT_EQ(trickle(client, "x").status, 408u);
    EXPECT_TRUE(client.is_closed());
}

TEST(Patience, lasts_for_a_long_body_that_keeps_coming) {
    RunningServer server(impatient());
    Client client(server.port());
    client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 60000\r\n\r\n");
    for (int count = 0; count < 60; ++count) {
        client.send(std::string(1000, 'x'));
        std::this_thread::sleep_for(10ms);
    }
    EXPECT_EQ(client.receive().body.size(), 60'000u);
}

TEST(Patience, ends_silently_with_an_idle_connection) {
    RunningServer server(impatient());
    Client silent(server.port());
    Client served(server.port());
    EXPECT_EQ(served.ask(get("/hello")).body, "hello");
    EXPECT_TRUE(served.is_closed());
    EXPECT_TRUE(silent.is_closed());
}

TEST(Patience, is_not_for_handlers) {
    RunningServer server(impatient());
    Client client(server.port());
    client.send(post("/held", "x"));
    ASSERT_TRUE(server.until([&] { return server.held.size() == 1; }));
    std::this_thread::sleep_for(400ms);
    server.answer_held("after all");
    EXPECT_EQ(client.receive().body, "after all");
}

TEST(Patience, ends_with_a_peer_that_does_not_read) {
    RunningServer server(impatient());
    Client client(server.port(), 4096);
    client.send(get("/large"));
    EXPECT_TRUE(server.until([&] { return true; }));
    for (int attempt = 0; attempt < 500 && server.counters().connections_open != 0; ++attempt)
        std::this_thread::sleep_for(10ms);
    EXPECT_EQ(server.counters().connections_open, 0u);
}

TEST(Patience, ends_with_a_refused_peer_that_does_not_close) {
    RunningServer server(impatient());
    Client client(server.port());
    EXPECT_EQ(client.ask("NONSENSE\r\n\r\n").status, 400u);
    for (int attempt = 0; attempt < 500 && server.counters().connections_open != 0; ++attempt) {
        client.send("more");
        std::this_thread::sleep_for(10ms);
    }
    EXPECT_EQ(server.counters().connections_open, 0u);
}

TEST(Connections, over_the_limit_are_closed_at_once) {
    Limits limits;
    limits.connections = 3;
    RunningServer server(limits);
    std::vector<std::unique_ptr<Client>> clients;
    for (int count = 0; count < 3; ++count) {
        clients.push_back(std::make_unique<Client>(server.port()));
        EXPECT_EQ(clients.back()->ask(get("/hello")).body, "hello");
    }
    Client refused(server.port());
    EXPECT_TRUE(refused.is_closed());
    EXPECT_EQ(server.counters().connections_refused, 1u);
    clients.pop_back();
    ASSERT_TRUE(server.until([] { return true; }));
    for (int attempt = 0; attempt < 500 && server.counters().connections_open != 2; ++attempt)
        std::this_thread::sleep_for(1ms);
    Client welcome(server.port());
    EXPECT_EQ(welcome.ask(get("/hello")).body, "hello");
}

TEST(Connections, are_accepted_again_when_descriptors_are_free_again) {
    RunningServer server;
    Client first(server.port());
    EXPECT_EQ(first.ask(get("/hello")).body, "hello");
    Client second(server.port());
    second.ask(get("/hello"));
    const Counters before = server.counters();
    // The client's socket takes the last descriptor, so the server has none for its own end.
    rlimit old{};
    ::getrlimit(RLIMIT_NOFILE, &old);
    const int probe = ::dup(0);
    ::close(probe);
    const rlimit low{static_cast<rlim_t>(probe) + 1, old.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &low);
    Client waiting(server.port());
    waiting.send(get("/hello"));
    EXPECT_FALSE(waiting.is_readable(250));
    EXPECT_EQ(server.counters().connections_total, before.connections_total);
    ::setrlimit(RLIMIT_NOFILE, &old);
    EXPECT_EQ(waiting.receive().body, "hello");
}

TEST(Listening, says_why_it_cannot) {
    asio::io_context loop{1};
    const SystemClock clock;
    timer_queue timers;
    const Router router;
    Server one(loop, timers, clock, router, Limits{});
    Server other(loop, timers, clock, router, Limits{});
    const auto port = one.listen("127.0.0.1", 0);
    ASSERT_TRUE(port);
    EXPECT_NE(*port, 0);
    const auto code = [&](std::string_view host, std::uint16_t number) {
        const auto outcome = other.listen(host, number);
        return outcome ? std::string("listens") : outcome.error().code;
    };
    EXPECT_EQ(code("127.0.0.1", *port), "address_in_use");
    EXPECT_EQ(code("localhost", *port), "address_in_use");
    EXPECT_EQ(code("192.0.2.1", 0), "address_unavailable");
    EXPECT_EQ(code("not an address", 0), "invalid_address");
    EXPECT_THAT(other.listen("127.0.0.1", *port).error().message,
                HasSubstr("127.0.0.1 port " + std::to_string(*port)));
    EXPECT_EQ(code("127.0.0.1", 0), "listens");
}

TEST(Listening, wakes_nobody_while_there_are_no_connections) {
    asio::io_context loop{1};
    const SystemClock clock;
    timer_queue timers;
    Router router;
    Server server(loop, timers, clock, router, Limits{});
    const auto port = server.listen("127.0.0.1", 0);
    ASSERT_TRUE(port);
    EXPECT_EQ(timers.size(), 0u);
    {
        Client client(*port);
        client.send(get("/"));
        while (server.counters().requests == 0) loop.run_one();
        EXPECT_EQ(client.receive().status, 404u);
        EXPECT_EQ(timers.size(), 1u);
    }
    while (server.counters().connections_open != 0) loop.run_one();
    EXPECT_EQ(timers.size(), 0u);
}

TEST(Listening, may_use_another_table_on_another_port) {
    asio::io_context loop{1};
    const SystemClock clock;
    timer_queue timers;
    Router router;
    Router other;
    other
        .add({.pattern = "/other",
              .handler = [](Request&,
                            Responder responder) { responder.send(Response::text(200, "other")); }})
        .value();
    Server server(loop, timers, clock, router, Limits{});
    const auto first = server.listen("127.0.0.1", 0);
    const auto second = server.listen("127.0.0.1", 0, other);
    Client one(*first);
    Client two(*second);
    one.send(get("/other"));
    two.send(get("/other"));
    while (server.counters().requests != 2) loop.run_one();
    EXPECT_EQ(one.receive().status, 404u);
    EXPECT_EQ(two.receive().body, "other");
}

}  // namespace
}  // namespace sluice::http::testing
