#include <gmock/gmock.h>

#include "server_fixture.hpp"

namespace sluice::http::testing {
namespace {

using ::testing::HasSubstr;

struct Exchanging : ::testing::Test {
    RunningServer server;
    Client client{server.port()};
};

TEST_F(Exchanging, answers_many_requests_on_one_connection) {
    for (int count = 0; count < 100; ++count) {
        const std::string body = "body " + std::to_string(count);
        const Answer answer = client.ask(post("/echo", body));
        EXPECT_EQ(answer.status, 200u);
        EXPECT_EQ(answer.body, body);
        EXPECT_EQ(answer.field("Connection"), "");
        EXPECT_EQ(answer.field("Server"), "sluice");
        EXPECT_THAT(answer.field("Date"), HasSubstr(" GMT"));
    }
    const Counters counters = server.counters();
    EXPECT_EQ(counters.requests, 100u);
    EXPECT_EQ(counters.responses[2], 100u);
    EXPECT_EQ(counters.connections_total, 1u);
    EXPECT_EQ(counters.connections_open, 1u);
    EXPECT_GT(counters.bytes_received, 100u * 50);
    EXPECT_GT(counters.bytes_sent, 100u * 50);
}

TEST_F(Exchanging, closes_when_the_client_asks_for_it) {
    const Answer answer = client.ask(get("/hello", "Connection: close\r\n"));
    EXPECT_EQ(answer.body, "hello");
    EXPECT_EQ(answer.field("Connection"), "close");
    EXPECT_TRUE(client.is_closed());
}

TEST_F(Exchanging, speaks_http_1_0) {
    Client persistent(server.port());
    EXPECT_EQ(
        persistent.ask("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").field("Connection"),
        "keep-alive");
    EXPECT_EQ(persistent.ask("GET /hello HTTP/1.0\r\n\r\n").body, "hello");
    EXPECT_TRUE(persistent.is_closed());
}

TEST_F(Exchanging, answers_head_without_the_body) {
    client.send("HEAD /hello HTTP/1.1\r\nHost: h\r\n\r\n");
    const Answer answer = client.receive(true);
    EXPECT_EQ(answer.status, 200u);
    EXPECT_EQ(answer.field("Content-Length"), "5");
    EXPECT_EQ(client.ask(get("/hello")).body, "hello") << "nothing of a body lies between";
}

TEST_F(Exchanging, takes_chunked_bodies) {
    const Answer answer = client.ask(
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n");
    EXPECT_EQ(answer.body, "hello world");
    EXPECT_EQ(client.ask(get("/hello")).body, "hello");
}

TEST_F(Exchanging, takes_and_sends_large_bodies) {
    const std::string body(5'000'000, 'z');
    std::thread sender([&] { client.send(post("/echo", body)); });
    const Answer answer = client.receive();
    sender.join();
    EXPECT_TRUE(answer.body == body);
    EXPECT_EQ(client.ask(get("/large")).body.size(), 8'000'000u);
    EXPECT_EQ(client.ask(get("/hello")).body, "hello");
}

TEST_F(Exchanging, answers_requests_sent_ahead_in_their_order) {
    std::string text;
    for (int count = 0; count < 500; ++count) text += post("/echo", std::to_string(count));
    text += get("/nowhere") + get("/hello", "Connection: close\r\n") + get("/hello");
    client.send(text);
    for (int count = 0; count < 500; ++count)
        ASSERT_EQ(client.receive().body, std::to_string(count));
    EXPECT_EQ(client.receive().status, 404u);
    EXPECT_EQ(client.receive().body, "hello");
    EXPECT_TRUE(client.is_closed()) << "what follows a close is not answered";
}

TEST_F(Exchanging, keeps_the_order_behind_a_slow_handler) {
    client.send(post("/held", "slow"));
    ASSERT_TRUE(server.until([&] { return server.held.size() == 1; }));
    client.send(post("/echo", "fast") + post("/held", "slow again") + post("/echo", "last"));
    EXPECT_FALSE(client.is_readable(50));
    server.answer_held("first");
    EXPECT_EQ(client.receive().body, "first");
    EXPECT_EQ(client.receive().body, "fast");
    ASSERT_TRUE(server.until([&] { return server.held.size() == 1; }));
    server.answer_held("third");
    EXPECT_EQ(client.receive().body, "third");
    EXPECT_EQ(client.receive().body, "last");
}

TEST_F(Exchanging, takes_requests_of_any_division) {
    const std::string text = post("/echo", "some body") + get("/hello");
    for (std::size_t cut = 1; cut < text.size(); cut += 5) {
        client.send(text.substr(0, cut));
        static_cast<void>(server.counters());  // a turn of the loop between the halves
        client.send(text.substr(cut));
        EXPECT_EQ(client.receive().body, "some body");
        EXPECT_EQ(client.receive().body, "hello");
    }
}

TEST_F(Exchanging, lets_the_client_continue_or_refuses_before_the_body) {
    const std::string fields =
        " HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";
    client.send("POST /echo" + fields);
    EXPECT_EQ(client.receive().status, 100u);
    EXPECT_EQ(client.ask("body").body, "body");

    const Answer refused = client.ask("POST /nowhere" + fields);
    EXPECT_EQ(refused.status, 404u);
    EXPECT_EQ(refused.field("Connection"), "close");
    EXPECT_TRUE(client.is_closed());
}

TEST_F(Exchanging, answers_bad_requests_and_closes) {
    const struct {
        std::string text;
        unsigned status;
        const char* code;
    } cases[] = {
        {"GARBAGE\r\n\r\n", 400, "bad_request"},
        {"GET / HTTP/1.1\r\n\r\n", 400, "bad_request"},
        {"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: "
         "chunked\r\n\r\n",
         400, "bad_request"},
        {"GET /" + std::string(10'000, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n", 414,
         "target_too_long"},
        {"GET / HTTP/1.1\r\nHost: h\r\nA: " + std::string(20'000, 'a') + "\r\n\r\n", 431,
         "header_too_large"},
        {"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 999999999999\r\n\r\n", 413,
         "body_too_large"},
    };
    for (const auto& [text, status, code] : cases) {
        Client bad(server.port());
        const Answer answer = bad.ask(text);
        EXPECT_EQ(answer.status, status);
        EXPECT_EQ(answer.field("Content-Type"), "application/problem+json");
        EXPECT_EQ(answer.field("Connection"), "close");
        EXPECT_THAT(answer.body, HasSubstr("\"code\":\"" + std::string(code) + "\""));
        EXPECT_TRUE(bad.is_closed());
    }
    EXPECT_EQ(server.counters().malformed, std::size(cases));
    EXPECT_EQ(client.ask(get("/hello")).body, "hello") << "others do not notice";
}

TEST_F(Exchanging, delivers_the_refusal_of_a_body_that_is_still_being_sent) {
    client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 100000000\r\n\r\n");
    const std::string piece(100'000, 'x');
    for (int count = 0; count < 20; ++count) client.send(piece);
    EXPECT_EQ(client.receive().status, 413u);
}

TEST_F(Exchanging, serves_a_client_that_has_closed_its_half_after_asking) {
    client.send(post("/echo", "one") + post("/echo", "two"));
    client.half_close();
    EXPECT_EQ(client.receive().body, "one");
    EXPECT_EQ(client.receive().body, "two");
    EXPECT_TRUE(client.is_closed());
}

TEST_F(Exchanging, gives_back_the_request_id_when_one_is_used) {
    const Answer given = client.ask(get("/id", "X-Request-Id: mine-1\r\n"));
    EXPECT_EQ(given.body, "mine-1");
    EXPECT_EQ(given.field("X-Request-Id"), "mine-1");
    const Answer made = client.ask(get("/id"));
    EXPECT_EQ(made.body.size(), 36u);
    EXPECT_EQ(made.field("X-Request-Id"), made.body);
    EXPECT_EQ(client.ask(get("/hello")).field("X-Request-Id"), "");
}

TEST(AccessLog, records_every_answer) {
    std::vector<std::string> lines;
    {
        ServerOptions options;
        options.access_log = [&](const AccessRecord& record) {
            lines.push_back(std::string(record.method) + " " + std::string(record.target) + " " +
                            std::to_string(record.status) + " " +
                            std::to_string(record.response_bytes) + " " +
                            std::string(record.route) + " " + std::string(record.peer));
            EXPECT_GE(record.duration.count(), 0);
        };
        RunningServer server({}, std::move(options));
        Client client(server.port());
        client.ask(get("/hello?a=b"));
        client.send(post("/held", "x"));
        ASSERT_TRUE(server.until([&] { return server.held.size() == 1; }));
        server.answer_held("later");
        client.receive();
        client.ask("NONSENSE\r\n\r\n");
    }
    EXPECT_THAT(lines, ::testing::ElementsAre("GET /hello?a=b 200 5 test /hello 127.0.0.1",
                                              "POST /held 200 5 test /held 127.0.0.1",
                                              HasSubstr("  400 ")));
}

}  // namespace
}  // namespace sluice::http::testing
