#include <gmock/gmock.h>

#include "server_fixture.hpp"

namespace sluice::http::testing {
namespace {

using ::testing::HasSubstr;

struct Handling : ::testing::Test {
    RunningServer server;
    Client client{server.port()};
};

TEST_F(Handling, may_answer_later_without_a_coroutine) {
    client.send(post("/held", "x"));
    ASSERT_TRUE(server.until([&] { return server.held.size() == 1; }));
    EXPECT_FALSE(server.on_loop([&] { return server.held[0].gone(); }));
    server.answer_held("later");
    EXPECT_EQ(client.receive().body, "later");
    EXPECT_EQ(client.ask(get("/hello")).body, "hello");
    EXPECT_EQ(server.on_loop([&] { return server.gone; }), 0);
}

TEST_F(Handling, may_be_a_coroutine_with_a_request_of_its_own) {
    client.send(get("/waiting/me"));
    ASSERT_TRUE(server.until([&] { return server.seen.size() == 1; }));
    EXPECT_FALSE(client.is_readable(20));
    server.on_loop([&] { server.opened.open(); });
    const Answer answer = client.receive();
    EXPECT_EQ(answer.body, "waited for me");
    EXPECT_EQ(answer.field("X-Peer"), "127.0.0.1");
    EXPECT_EQ(client.ask(get("/waiting/you")).body, "waited for you");
}

TEST_F(Handling, learns_that_the_peer_has_left) {
    for (const bool reset : {false, true}) {
        Client leaving(server.port());
        leaving.send(post("/held", "x"));
        ASSERT_TRUE(server.until([&] { return server.held.size() == 1; }));
        reset ? leaving.reset() : leaving.close();
        ASSERT_TRUE(server.until([&] { return server.gone == 1; }));
        server.on_loop([&] {
            EXPECT_TRUE(server.held[0].gone());
            server.held[0].send(Response::text(200, "to nobody"));
            server.held.clear();
            server.gone = 0;
        });
        ASSERT_TRUE(server.until([&] { return true; }));
    }
    EXPECT_EQ(client.ask(get("/hello")).body, "hello");
}

TEST_F(Handling, forgets_the_connection_when_a_waiter_is_dropped_after_the_peer_left) {
    {
        Client leaving(server.port());
        leaving.send(post("/held", "x"));
        ASSERT_TRUE(server.until([&] { return server.held.size() == 1; }));
    }
    ASSERT_TRUE(server.until([&] { return server.gone == 1; }));
    server.on_loop([&] { server.held.clear(); });
    client.ask(get("/hello"));
    EXPECT_EQ(server.counters().connections_open, 1u);
    EXPECT_EQ(server.counters().responses[5], 0u);
}

TEST_F(Handling, is_cancelled_when_the_peer_leaves) {
    {
        Client leaving(server.port());
        leaving.send(get("/waiting/x"));
        ASSERT_TRUE(server.until([&] { return server.seen.size() == 1; }));
    }
    EXPECT_TRUE(server.until([&] { return server.cancelled == 1; }));
    EXPECT_EQ(client.ask(get("/hello")).body, "hello");
    EXPECT_EQ(server.counters().connections_open, 1u);
}

TEST_F(Handling, that_throws_or_forgets_answers_500_and_the_server_goes_on) {
    for (const std::string_view path : {"/throws", "/throws-later", "/forgets"}) {
        const Answer answer = client.ask(get(path));
        EXPECT_EQ(answer.status, 500u) << path;
        EXPECT_THAT(answer.body, HasSubstr("internal_error"));
        EXPECT_THAT(answer.body, ::testing::Not(HasSubstr("oops")));
        EXPECT_EQ(client.ask(get("/hello")).body, "hello");
    }
}

TEST_F(Handling, cannot_answer_with_a_status_that_is_none) {
    for (const std::string number : {"0", "100", "199", "600", "-5"})
        EXPECT_EQ(client.ask(get("/status/" + number)).status, 500u) << number;
    EXPECT_EQ(client.ask(get("/status/299")).status, 299u);
    EXPECT_EQ(client.ask(get("/status/304")).status, 304u);
    EXPECT_EQ(client.ask(get("/hello")).body, "hello");
}

TEST(FailureLog, tells_what_was_thrown_and_where) {
    std::vector<std::string> lines;
    {
        ServerOptions options;
        options.failure_log = [&](std::string_view route, const std::exception& failure) {
            lines.push_back(std::string(route) + ": " + failure.what());
        };
        RunningServer server({}, std::move(options));
        Client client(server.port());
        client.ask(get("/throws"));
        client.ask(get("/throws-later"));
    }
    EXPECT_THAT(lines, ::testing::ElementsAre("/throws: oops", "/throws-later: oops later"));
}

}  // namespace
}  // namespace sluice::http::testing
