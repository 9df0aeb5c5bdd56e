#include <gtest/gtest.h>

#include "engine/model/error.hpp"
#include "http/client/redirect.hpp"
#include "http/client/request_head.hpp"

namespace sluice::http {
namespace {

HttpUrl url(std::string_view text) {
    return parse_http_url(text).value();
}

std::string head(HttpRequest request) {
    return request_head(request, url(request.url));
}

std::string refusal(const HttpRequest& request) {
    try {
        (void)head(request);
        return "none";
    } catch (const NodeFailure& failure) {
        return failure.error().code;
    }
}

TEST(RequestHead, HasOnlyWhatIsNeeded) {
    EXPECT_EQ(head({.url = "http://one.test/a?b=c"}),
              "GET /a?b=c HTTP/1.1\r\nHost: one.test\r\nUser-Agent: sluice/" SLUICE_VERSION
              "\r\n\r\n");
}

TEST(RequestHead, HostNamesAnUnusualPort) {
    EXPECT_NE(head({.url = "http://one.test:8080/"}).find("Host: one.test:8080\r\n"),
              std::string::npos);
    EXPECT_NE(head({.url = "https://[::1]:444/"}).find("Host: [::1]:444\r\n"), std::string::npos);
    EXPECT_NE(head({.url = "https://one.test:443/"}).find("Host: one.test\r\n"), std::string::npos);
}

TEST(RequestHead, BodyHasItsLength) {
    HttpRequest request{.method = "POST", .url = "http://one.test/"};
    EXPECT_NE(head(request).find("Content-Length: 0\r\n"), std::string::npos);
    request.body = "12345";
    EXPECT_NE(head(request).find("Content-Length: 5\r\n"), std::string::npos);
}

TEST(RequestHead, CallersHostAndUserAgentWin) {
    const auto text =
        head({.url = "http://one.test/",
              .headers = {{"host", "two.test"}, {"user-agent", "mine"}, {"X-A", "1"}}});
    EXPECT_NE(text.find("Host: two.test\r\n"), std::string::npos);
    EXPECT_EQ(text.find("one.test"), std::string::npos);
    EXPECT_EQ(text.find("sluice"), std::string::npos);
    EXPECT_NE(text.find("X-A: 1\r\n"), std::string::npos);
}

TEST(RequestHead, FramingIsNotTheCallers) {
    const auto text = head({.method = "POST",
                            .url = "http://one.test/",
                            .headers = {{"Content-Length", "99"},
                                        {"transfer-encoding", "chunked"},
                                        {"Connection", "close"},
                                        {"Accept-Encoding", "gzip"}},
                            .body = "x"});
    EXPECT_EQ(text.find("99"), std::string::npos);
    EXPECT_EQ(text.find("chunked"), std::string::npos);
    EXPECT_EQ(text.find("close"), std::string::npos);
    EXPECT_EQ(text.find("gzip"), std::string::npos);
}

TEST(RequestHead, NothingCanBreakOutOfItsLine) {
    EXPECT_EQ(refusal({.url = "http://one.test/", .headers = {{"X", "a\r\nEvil: 1"}}}),
              "http_invalid_request");
    EXPECT_EQ(refusal({.url = "http://one.test/", .headers = {{"X: 1\r\nEvil", "a"}}}),
              "http_invalid_request");
    EXPECT_EQ(refusal({.url = "http://one.test/", .headers = {{"Host", "a\nb"}}}),
              "http_invalid_request");
    EXPECT_EQ(refusal({.method = "GET / HTTP/1.1\r\n", .url = "http://one.test/"}),
              "http_invalid_request");
    EXPECT_EQ(refusal({.method = "CONNECT", .url = "http://one.test/"}), "http_invalid_request");
    EXPECT_EQ(refusal({.url = "http://one.test/", .headers = {{"X", "fine"}}}), "none");
}

HttpRequest posted() {
    return {.method = "POST",
            .url = "https://one.test/a",
            .headers = {{"Authorization", "Bearer t"},
                        {"cookie", "c"},
                        {"content-type", "text/plain"},
                        {"X-Own", "1"}},
            .body = "body"};
}

bool has(const HttpRequest& request, std::string_view name) {
    for (const auto& header : request.headers)
        if (header.first == name) return true;
    return false;
}

TEST(Redirect, FoundTurnsAPostIntoAGetWithoutBody) {
    for (const unsigned status : {301U, 302U, 303U}) {
        auto request = posted();
        follow_redirect(request, status, url("https://one.test/a"), url("https://one.test/b"));
        EXPECT_EQ(request.method, "GET");
        EXPECT_EQ(request.body, "");
        EXPECT_EQ(request.url, "https://one.test/b");
        EXPECT_FALSE(has(request, "content-type"));
        EXPECT_TRUE(has(request, "Authorization"));
        EXPECT_TRUE(has(request, "X-Own"));
    }
}

TEST(Redirect, FoundKeepsOtherMethodsAndTheirBody) {
    for (const char* method : {"PUT", "PATCH", "DELETE", "GET"}) {
        for (const unsigned status : {301U, 302U}) {
            auto request = posted();
            request.method = method;
            follow_redirect(request, status, url("https://one.test/a"), url("https://one.test/b"));
            EXPECT_EQ(request.method, method) << status;
            EXPECT_EQ(request.body, "body") << method << ' ' << status;
            EXPECT_TRUE(has(request, "content-type")) << method << ' ' << status;
        }
    }
}

TEST(Redirect, SeeOtherTurnsEveryMethodButHeadIntoAGetWithoutBody) {
    for (const char* method : {"PUT", "PATCH", "DELETE", "GET"}) {
        auto request = posted();
        request.method = method;
        follow_redirect(request, 303, url("https://one.test/a"), url("https://one.test/b"));
        EXPECT_EQ(request.method, "GET") << method;
        EXPECT_EQ(request.body, "") << method;
        EXPECT_FALSE(has(request, "content-type")) << method;
    }
}

TEST(Redirect, HeadStaysHead) {
    for (const unsigned status : {301U, 302U, 303U, 307U, 308U}) {
        HttpRequest request{.method = "HEAD", .url = "https://one.test/a"};
        follow_redirect(request, status, url("https://one.test/a"), url("https://one.test/b"));
        EXPECT_EQ(request.method, "HEAD") << status;
    }
}

TEST(Redirect, TemporaryKeepsMethodAndBody) {
    for (const unsigned status : {307U, 308U}) {
        auto request = posted();
        follow_redirect(request, status, url("https://one.test/a"), url("https://one.test/b"));
        EXPECT_EQ(request.method, "POST");
        EXPECT_EQ(request.body, "body");
        EXPECT_TRUE(has(request, "content-type"));
    }
}

TEST(Redirect, CredentialsStayAtTheirOrigin) {
    for (const char* other : {"https://two.test/", "http://one.test/", "https://one.test:444/"}) {
        auto request = posted();
        follow_redirect(request, 307, url("https://one.test/a"), url(other));
        EXPECT_FALSE(has(request, "Authorization")) << other;
        EXPECT_FALSE(has(request, "cookie")) << other;
        EXPECT_TRUE(has(request, "X-Own")) << other;
    }
}

TEST(Redirect, OtherStatusesAreAnswers) {
    for (const unsigned status : {200U, 300U, 304U, 305U, 400U}) EXPECT_FALSE(is_redirect(status));
}

}  // namespace
}  // namespace sluice::http
