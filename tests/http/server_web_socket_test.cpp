#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <gmock/gmock.h>

#include "server_fixture.hpp"
#include "web_socket_client.hpp"

namespace sluice::http::testing {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

struct Upgrading : ::testing::Test {
    RunningServer server;
    Client client{server.port()};
};

TEST_F(Upgrading, answers_as_the_standard_says) {
    const Answer answer = client.ask(upgrade_request("/socket"));
    EXPECT_EQ(answer.status, 101u);
    EXPECT_EQ(answer.field("Sec-WebSocket-Accept"), example_accept);
    EXPECT_EQ(answer.field("Upgrade"), "websocket");
    EXPECT_THAT(answer.field("Connection"), ::testing::StrCaseEq("upgrade"));
    EXPECT_EQ(answer.field("Server"), "sluice");
}

TEST_F(Upgrading, refuses_requests_that_do_not_ask_for_it) {
    for (const std::string& request :
         {get("/socket"), get("/socket", "Connection: Upgrade\r\nUpgrade: h2c\r\n"),
          std::string("HEAD /socket HTTP/1.1\r\nHost: h\r\n\r\n")}) {
        Client asking(server.port());
        asking.send(request);
        const Answer answer = asking.receive(request.starts_with("HEAD"));
        EXPECT_EQ(answer.status, 426u) << request;
        EXPECT_EQ(answer.field("Upgrade"), "websocket");
        EXPECT_EQ(answer.field("Connection"), "upgrade");
    }
    EXPECT_THAT(client.ask(get("/socket")).body, HasSubstr("upgrade_required"));
    EXPECT_EQ(client.ask(get("/hello")).body, "hello");
}

TEST_F(Upgrading, refuses_malformed_handshakes_and_goes_on) {
    const auto without = [](std::string_view part, std::string_view instead) {
        std::string request = upgrade_request("/socket");
        return request.replace(request.find(part), part.size(), instead);
    };
    const std::string key = "Sec-WebSocket-Key: " + std::string(example_key) + "\r\n";
    const std::vector<std::pair<std::string, unsigned>> cases{
        {without("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 8"), 426},
        {without("Sec-WebSocket-Version: 13\r\n", ""), 400},
        {without(key, ""), 400},
        {without(example_key, "c2hvcnQ="), 400},
        {without(example_key, "dGhlIHNhbXBsZSBub25jZ!=="), 400},
        {without("keep-alive, Upgrade", "keep-alive"), 400},
        {without("GET", "HEAD"), 400},
    };
    for (const auto& [request, status] : cases) {
        client.send(request);
        const Answer answer = client.receive(request.starts_with("HEAD"));
        EXPECT_EQ(answer.status, status) << request;
        EXPECT_EQ(answer.field("Sec-WebSocket-Version"), "13");
    }
    EXPECT_EQ(client.ask(get("/hello")).body, "hello");
    EXPECT_EQ(server.counters().web_sockets_total, 0u);
}

TEST_F(Upgrading, is_refused_to_pages_of_other_sites) {
    const Answer denied = client.ask(upgrade_request("/socket", "Origin: http://evil.example\r\n"));
    EXPECT_EQ(denied.status, 403u);
    EXPECT_THAT(denied.body, HasSubstr("origin_denied"));
    EXPECT_EQ(client.ask(upgrade_request("/socket", "Origin: http://h\r\n")).status, 101u);
    Client foreign(server.port());
    EXPECT_EQ(
        foreign.ask(upgrade_request("/foreign/socket", "Origin: http://evil.example\r\n")).status,
        101u);
}

TEST_F(Upgrading, comes_after_the_answers_to_what_was_sent_before) {
    client.send(get("/large") + get("/hello") + upgrade_request("/socket"));
    EXPECT_EQ(client.receive().body.size(), 8'000'000u);
    EXPECT_EQ(client.receive().body, "hello");
    EXPECT_EQ(client.receive().status, 101u);
}

TEST_F(Upgrading, may_come_later_and_loses_nothing_that_was_sent_meanwhile) {
    client.send(upgrade_request("/held-socket") + Frame{.payload = "one"}.bytes());
    ASSERT_TRUE(server.until([&] { return server.held.size() == 1; }));
    client.send(Frame{.payload = "two"}.bytes());
    std::vector<std::string> texts;
    server.on_loop([&] {
        Responder responder = std::move(server.held[0]);
        server.held.clear();
        responder.upgrade({}, [&](const std::shared_ptr<WebSocket>& socket) {
            socket->on_text([&](std::string_view text) { texts.emplace_back(text); });
        });
    });
    EXPECT_EQ(client.receive().status, 101u);
    client.send(Frame{.payload = "three"}.bytes());
    ASSERT_TRUE(server.until([&] { return texts.size() == 3; }));
    EXPECT_THAT(texts, ::testing::ElementsAre("one", "two", "three"));
}

TEST_F(Upgrading, that_comes_after_the_peer_has_left_is_harmless) {
    client.send(upgrade_request("/held-socket"));
    ASSERT_TRUE(server.until([&] { return server.held.size() == 1; }));
    client.close();
    ASSERT_TRUE(server.until([&] { return server.held[0].gone(); }));
    bool told = false;
    server.on_loop([&] {
        server.held[0].upgrade({}, [&](const auto&) { told = true; });
        server.held.clear();
    });
    ASSERT_TRUE(server.until([&] { return server.held.empty(); }));
    EXPECT_EQ(server.counters().connections_open, 0u);
    EXPECT_FALSE(told);
}

TEST(AccessLog, tells_of_the_upgrade) {
    std::vector<std::string> lines;
    {
        ServerOptions options;
        options.access_log = [&](const AccessRecord& record) {
            lines.push_back(std::string(record.method) + " " + std::string(record.target) + " " +
                            std::string(record.route) + " " + std::to_string(record.status));
        };
        RunningServer server({}, std::move(options));
        const WebSocketClient peer(server.port(), "/socket?size=5");
        const Counters counters = server.counters();
        EXPECT_EQ(counters.responses[1], 1u);
        EXPECT_EQ(counters.web_sockets_open, 1u);
        EXPECT_EQ(counters.connections_open, 1u);
        EXPECT_EQ(counters.connections_total, 1u);
    }
    EXPECT_THAT(lines, ::testing::ElementsAre("GET /socket?size=5 test /socket 101"));
}

struct Talking : ::testing::Test {
    RunningServer server;
};

TEST_F(Talking, goes_both_ways) {
    WebSocketClient peer(server.port());
    peer.send("hello");
    EXPECT_EQ(peer.text(), "hello");
    peer.send("");
    EXPECT_EQ(peer.text(), "");
    const std::string large(900'000, 'x');
    peer.send(large);
    EXPECT_EQ(peer.text(), large);
    server.on_loop([&] {
        for (int number = 0; number < 500; ++number)
            server.sockets[0]->send(std::to_string(number));
    });
    for (int number = 0; number < 500; ++number) ASSERT_EQ(peer.text(), std::to_string(number));
    EXPECT_GT(server.counters().bytes_received, 900'000u);
    EXPECT_GT(server.counters().bytes_sent, 900'000u);
}

TEST_F(Talking, begins_with_what_was_sent_together_with_the_handshake) {
    WebSocketClient peer(server.port(), "/socket",
                         Frame{.payload = "one"}.bytes() +
                             Frame{.payload = std::string(5000, 't')}.bytes() +
                             Frame{.payload = "three"}.bytes());
    EXPECT_EQ(peer.text(), "one");
    EXPECT_EQ(peer.text(), std::string(5000, 't'));
    EXPECT_EQ(peer.text(), "three");
    peer.send("four");
    EXPECT_EQ(peer.text(), "four");
}

TEST_F(Talking, joins_fragments_with_control_frames_between_them) {
    WebSocketClient peer(server.port());
    peer.send({.payload = "one, ", .is_final = false});
    peer.send({.opcode = Frame::ping, .payload = "there?"});
    peer.send({.opcode = Frame::continuation, .payload = "two, ", .is_final = false});
    peer.send({.opcode = Frame::continuation, .payload = "three"});
    const Frame pong = peer.receive();
    EXPECT_EQ(pong.opcode, Frame::pong);
    EXPECT_EQ(pong.payload, "there?");
    EXPECT_EQ(peer.text(), "one, two, three");
}

TEST_F(Talking, takes_binary_messages_only_where_they_are_wanted) {
    WebSocketClient peer(server.port());
    peer.send("binary");
    EXPECT_EQ(peer.text(), "binary");
    peer.send({.opcode = Frame::binary, .payload = std::string(3, '\0')});
    EXPECT_EQ(peer.text(), "3 bytes");
    WebSocketClient other(server.port());
    other.send({.opcode = Frame::binary, .payload = "x"});
    EXPECT_EQ(other.receive().code(), 1003u);
}

TEST_F(Talking, sends_one_text_to_many) {
    constexpr int count = 300;
    std::vector<std::unique_ptr<WebSocketClient>> peers;
    for (int number = 0; number < count; ++number)
        peers.push_back(std::make_unique<WebSocketClient>(server.port()));
    const auto text = std::make_shared<const std::string>(20'000, 'b');
    server.on_loop([&] {
        for (const auto& socket : server.sockets) {
            socket->send(text);
            socket->send("and more");
        }
    });
    for (const auto& peer : peers) {
        ASSERT_EQ(peer->text(), *text);
        ASSERT_EQ(peer->text(), "and more");
    }
    ASSERT_TRUE(server.until([&] { return text.use_count() == 1; }));
}

TEST_F(Talking, understands_a_client_that_is_not_ours) {
    namespace websocket = boost::beast::websocket;
    boost::asio::io_context loop;
    websocket::stream<boost::asio::ip::tcp::socket> stream(loop);
    stream.next_layer().connect({boost::asio::ip::make_address("127.0.0.1"), server.port()});
    stream.set_option(websocket::permessage_deflate{.client_enable = true});
    stream.handshake("h", "/socket");
    for (const std::size_t size : {1u, 125u, 126u, 65'535u, 65'536u, 300'000u}) {
        stream.write(boost::asio::buffer(std::string(size, 'z')));
        boost::beast::flat_buffer answer;
        stream.read(answer);
        EXPECT_EQ(boost::beast::buffers_to_string(answer.data()), std::string(size, 'z'));
    }
    stream.close({websocket::close_code::normal, "enough"});
    EXPECT_TRUE(server.until([&] { return server.sockets_closed == 1; }));
}

}  // namespace
}  // namespace sluice::http::testing
