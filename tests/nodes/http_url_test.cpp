#include "engine/nodes/http_url.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace sluice {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

TEST(HttpUrl, IsSplit) {
    const auto url = parse_http_url("HTTPS://Example.COM:8443/a%20b/c?x=1&y=2#top").value();
    EXPECT_TRUE(url.secure);
    EXPECT_EQ(url.host, "example.com");
    EXPECT_EQ(url.port, 8443);
    EXPECT_EQ(url.target, "/a%20b/c?x=1&y=2");
    EXPECT_EQ(url.authority(), "example.com:8443");
    EXPECT_EQ(url.to_string(), "https://example.com:8443/a%20b/c?x=1&y=2");
    EXPECT_EQ(url.without_query(), "https://example.com:8443/a%20b/c");
}

TEST(HttpUrl, SchemeHasItsPort) {
    EXPECT_EQ(parse_http_url("http://a").value().port, 80);
    EXPECT_EQ(parse_http_url("https://a").value().port, 443);
    EXPECT_EQ(parse_http_url("http://a:80/").value().to_string(), "http://a/");
    EXPECT_EQ(parse_http_url("http://a:/").value().port, 80);
    EXPECT_EQ(parse_http_url("http://a:443/").value().to_string(), "http://a:443/");
}

TEST(HttpUrl, PathIsNeverEmpty) {
    EXPECT_EQ(parse_http_url("http://a").value().target, "/");
    EXPECT_EQ(parse_http_url("http://a?x=1").value().target, "/?x=1");
}

TEST(HttpUrl, AddressesAreHosts) {
    EXPECT_EQ(parse_http_url("http://127.0.0.1:81/").value().host, "127.0.0.1");
    const auto six = parse_http_url("http://[2001:DB8::1]:81/").value();
    EXPECT_EQ(six.host, "2001:db8::1");
    EXPECT_EQ(six.to_string(), "http://[2001:db8::1]:81/");
}

TEST(HttpUrl, StrayCharactersAreEncoded) {
    EXPECT_EQ(
        parse_http_url("http://a/M\xC3\xBCnchen und \"mehr\"?q={x|y}[]&p=100%").value().target,
        "/M%C3%BCnchen%20und%20%22mehr%22?q=%7Bx%7Cy%7D%5B%5D&p=100%25");
    EXPECT_EQ(parse_http_url("http://a/%41%zz").value().target, "/%41%25zz");
    EXPECT_EQ(parse_http_url("http://a/\r\nX: 1").value().target, "/%0D%0AX:%201");
}

TEST(HttpUrl, RefusesOthersWithoutRepeatingThem) {
    for (const char* text :
         {"", "/path", "a.test", "ftp://a/", "http:///x", "http://", "http://a:99999/",
          "http://a:0/", "http://a:x/", "http://u:secret@a/", "http://secret@a/", "http://a b/",
          "http://\xC3\xBC/", "http://a%0d%0a/", "mailto:a@b", "http://[::1", "http://[zz]/"}) {
        const auto url = parse_http_url(text);
        ASSERT_FALSE(url) << text;
        EXPECT_EQ(url.error().code, "invalid_url");
        EXPECT_EQ(url.error().message.find("secret"), std::string::npos);
    }
}

TEST(HttpUrl, LocationIsResolved) {
    const auto base = parse_http_url("https://a.test:444/b/c?d=e").value();
    const auto to = [&base](std::string_view location) {
        return resolve_http_url(base, location).value().to_string();
    };
    EXPECT_EQ(to("x"), "https://a.test:444/b/x");
    EXPECT_EQ(to("/x?y"), "https://a.test:444/x?y");
    EXPECT_EQ(to("../x"), "https://a.test:444/x");
    EXPECT_EQ(to("?y"), "https://a.test:444/b/c?y");
    EXPECT_EQ(to("//b.test/x"), "https://b.test/x");
    EXPECT_EQ(to("http://b.test"), "http://b.test/");
    EXPECT_EQ(to("/a b"), "https://a.test:444/a%20b");
    EXPECT_FALSE(resolve_http_url(base, "file:///etc/passwd"));
    EXPECT_FALSE(resolve_http_url(base, "http://u:p@b.test/"));
}

TEST(HttpUrl, OriginIsSchemeHostAndPort) {
    const auto one = parse_http_url("https://a.test/x").value();
    EXPECT_TRUE(one.same_origin(parse_http_url("https://A.test:443/y").value()));
    EXPECT_FALSE(one.same_origin(parse_http_url("http://a.test:443/x").value()));
    EXPECT_FALSE(one.same_origin(parse_http_url("https://b.test/x").value()));
    EXPECT_FALSE(one.same_origin(parse_http_url("https://a.test:444/x").value()));
}

TEST(HttpUrl, QueryIsAddedToWhatIsThere) {
    const Pairs pairs{{"a b", "c&d=e"}, {"plus", "1+1"}, {"\xC3\xBC", "~._-"}};
    const std::string encoded = "a%20b=c%26d%3De&plus=1%2B1&%C3%BC=~._-";
    EXPECT_EQ(append_query("http://a/", pairs), "http://a/?" + encoded);
    EXPECT_EQ(append_query("http://a/?x=1", pairs), "http://a/?x=1&" + encoded);
    EXPECT_EQ(append_query("http://a/?", pairs), "http://a/?" + encoded);
    EXPECT_EQ(append_query("http://a/?x&", pairs), "http://a/?x&" + encoded);
    EXPECT_EQ(append_query("http://a/p#frag?ment", pairs), "http://a/p?" + encoded + "#frag?ment");
    EXPECT_EQ(append_query("http://a/", Pairs{}), "http://a/");
}

TEST(HttpUrl, FormHasPlusesForSpaces) {
    EXPECT_EQ(form_encode(Pairs{{"a b", "c+d"}, {"e", ""}}), "a+b=c%2Bd&e=");
}

}  // namespace
}  // namespace sluice
