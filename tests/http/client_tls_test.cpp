#include <fstream>
#include <string>

#include "tests/http/client_fixture.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;

class Tls : public ClientTest {
  protected:
    Authority authority;

    Tls() {
        options.ca_file = authority.file();
        options.lookup = [](const std::string&) -> result<http::Addresses> {
            return http::Addresses{asio::ip::make_address("127.0.0.1")};
        };
    }
};

TEST_F(Tls, AnswersOverASecureConnectionThatIsKept) {
    ScriptedServer server(loop.context, always(ok("secret")), authority.issue("DNS:one.test"));
    EXPECT_EQ(get(server.url("/", "one.test")).body, "secret");
    EXPECT_EQ(get(server.url("/", "one.test")).body, "secret");
    EXPECT_EQ(server.connections(), 1U);
}

TEST_F(Tls, LargeBodiesGoBothWays) {
    const std::string large(1u << 20, 'x');
    ScriptedServer server(
        loop.context, [](const Received& request) { return ok(request.body); },
        authority.issue("DNS:one.test"));
    const auto answer = send({.method = "POST", .url = server.url("/", "one.test"), .body = large});
    EXPECT_TRUE(answer.body == large);
}

TEST_F(Tls, AddressInTheCertificate) {
    ScriptedServer server(loop.context, always(ok()), authority.issue("IP:127.0.0.1"));
    EXPECT_EQ(get(server.url()).status, 200U);
}

TEST_F(Tls, WildcardCoversOneLabel) {
    ScriptedServer server(loop.context, always(ok()), authority.issue("DNS:*.one.test"));
    EXPECT_EQ(get(server.url("/", "api.one.test")).status, 200U);
    EXPECT_EQ(failure({.url = server.url("/", "a.b.one.test")}).code, "http_tls_failed");
}

TEST_F(Tls, CertificateOfAnotherHostIsRefused) {
    ScriptedServer server(loop.context, always(ok()), authority.issue("DNS:two.test"));
    for (const char* host : {"one.test", "127.0.0.1"}) {
        const auto error = failure({.url = server.url("/", host)});
        EXPECT_EQ(error.code, "http_tls_failed");
        EXPECT_NE(error.message.find("mismatch"), std::string::npos) << error.message;
        EXPECT_FALSE(error.retryable);
    }
    EXPECT_TRUE(server.received().empty());
}

TEST_F(Tls, CertificateOfAnUnknownAuthorityIsRefused) {
    const Authority stranger;
    ScriptedServer server(loop.context, always(ok()), stranger.issue("DNS:one.test"));
    const auto error = failure({.url = server.url("/", "one.test")});
    EXPECT_EQ(error.code, "http_tls_failed");
    EXPECT_NE(error.message.find("certificate is not accepted"), std::string::npos);
}

TEST_F(Tls, AuthorityIsUnknownWithoutItsFile) {
    options.ca_file.clear();
    ScriptedServer server(loop.context, always(ok()), authority.issue("DNS:one.test"));
    EXPECT_EQ(failure({.url = server.url("/", "one.test")}).code, "http_tls_failed");
}

TEST_F(Tls, ExpiredCertificateIsRefused) {
    ScriptedServer server(loop.context, always(ok()), authority.issue("DNS:one.test", true));
    const auto error = failure({.url = server.url("/", "one.test")});
    EXPECT_EQ(error.code, "http_tls_failed");
    EXPECT_NE(error.message.find("expired"), std::string::npos);
}

TEST_F(Tls, UncheckedConnectionServesOnlyThoseWhoDoNotCheck) {
    const Authority stranger;
    ScriptedServer server(loop.context, always(ok()), stranger.issue("DNS:two.test"));
    HttpRequest request{.url = server.url("/", "one.test")};
    request.verify_tls = false;
    EXPECT_EQ(send(request).status, 200U);
    EXPECT_EQ(client().pool().idle(), 1U);
    request.verify_tls = true;
    EXPECT_EQ(failure(request).code, "http_tls_failed");
}

TEST_F(Tls, ServerThatDoesNotSpeakTls) {
    ScriptedServer server(loop.context, always(ok()));
    const auto error = failure(
        {.url = "https://one.test:" + std::to_string(server.port()) + "/", .timeout = 300ms});
    EXPECT_TRUE(error.code == "http_tls_failed" || error.code == "http_timeout") << error.code;
}

TEST_F(Tls, ServerThatNeverShakesHands) {
    options.limits.client_connect_timeout = 50ms;
    asio::io_context& context = loop.context;
    asio::ip::tcp::acceptor deaf(context, {asio::ip::address_v4::loopback(), 0});
    const auto error =
        failure({.url = "https://one.test:" + std::to_string(deaf.local_endpoint().port()) + "/"});
    EXPECT_EQ(error.code, "http_connect_failed");
    EXPECT_NE(error.message.find("too long"), std::string::npos);
}

TEST_F(Tls, BodyCutOffWithoutAGoodbyeIsNotWhole) {
    ScriptedServer server(loop.context,
                          always({.bytes = "HTTP/1.1 200 OK\r\n\r\nhalf", .close = true}),
                          authority.issue("DNS:one.test"));
    EXPECT_EQ(failure({.url = server.url("/", "one.test")}).code, "http_connection_lost");
}

TEST_F(Tls, CancelledCallClosesItsConnectionAtOnce) {
    ScriptedServer server(loop.context, always({.silent = true}), authority.issue("DNS:one.test"));
    const auto call = start({.url = server.url("/", "one.test")});
    loop.run_until([&] { return server.received().size() == 1; });
    call->cancel();
    loop.run_until([&] { return call->done(); });
    EXPECT_TRUE(call->cancelled());
    loop.run_until([&] { return server.open() == 0; });
}

TEST_F(Tls, CancelledAtAnyMoment) {
    ScriptedServer server(loop.context, always(ok()), authority.issue("DNS:one.test"));
    for (int steps = 0; steps < 40; ++steps) {
        const auto call = start({.url = server.url("/", "one.test")});
        loop.context.restart();
        for (int step = 0; step < steps; ++step) loop.context.poll_one();
        call->cancel();
        loop.run_until([&] { return call->done(); });
        EXPECT_TRUE(call->cancelled() || call->succeeded()) << call->error().message;
    }
    EXPECT_EQ(client().pool().size(), client().pool().idle());
}

TEST_F(Tls, StaleConnectionIsReplacedUnseen) {
    ScriptedServer server(loop.context, always(ok()), authority.issue("DNS:one.test"));
    get(server.url("/", "one.test"));
    server.drop_connections();
    loop.run_until([&] { return server.open() == 0; });
    EXPECT_EQ(send({.method = "POST", .url = server.url("/", "one.test"), .body = "x"}).status,
              200U);
}

TEST_F(Tls, MissingAuthorityFileIsToldAtStart) {
    options.ca_file = "/nonexistent/authority.pem";
    try {
        client();
        FAIL() << "the client was made";
    } catch (const ErrorException& problem) {
        EXPECT_EQ(problem.error().code, "invalid_ca_file");
    }
}

}  // namespace
}  // namespace sluice::testing
