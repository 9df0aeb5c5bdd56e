#include <gmock/gmock.h>

#include "server_fixture.hpp"
#include "web_socket_client.hpp"

namespace sluice::http::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace std::chrono_literals;

struct Ending : ::testing::Test {
    RunningServer server;

    // The socket is over, its hook was called once, and nothing is left.
    void expect_over(int sockets = 1) {
        EXPECT_TRUE(server.until([&] { return server.sockets_closed == sockets; }));
        for (int attempt = 0; attempt < 5000 && server.counters().connections_open != 0; ++attempt)
            std::this_thread::sleep_for(1ms);
        const Counters counters = server.counters();
        EXPECT_EQ(counters.connections_open, 0u);
        EXPECT_EQ(counters.web_sockets_open, 0u);
        server.on_loop([&] {
            for (const auto& socket : server.sockets) {
                EXPECT_FALSE(socket->open());
                socket->send("to nobody");
                socket->close(1000, "again");
                EXPECT_EQ(socket.use_count(), 1);  // its hooks, which owned it, are gone
            }
            EXPECT_EQ(server.sockets_closed, sockets);
        });
    }
};

TEST_F(Ending, answers_the_close_of_the_peer) {
    WebSocketClient peer(server.port());
    peer.send("last");
    peer.send_close(4001);
    EXPECT_EQ(peer.text(), "last");
    const Frame frame = peer.receive();
    EXPECT_EQ(frame.opcode, Frame::close);
    EXPECT_EQ(frame.code(), 4001u);
    EXPECT_TRUE(peer.connection.is_closed());
    peer.connection.close();
    expect_over();
}

TEST_F(Ending, sends_what_waits_before_it_closes) {
    WebSocketClient peer(server.port());
    server.on_loop([&] {
        server.sockets[0]->send("first");
        server.sockets[0]->close(1000, "done");
        EXPECT_FALSE(server.sockets[0]->open());
        server.sockets[0]->send("too late");
    });
    EXPECT_EQ(peer.text(), "first");
    const Frame frame = peer.receive();
    EXPECT_EQ(frame.code(), 1000u);
    EXPECT_EQ(frame.reason(), "done");
    peer.send("crossing");
    peer.send_close(1000);
    EXPECT_TRUE(peer.connection.is_closed());
    peer.connection.close();
    expect_over();
}

TEST_F(Ending, may_be_told_by_a_hook_and_cuts_long_reasons_between_characters) {
    WebSocketClient peer(server.port());
    peer.send("close");
    const Frame frame = peer.receive();
    EXPECT_EQ(frame.code(), 4321u);
    EXPECT_EQ(frame.reason(), "as you wish");
    WebSocketClient other(server.port());
    server.on_loop([&] {
        std::string reason;
        for (int count = 0; count < 100; ++count) reason += "ä";
        server.sockets[1]->close(1000, reason);
    });
    EXPECT_EQ(other.receive().reason().size(), 122u);
}

TEST_F(Ending, comes_with_the_code_of_what_the_peer_did_wrong) {
    struct Case {
        Frame frame;
        unsigned code;
        bool masked = true;
    };
    const std::vector<Case> cases{
        {{.payload = std::string(101, 'x')}, 1009},
        {{.opcode = Frame::binary, .payload = "x"}, 1003},
        {{.payload = "\xC3\x28"}, 1007},
        {{.payload = "not masked"}, 1002, false},
        {{.opcode = Frame::continuation, .payload = "of nothing"}, 1002},
        {{.opcode = 5, .payload = "reserved"}, 1002},
        {{.opcode = Frame::ping, .payload = std::string(126, 'x')}, 1002},
        {{.opcode = Frame::close, .payload = {'\x03', '\xED'}}, 1002},
    };
    int count = 0;
    for (const Case& one : cases) {
        WebSocketClient peer(server.port(), "/socket?size=100");
        peer.send(one.frame, one.masked);
        const Frame frame = peer.receive();
        EXPECT_EQ(frame.opcode, Frame::close) << one.code;
        EXPECT_EQ(frame.code(), one.code) << one.frame.payload;
        ++count;
    }
    expect_over(count);
}

TEST_F(Ending, comes_with_1009_for_fragments_that_are_too_large_together) {
    WebSocketClient peer(server.port(), "/socket?size=100");
    peer.send({.payload = std::string(60, 'x'), .is_final = false});
    peer.send({.opcode = Frame::continuation, .payload = std::string(60, 'x')});
    EXPECT_EQ(peer.receive().code(), 1009u);
    WebSocketClient exact(server.port(), "/socket?size=100");
    exact.send(std::string(100, 'x'));
    EXPECT_EQ(exact.text().size(), 100u);
}

TEST_F(Ending, is_noticed_when_the_peer_vanishes) {
    for (const bool reset : {true, false}) {
        WebSocketClient peer(server.port());
        peer.send({.payload = "half", .is_final = false});
        reset ? peer.connection.reset() : peer.connection.close();
    }
    expect_over(2);
}

TEST(FailingSocket, closes_with_1011_and_tells_the_log) {
    std::vector<std::string> lines;
    {
        ServerOptions options;
        options.failure_log = [&](std::string_view route, const std::exception& failure) {
            lines.push_back(std::string(route) + ": " + failure.what());
        };
        RunningServer server({}, std::move(options));
        WebSocketClient peer(server.port());
        peer.send("throw");
        EXPECT_EQ(peer.receive().code(), 1011u);
    }
    EXPECT_THAT(lines, ::testing::ElementsAre("/socket: oops in a socket"));
}

TEST(SlowPeer, is_dropped_while_others_go_on) {
    RunningServer server;
    WebSocketClient slow(server.port(), "/socket?messages=50", {}, 4096);
    WebSocketClient fast(server.port());
    const auto text = std::make_shared<const std::string>(50'000, 's');
    int sent = 0;
    while (server.on_loop([&] { return server.sockets[0]->open(); })) {
        server.on_loop([&] {
            for (const auto& socket : server.sockets) socket->send(text);
        });
        ASSERT_EQ(fast.text(), *text);
        ASSERT_LT(++sent, 2000);
    }
    // It reads at last, and learns why: within the bound, for nobody has cut it yet.
    Frame frame;
    while ((frame = slow.receive()).opcode == Frame::text) {
    }
    EXPECT_EQ(frame.code(), 1008u);
    EXPECT_EQ(frame.reason(), "too slow: more than 50 messages waiting");
    EXPECT_EQ(server.counters().web_sockets_dropped, 1u);
    fast.send("still here");
    EXPECT_EQ(fast.text(), "still here");
    EXPECT_EQ(text.use_count(), 1);
}

TEST(SlowPeer, that_never_reads_is_cut_after_a_short_bound) {
    Limits limits;
    limits.web_socket_close = 50ms;
    RunningServer server(limits);
    WebSocketClient slow(server.port(), "/socket?bytes=100000", {}, 4096);
    server.on_loop([&] {
        server.sockets[0]->send(std::string(8'000'000, 'w'));  // one is taken whatever its size
    });
    ASSERT_TRUE(server.until([&] { return server.sockets[0]->waiting() == 0; }));
    server.on_loop([&] {
        server.sockets[0]->send(std::string(60'000, 'x'));
        EXPECT_TRUE(server.sockets[0]->open());
        EXPECT_EQ(server.sockets[0]->waiting(), 1u);
        server.sockets[0]->send(std::string(60'000, 'x'));
        EXPECT_FALSE(server.sockets[0]->open());
    });
    EXPECT_TRUE(server.until([&] { return server.sockets_closed == 1; }));
    EXPECT_EQ(server.counters().connections_open, 0u);
}

TEST(SlowPeer, that_keeps_below_every_rate_is_cut) {
    Limits limits;
    limits.write_timeout = 50ms;
    RunningServer server(limits);
    WebSocketClient slow(server.port(), "/socket", {}, 4096);
    server.on_loop([&] { server.sockets[0]->send(std::string(8'000'000, 'w')); });
    EXPECT_TRUE(server.until([&] { return server.sockets_closed == 1; }));
}

TEST(SlowPeer, that_sends_pings_and_reads_no_pongs_is_stopped) {
    Limits limits;
    limits.write_timeout = 100ms;
    RunningServer server(limits);
    WebSocketClient flood(server.port(), "/socket", {}, 4096);
    const std::string ping = Frame{.opcode = Frame::ping, .payload = std::string(120, 'p')}.bytes();
    std::string many;
    for (int count = 0; count < 1000; ++count) many += ping;
    int rounds = 0;
    while (flood.connection.send(many)) ASSERT_LT(++rounds, 1000);
    EXPECT_TRUE(server.until([&] { return server.sockets_closed == 1; }));
}

TEST(SilentPeer, is_pinged_and_stays_as_long_as_it_answers) {
    Limits limits;
    limits.web_socket_idle = 40ms;
    limits.web_socket_pong = 3s;
    RunningServer server(limits);
    WebSocketClient peer(server.port());
    for (int count = 0; count < 3; ++count) {
        const Frame ping = peer.receive();
        ASSERT_EQ(ping.opcode, Frame::ping);
        peer.send({.opcode = Frame::pong, .payload = ping.payload});
    }
    peer.send("x");
    Frame frame;
    while ((frame = peer.receive()).opcode == Frame::ping) {
    }
    EXPECT_EQ(frame.payload, "x");
}

TEST(SilentPeer, is_cut_when_it_does_not_answer) {
    Limits limits;
    limits.web_socket_idle = 30ms;
    limits.web_socket_pong = 30ms;
    RunningServer server(limits);
    WebSocketClient peer(server.port());
    EXPECT_EQ(peer.receive().opcode, Frame::ping);
    EXPECT_TRUE(peer.connection.is_closed());
    EXPECT_TRUE(server.until([&] { return server.sockets_closed == 1; }));
}

TEST(SilentPeer, is_cut_when_it_does_not_answer_a_close) {
    Limits limits;
    limits.web_socket_close = 50ms;
    RunningServer server(limits);
    WebSocketClient peer(server.port());
    peer.send("close");
    EXPECT_EQ(peer.receive().opcode, Frame::close);
    EXPECT_TRUE(peer.connection.is_closed());
    EXPECT_TRUE(server.until([&] { return server.sockets_closed == 1; }));
}

TEST(StoppingSockets, closes_them_with_1001_and_waits_for_their_answer) {
    RunningServer server;
    WebSocketClient peer(server.port());
    const auto over = server.stop(60s);
    const Frame frame = peer.receive();
    EXPECT_EQ(frame.code(), 1001u);
    EXPECT_EQ(over.wait_for(0s), std::future_status::timeout);
    peer.send_close(1001);
    EXPECT_TRUE(peer.connection.is_closed());
    peer.connection.close();
    EXPECT_EQ(over.wait_for(1s), std::future_status::ready);
    EXPECT_EQ(server.sockets_closed, 1);
}

TEST(StoppingSockets, cuts_what_does_not_answer_by_the_deadline) {
    RunningServer server;
    std::vector<std::unique_ptr<WebSocketClient>> peers;
    for (int count = 0; count < 20; ++count)
        peers.push_back(std::make_unique<WebSocketClient>(server.port()));
    EXPECT_EQ(server.stop(50ms).wait_for(10s), std::future_status::ready);
    for (const auto& peer : peers) {
        EXPECT_EQ(peer->receive().code(), 1001u);
        EXPECT_TRUE(peer->connection.is_closed());
    }
    EXPECT_EQ(server.on_loop([&] { return server.sockets_closed; }), 20);
}

TEST(ConnectionLimit, counts_web_sockets) {
    Limits limits;
    limits.connections = 1;
    RunningServer server(limits);
    {
        WebSocketClient peer(server.port());
        Client refused(server.port());
        EXPECT_TRUE(refused.is_closed());
    }
    ASSERT_TRUE(server.until([&] { return server.sockets_closed == 1; }));
    EXPECT_EQ(Client(server.port()).ask(get("/hello")).body, "hello");
}

}  // namespace
}  // namespace sluice::http::testing
