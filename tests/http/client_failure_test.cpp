#include <chrono>
#include <string>

#include "tests/http/client_fixture.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;
using Failure = ClientTest;

/// A port where nobody listens.
std::uint16_t closed_port(asio::io_context& loop) {
    return ScriptedServer(loop, always(ok())).port();
}

TEST_F(Failure, WrongUrlIsRefused) {
    for (const char* url :
         {"", "one.test/path", "ftp://one.test/", "http://", "http://a b/",
          "http://user:secret@one.test/", "http://one.test:0/", "http://one.test:70000/",
          "http://b\xC3\xBC"
          "cher.test/"}) {
        const auto error = failure({.url = url});
        EXPECT_EQ(error.code, "http_invalid_url") << url;
        EXPECT_FALSE(error.retryable);
        EXPECT_EQ(error.message.find("secret"), std::string::npos);
    }
}

TEST_F(Failure, NobodyListens) {
    const auto port = closed_port(loop.context);
    const auto error = failure({.url = "http://127.0.0.1:" + std::to_string(port) + "/"});
    EXPECT_EQ(error.code, "http_connect_failed");
    EXPECT_TRUE(error.retryable);
    EXPECT_NE(error.message.find("127.0.0.1 port " + std::to_string(port)), std::string::npos);
    EXPECT_EQ(client().pool().size(), 0U);
}

TEST_F(Failure, UnknownName) {
    options.lookup = [](const std::string&) -> result<http::Addresses> {
        return Error{"http_resolve_failed", "no such name", nullptr};
    };
    EXPECT_EQ(failure({.url = "http://unknown.test/"}).code, "http_resolve_failed");
}

TEST_F(Failure, NextAddressIsTriedWhenOneRefuses) {
    options.lookup = [](const std::string&) -> result<http::Addresses> {
        return http::Addresses{asio::ip::make_address("127.0.0.9"),
                               asio::ip::make_address("127.0.0.1")};
    };
    ScriptedServer server(loop.context, always(ok("second")));
    EXPECT_EQ(get(server.url("/", "two.test")).body, "second");
    EXPECT_EQ(server.received().at(0).header("Host"), "two.test:" + std::to_string(server.port()));
}

TEST_F(Failure, HeaderNeverComes) {
    ScriptedServer server(loop.context, always({.silent = true}));
    HttpRequest request{.url = server.url("/slow?token=secret")};
    request.timeout = 50ms;
    const auto error = failure(request);
    EXPECT_EQ(error.code, "http_timeout");
    EXPECT_TRUE(error.retryable);
    EXPECT_NE(error.message.find("50ms"), std::string::npos);
    EXPECT_EQ(error.message.find("secret"), std::string::npos);
    loop.run_until([&] { return server.open() == 0; });
    EXPECT_EQ(client().pool().size(), 0U);
}

TEST_F(Failure, BodyStalls) {
    ScriptedServer server(
        loop.context,
        always({.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", .silent = true}));
    HttpRequest request{.url = server.url()};
    request.timeout = 50ms;
    EXPECT_EQ(failure(request).code, "http_timeout");
    loop.run_until([&] { return server.open() == 0; });
}

TEST_F(Failure, TimeoutCountsRedirectsTogether) {
    ScriptedServer server(loop.context, [](const Received&) -> Reply {
        return {.bytes = "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n",
                .delay = 30ms};
    });
    HttpRequest request{.url = server.url()};
    request.timeout = 100ms;
    EXPECT_EQ(failure(request).code, "http_timeout");
}

TEST_F(Failure, TimeoutWhileWaitingForAConnection) {
    options.limits.client_connections_a_host = 1;
    ScriptedServer server(loop.context, always({.silent = true}));
    const auto first = start({.url = server.url()});
    loop.run_until([&] { return server.received().size() == 1; });
    HttpRequest request{.url = server.url()};
    request.timeout = 30ms;
    const auto error = failure(request);
    EXPECT_EQ(error.code, "http_timeout");
    EXPECT_NE(error.message.find("waiting for a free connection"), std::string::npos);
    first->cancel();
    loop.run_until([&] { return first->done(); });
    EXPECT_EQ(client().pool().waiting(), 0U);
}

TEST_F(Failure, ConnectionLostBeforeTheAnswer) {
    ScriptedServer server(loop.context, always({.close = true}));
    const auto error = failure({.url = server.url()});
    EXPECT_EQ(error.code, "http_connection_lost");
    EXPECT_TRUE(error.retryable);
    EXPECT_EQ(server.received().size(), 1U) << "a new connection is not tried twice";
}

TEST_F(Failure, ConnectionLostInTheMiddleOfTheBody) {
    for (const char* bytes : {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
                              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                              "HTTP/1.1 200 OK\r\nContent-Le"}) {
        ScriptedServer server(loop.context, always({.bytes = bytes, .close = true}));
        EXPECT_EQ(failure({.url = server.url()}).code, "http_connection_lost") << bytes;
    }
}

TEST_F(Failure, StaleConnectionIsReplacedUnseen) {
    ScriptedServer server(loop.context, always(ok()));
    get(server.url());
    server.drop_connections();
    loop.run_until([&] { return server.open() == 0; });
    const auto answer = send({.method = "POST", .url = server.url(), .body = "once"});
    EXPECT_EQ(answer.status, 200U) << "even a POST: nothing was sent on the old one";
    EXPECT_EQ(server.received().size(), 2U);
    EXPECT_EQ(server.connections(), 2U);
}

/// Answers the first request of each connection, and closes at the second without a word.
Reply once_a_connection(const Received& request) {
    return request.number == 1 ? ok() : Reply{.close = true};
}

TEST_F(Failure, RequestOnAConnectionJustClosedIsRepeatedOnce) {
    ScriptedServer server(loop.context, once_a_connection);
    get(server.url());
    EXPECT_EQ(get(server.url()).status, 200U);
    EXPECT_EQ(server.received().size(), 3U);
}

TEST_F(Failure, PostIsNeverSentTwice) {
    ScriptedServer server(loop.context, once_a_connection);
    get(server.url());
    const auto error = failure({.method = "POST", .url = server.url(), .body = "x"});
    EXPECT_EQ(error.code, "http_connection_lost");
    EXPECT_EQ(server.received().size(), 2U);
}

TEST_F(Failure, AnswerThatHasBegunIsNotRepeated) {
    ScriptedServer server(loop.context, [](const Received& request) {
        return request.number == 1 ? ok() : Reply{.bytes = "HTTP/1.1 2", .close = true};
    });
    get(server.url());
    EXPECT_EQ(failure({.url = server.url()}).code, "http_connection_lost");
    EXPECT_EQ(server.received().size(), 2U);
}

TEST_F(Failure, BodyLargerThanAllowed) {
    HttpRequest request;
    request.max_response_bytes = 1'000;
    const std::string body(1'001, 'x');
    for (const auto& bytes :
         {"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + body,
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3E9\r\n" + body + "\r\n0\r\n\r\n",
          "HTTP/1.1 200 OK\r\n\r\n" + body}) {
        ScriptedServer server(loop.context, always({.bytes = bytes, .silent = true}));
        request.url = server.url();
        const auto error = failure(request);
        EXPECT_EQ(error.code, "http_response_too_large");
        EXPECT_FALSE(error.retryable);
    }
    ScriptedServer server(loop.context, always(ok(std::string(1'000, 'x'))));
    request.url = server.url();
    EXPECT_EQ(send(request).body.size(), 1'000U);
}

TEST_F(Failure, HeaderLargerThanAllowed) {
    options.limits.client_header_bytes = 1'000;
    ScriptedServer server(loop.context, always(ok("", "X: " + std::string(2'000, 'x') + "\r\n")));
    EXPECT_EQ(failure({.url = server.url()}).code, "http_response_too_large");
}

TEST_F(Failure, WhatIsNotHttp) {
    for (const char* bytes : {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 999999 Odd\r\n\r\n",
                              "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"}) {
        ScriptedServer server(loop.context, always({.bytes = bytes, .silent = true}));
        EXPECT_EQ(failure({.url = server.url()}).code, "http_invalid_response") << bytes;
    }
}

TEST_F(Failure, EndlessInterimAnswersAreNotAnAnswer) {
    std::string bytes;
    for (int count = 0; count < 100; ++count) bytes += "HTTP/1.1 102 Processing\r\n\r\n";
    ScriptedServer server(loop.context, always({.bytes = bytes, .silent = true}));
    EXPECT_EQ(failure({.url = server.url()}).code, "http_invalid_response");
}

TEST_F(Failure, CancelledCallClosesItsConnectionAtOnce) {
    ScriptedServer server(
        loop.context,
        always({.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", .silent = true}));
    const auto call = start({.url = server.url()});
    loop.run_until([&] { return server.received().size() == 1; });
    loop.run_for(10ms);
    ASSERT_FALSE(call->done());
    call->cancel();
    loop.run_until([&] { return call->done(); });
    EXPECT_TRUE(call->cancelled());
    loop.run_until([&] { return server.open() == 0; });
    EXPECT_EQ(client().pool().size(), 0U);
    EXPECT_EQ(loop.timers.size(), 0U);
}

TEST_F(Failure, CancelledAtAnyMoment) {
    ScriptedServer server(loop.context, always(ok()));
    for (int steps = 0; steps < 40; ++steps) {
        const auto call = start({.url = server.url()});
        loop.context.restart();
        for (int step = 0; step < steps; ++step) loop.context.poll_one();
        call->cancel();
        loop.run_until([&] { return call->done(); });
        EXPECT_TRUE(call->cancelled() || call->succeeded()) << call->error().message;
    }
    EXPECT_EQ(client().pool().size(), client().pool().idle());
    EXPECT_EQ(get(server.url()).status, 200U);
}

TEST_F(Failure, ClosedClientRefusesAndWaitsForTheRest) {
    ScriptedServer server(loop.context, always({.bytes = ok().bytes, .delay = 30ms}));
    const auto call = start({.url = server.url()});
    loop.run_until([&] { return server.received().size() == 1; });
    bool closed = false;
    asio::co_spawn(loop.context, client().close(), [&](std::exception_ptr) { closed = true; });
    loop.run_for(1ms);
    EXPECT_FALSE(closed);
    EXPECT_EQ(failure({.url = server.url()}).code, "http_client_closed");
    loop.run_until([&] { return closed; });
    EXPECT_TRUE(call->succeeded());
    EXPECT_EQ(client().pool().size(), 0U);
}

TEST_F(Failure, PrivateAddressesAreDenied) {
    options.deny_private = true;
    options.allow = {"allowed.test"};
    options.lookup = [](const std::string&) -> result<http::Addresses> {
        return http::Addresses{asio::ip::make_address("127.0.0.1")};
    };
    ScriptedServer server(loop.context, always(ok()));
    for (const char* host : {"127.0.0.1", "localhost", "sneaky.test", "[::1]", "[::ffff:7f00:1]"}) {
        const auto error = failure({.url = server.url("/", host)});
        EXPECT_EQ(error.code, "http_address_denied") << host;
        EXPECT_FALSE(error.retryable);
    }
    EXPECT_EQ(server.connections(), 0U);
    EXPECT_EQ(get(server.url("/", "allowed.test")).status, 200U);
}

TEST_F(Failure, RedirectToAPrivateAddressIsDenied) {
    options.deny_private = true;
    options.allow = {"front.test"};
    options.lookup = [](const std::string&) -> result<http::Addresses> {
        return http::Addresses{asio::ip::make_address("127.0.0.1")};
    };
    ScriptedServer server(loop.context, [&server](const Received&) -> Reply {
        return {"HTTP/1.1 302 Found\r\nLocation: " + server.url("/metadata") +
                "\r\nContent-Length: 0\r\n\r\n"};
    });
    EXPECT_EQ(failure({.url = server.url("/", "front.test")}).code, "http_address_denied");
    EXPECT_EQ(server.received().size(), 1U);
}

}  // namespace
}  // namespace sluice::testing
