#include <string>

#include "tests/http/client_fixture.hpp"

namespace sluice::testing {
namespace {

using Exchange = ClientTest;

TEST_F(Exchange, SendsARequestAndReadsItsAnswer) {
    ScriptedServer server(loop.context,
                          always(ok("{\"a\":1}", "Content-Type: application/json\r\n")));
    const auto answer = send({.method = "POST",
                              .url = server.url("/things?x=1#part"),
                              .headers = {{"X-Own", "value"}},
                              .body = "content"});
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.body, "{\"a\":1}");
    EXPECT_EQ(answer.headers.at(0),
              (std::pair<std::string, std::string>{"content-type", "application/json"}));
    EXPECT_EQ(answer.url, server.url("/things?x=1"));
    const auto& received = server.received().at(0);
    EXPECT_EQ(received.method, "POST");
    EXPECT_EQ(received.target, "/things?x=1");
    EXPECT_EQ(received.body, "content");
    EXPECT_EQ(received.header("X-Own"), "value");
    EXPECT_EQ(received.header("Host"), "127.0.0.1:" + std::to_string(server.port()));
    EXPECT_EQ(received.header("Accept-Encoding"), "<none>");
}

TEST_F(Exchange, LocalhostIsThisMachine) {
    ScriptedServer server(loop.context, always(ok()));
    EXPECT_EQ(get(server.url("/", "localhost")).body, "hello");
}

TEST_F(Exchange, LargeBodiesGoBothWays) {
    const std::string large(3u << 20, 'x');
    ScriptedServer server(loop.context, [](const Received& request) { return ok(request.body); });
    const auto answer = send({.method = "PUT", .url = server.url(), .body = large});
    EXPECT_EQ(answer.body.size(), large.size());
    EXPECT_TRUE(answer.body == large);
}

TEST_F(Exchange, ChunkedBodyIsJoined) {
    ScriptedServer server(loop.context,
                          always({"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                  "5\r\nhello\r\n7\r\n, world\r\n0\r\n\r\n"}));
    EXPECT_EQ(get(server.url()).body, "hello, world");
    EXPECT_EQ(get(server.url()).body, "hello, world");
    EXPECT_EQ(server.connections(), 1U);
}

TEST_F(Exchange, HeadHasNoBody) {
    ScriptedServer server(loop.context,
                          always({"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"}));
    HttpRequest request{.method = "HEAD", .url = server.url()};
    request.max_response_bytes = 10;
    const auto answer = send(request);
    EXPECT_EQ(answer.body, "");
    EXPECT_EQ(answer.headers.at(0).second, "1000000");
    EXPECT_EQ(send(request).status, 200U);
    EXPECT_EQ(server.connections(), 1U);
}

TEST_F(Exchange, AnyStatusIsAnAnswer) {
    ScriptedServer server(
        loop.context,
        always({"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy"}));
    const auto answer = get(server.url());
    EXPECT_EQ(answer.status, 503U);
    EXPECT_EQ(answer.body, "busy");
}

TEST_F(Exchange, InterimAnswersAreSkipped) {
    ScriptedServer server(
        loop.context, always({"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n"
                              "Link: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"}));
    const auto answer = get(server.url());
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.headers.size(), 1U);
}

TEST_F(Exchange, ConnectionIsKeptForTheNextRequest) {
    ScriptedServer server(loop.context, always(ok()));
    for (int number = 0; number < 5; ++number) EXPECT_EQ(get(server.url()).status, 200U);
    EXPECT_EQ(server.connections(), 1U);
    EXPECT_EQ(client().pool().idle(), 1U);
}

TEST_F(Exchange, ConnectionThatTheServerEndsIsNotKept) {
    ScriptedServer server(loop.context, always(ok("a", "Connection: close\r\n")));
    get(server.url());
    get(server.url());
    EXPECT_EQ(server.connections(), 2U);
    EXPECT_EQ(client().pool().size(), 0U);
}

TEST_F(Exchange, BodyUntilTheEndOfTheConnection) {
    ScriptedServer server(loop.context,
                          always({.bytes = "HTTP/1.0 200 OK\r\n\r\nall of it", .close = true}));
    EXPECT_EQ(get(server.url()).body, "all of it");
    EXPECT_EQ(client().pool().size(), 0U);
}

TEST_F(Exchange, ConnectionWithBytesLeftOverIsNotKept) {
    ScriptedServer server(loop.context, [](const Received& request) {
        auto reply = ok(request.target);
        reply.bytes += "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged";
        return reply;
    });
    EXPECT_EQ(get(server.url("/one")).body, "/one");
    EXPECT_EQ(get(server.url("/two")).body, "/two");
}

TEST_F(Exchange, IdleConnectionIsClosedInTime) {
    options.limits.client_idle_timeout = std::chrono::milliseconds(30);
    ScriptedServer server(loop.context, always(ok()));
    get(server.url());
    ASSERT_EQ(server.open(), 1U);
    loop.run_until([&] { return server.open() == 0; });
    EXPECT_EQ(client().pool().size(), 0U);
    EXPECT_EQ(loop.timers.size(), 0U) << "nothing wakes an idle process";
}

TEST_F(Exchange, RequestsOverTheLimitOfAHostWaitForTheirTurn) {
    options.limits.client_connections_a_host = 3;
    ScriptedServer server(loop.context, [](const Received& request) {
        auto reply = ok(request.target);
        reply.delay = std::chrono::milliseconds(5);
        return reply;
    });
    std::vector<std::unique_ptr<Call>> calls;
    for (int number = 0; number < 20; ++number)
        calls.push_back(start({.url = server.url('/' + std::to_string(number))}));
    calls[10]->cancel();
    loop.run_until([&] {
        for (const auto& call : calls)
            if (!call->done()) return false;
        return true;
    });
    for (int number = 0; number < 20; ++number) {
        if (number == 10) continue;
        ASSERT_TRUE(calls[static_cast<std::size_t>(number)]->succeeded());
        EXPECT_EQ(calls[static_cast<std::size_t>(number)]->value().body,
                  '/' + std::to_string(number));
    }
    EXPECT_EQ(server.connections(), 3U);
    EXPECT_EQ(server.received().size(), 19U);
}

TEST_F(Exchange, RedirectsAreFollowed) {
    ScriptedServer server(loop.context, [](const Received& request) -> Reply {
        if (request.target == "/old")
            return {"HTTP/1.1 302 Found\r\nLocation: new?a=b\r\nContent-Length: 0\r\n\r\n"};
        return ok(request.method + ' ' + request.target + ' ' + request.body);
    });
    const auto answer = send({.method = "POST", .url = server.url("/old"), .body = "form"});
    EXPECT_EQ(answer.body, "GET /new?a=b ");
    EXPECT_EQ(answer.url, server.url("/new?a=b"));
}

TEST_F(Exchange, PermanentRedirectKeepsTheBody) {
    ScriptedServer server(loop.context, [](const Received& request) -> Reply {
        if (request.target == "/old")
            return {"HTTP/1.1 308 Permanent\r\nLocation: /new\r\nContent-Length: 0\r\n\r\n"};
        return ok(request.method + ' ' + request.body);
    });
    EXPECT_EQ(send({.method = "POST", .url = server.url("/old"), .body = "form"}).body,
              "POST form");
}

TEST_F(Exchange, RedirectToAnotherOriginTakesNoCredentials) {
    ScriptedServer other(loop.context, always(ok("other")));
    ScriptedServer server(loop.context, always({"HTTP/1.1 307 Go\r\nLocation: " + other.url("/x") +
                                                "\r\nContent-Length: 0\r\n\r\n"}));
    const auto answer = send(
        {.url = server.url(), .headers = {{"Authorization", "Bearer secret"}, {"X-Own", "1"}}});
    EXPECT_EQ(answer.body, "other");
    EXPECT_EQ(server.received().at(0).header("Authorization"), "Bearer secret");
    EXPECT_EQ(other.received().at(0).header("Authorization"), "<none>");
    EXPECT_EQ(other.received().at(0).header("X-Own"), "1");
}

TEST_F(Exchange, RedirectsHaveALimit) {
    ScriptedServer server(
        loop.context, always({"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"}));
    HttpRequest request{.url = server.url()};
    request.max_redirects = 3;
    EXPECT_EQ(failure(request).code, "http_too_many_redirects");
    EXPECT_EQ(server.received().size(), 4U);
    request.max_redirects = 0;
    EXPECT_EQ(send(request).status, 302U) << "zero hands the redirect to the caller";
}

TEST_F(Exchange, RedirectIntoNowhereIsAnInvalidAnswer) {
    ScriptedServer server(
        loop.context,
        always({"HTTP/1.1 302 Found\r\nLocation: ftp://a/\r\nContent-Length: 0\r\n\r\n"}));
    EXPECT_EQ(failure({.url = server.url()}).code, "http_invalid_response");
}

}  // namespace
}  // namespace sluice::testing
