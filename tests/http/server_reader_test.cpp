#include <gtest/gtest.h>

#include "server_reading.hpp"

namespace sluice::http::testing {
namespace {

using Step = RequestReader::Step;

struct Reading : ::testing::Test {
    Limits limits;
    RequestReader reader{limits, "192.0.2.1", nullptr};

    // What the reader says of a request that it refuses: "431 header_too_large".
    std::string refusal(std::string_view text, std::size_t piece = 1'000'000) {
        RequestReader fresh(limits, "192.0.2.1", nullptr);
        if (feed(fresh, text, piece) != Step::failed) return "not refused";
        return std::to_string(fresh.failure().status) + " " + std::string(fresh.failure().code);
    }
};

TEST_F(Reading, takes_a_request_apart) {
    ASSERT_EQ(feed(reader,
                   "POST /api/v1/flows/a%20b?wait=30s&q=x+y%21&empty HTTP/1.1\r\n"
                   "Host: localhost\r\nContent-Type: application/json; charset=utf-8\r\n"
                   "X-Token:  spaces around \r\nContent-Length: 7\r\n\r\n{\"a\":1}"),
              Step::complete);
    Request& request = reader.request();
    EXPECT_EQ(request.method(), Method::post);
    EXPECT_EQ(request.method_text(), "POST");
    EXPECT_EQ(request.path(), "/api/v1/flows/a b");
    EXPECT_EQ(request.query("wait"), "30s");
    EXPECT_EQ(request.query("q"), "x y!");
    EXPECT_EQ(request.query("empty"), "");
    EXPECT_EQ(request.query("missing"), std::nullopt);
    EXPECT_EQ(request.header("x-TOKEN"), "spaces around");
    EXPECT_EQ(request.header("x-missing"), "");
    EXPECT_FALSE(request.has_header("x-missing"));
    EXPECT_EQ(request.content_type(), "application/json");
    EXPECT_EQ(request.body(), "{\"a\":1}");
    EXPECT_EQ(request.peer(), "192.0.2.1");
    EXPECT_TRUE(request.keep_alive());
}

TEST_F(Reading, gets_the_same_from_single_bytes) {
    ASSERT_EQ(
        feed(reader, "PUT /a/b HTTP/1.1\r\nHost: h\r\nA: 1\r\nContent-Length: 5\r\n\r\nhello", 1),
        Step::complete);
    EXPECT_EQ(reader.request().method(), Method::put);
    EXPECT_EQ(reader.request().path(), "/a/b");
    EXPECT_EQ(reader.request().header("a"), "1");
    EXPECT_EQ(reader.request().body(), "hello");
}

TEST_F(Reading, decodes_chunks_in_any_division) {
    const std::string_view text =
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5;name=value\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\nHost: other\r\nX-T: 1\r\n\r\n"
        "GET /next HTTP/1.1\r\nHost: h\r\n\r\n";
    for (const std::size_t piece : {1, 2, 3, 7, 50, 1000}) {
        RequestReader each(limits, "", nullptr);
        auto left = text;
        auto step = Step::need_more;
        while (step == Step::need_more) {
            step = feed(each, left.substr(0, piece));
            left.remove_prefix(std::min(piece, left.size()));
        }
        ASSERT_EQ(step, Step::complete) << piece;
        EXPECT_EQ(each.request().body(), "hello world");
        EXPECT_EQ(each.request().header("x-t"), "") << "a trailer is not a header";
        each.consume();
        step = each.next();
        if (step == Step::need_more) step = feed(each, left);
        ASSERT_EQ(step, Step::complete) << piece;
        EXPECT_EQ(each.request().path(), "/next");
    }
}

TEST_F(Reading, finds_requests_behind_each_other) {
    ASSERT_EQ(feed(reader,
                   "GET /1 HTTP/1.1\r\nHost: h\r\n\r\n\r\n"
                   "POST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi"
                   "GET /3 HTTP/1.1\r\nHost: h\r\n\r\nGET /4"),
              Step::complete);
    EXPECT_EQ(reader.request().path(), "/1");
    reader.consume();
    ASSERT_EQ(reader.next(), Step::complete);
    EXPECT_EQ(reader.request().body(), "hi");
    reader.consume();
    ASSERT_EQ(reader.next(), Step::complete);
    EXPECT_EQ(reader.request().path(), "/3");
    EXPECT_EQ(reader.request().body(), "");
    reader.consume();
    EXPECT_EQ(reader.next(), Step::need_more);
    EXPECT_EQ(feed(reader, " HTTP/1.1\r\nHost: h\r\n\r\n"), Step::complete);
    EXPECT_EQ(reader.request().path(), "/4");
}

TEST_F(Reading, keeps_an_owned_copy_when_the_buffer_goes_on) {
    ASSERT_EQ(feed(reader, "POST /a%2Fb?x=1 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi"),
              Step::complete);
    Request copy = reader.request().own();
    reader.consume();
    ASSERT_EQ(feed(reader, "XXXXXXXXX /zzzzzzzzzzzzz HTTP/1.1\r\nHost: nowhere\r\n\r\n"),
              Step::complete);
    const Request moved = std::move(copy);
    EXPECT_EQ(moved.path(), "/a/b");
    EXPECT_EQ(moved.query("x"), "1");
    EXPECT_EQ(moved.header("HOST"), "h");
    EXPECT_EQ(moved.body(), "hi");
    EXPECT_EQ(moved.peer(), "192.0.2.1");
}

TEST_F(Reading, holds_a_large_body_in_one_piece) {
    const std::string body(3'000'000, 'b');
    ASSERT_EQ(feed(reader,
                   "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3000000\r\n\r\n" + body +
                       "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
                   10'000),
              Step::complete);
    EXPECT_TRUE(reader.request().body() == body);
    EXPECT_EQ(reader.request().header("host"), "h");
}

TEST_F(Reading, understands_the_absolute_form_and_the_asterisk) {
    ASSERT_EQ(feed(reader, "GET http://example.org/a?b=c HTTP/1.1\r\nHost: h\r\n\r\n"),
              Step::complete);
    EXPECT_EQ(reader.request().path(), "/a");
    EXPECT_EQ(reader.request().query(), "b=c");
    reader.consume();
    ASSERT_EQ(feed(reader, "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n"), Step::complete);
    EXPECT_TRUE(reader.request().segments().empty());
}

TEST_F(Reading, knows_when_the_connection_should_stay) {
    const auto stays = [&](std::string_view head) {
        RequestReader fresh(limits, "", nullptr);
        EXPECT_EQ(feed(fresh, std::string(head) + "\r\n\r\n"), Step::complete);
        return fresh.request().keep_alive();
    };
    EXPECT_TRUE(stays("GET / HTTP/1.1\r\nHost: h"));
    EXPECT_FALSE(stays("GET / HTTP/1.1\r\nHost: h\r\nConnection: close"));
    EXPECT_FALSE(stays("GET / HTTP/1.0"));
    EXPECT_TRUE(stays("GET / HTTP/1.0\r\nConnection: keep-alive"));
}

TEST_F(Reading, says_when_the_client_waits_to_continue) {
    const std::string head =
        "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    EXPECT_EQ(feed(reader, head), Step::expect);
    EXPECT_EQ(reader.next(), Step::need_more) << "told once";
    EXPECT_EQ(feed(reader, "hi"), Step::complete);
    reader.consume();
    EXPECT_EQ(feed(reader, head + "hi"), Step::complete) << "the body is here already";
}

TEST_F(Reading, refuses_what_is_malformed) {
    for (const std::string_view text : {
             "GARBAGE\r\n\r\n",
             "GET / HTTP/2.0\r\nHost: h\r\n\r\n",
             "GET  / HTTP/1.1\r\nHost: h\r\n\r\n",
             "GET /\x01 HTTP/1.1\r\nHost: h\r\n\r\n",
             "GET noslash HTTP/1.1\r\nHost: h\r\n\r\n",
             "CONNECT example.org:443 HTTP/1.1\r\nHost: h\r\n\r\n",
             "GET / HTTP/1.1\r\nHost h\r\n\r\n",
             "GET / HTTP/1.1\r\nHost : h\r\n\r\n",
             "GET / HTTP/1.1\r\nHost: h\r\nA: b\x01\r\n\r\n",
             "GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n folded\r\n\r\n",
             "GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n",
             "GET /%00 HTTP/1.1\r\nHost: h\r\n\r\n",
             "GET /%ff%fe HTTP/1.1\r\nHost: h\r\n\r\n",
             "GET /%c0%af HTTP/1.1\r\nHost: h\r\n\r\n",
             "GET /cut%2 HTTP/1.1\r\nHost: h\r\n\r\n",
         })
        EXPECT_EQ(refusal(text), "400 bad_request") << text;
}

TEST_F(Reading, refuses_what_smuggles_requests) {
    const auto with = [](std::string_view fields) {
        return "POST / HTTP/1.1\r\n" + std::string(fields) + "\r\n\r\n";
    };
    EXPECT_EQ(refusal(with("X: y")), "400 bad_request") << "no Host";
    EXPECT_EQ(refusal(with("Host: a\r\nHost: b")), "400 bad_request");
    for (const std::string_view fields :
         {"Content-Length: 5\r\nTransfer-Encoding: chunked",
          "Transfer-Encoding: chunked\r\nContent-Length: 5",
          "Content-Length: 5\r\nContent-Length: 6", "Content-Length: -1", "Content-Length: 0x10",
          "Content-Length: 99999999999999999999", "Content-Length: 5, 6", "Transfer-Encoding: gzip",
          "Transfer-Encoding: xchunked", "Transfer-Encoding: chunked, gzip",
          "Transfer-Encoding: identity",
          "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"})
        EXPECT_EQ(refusal(with("Host: h\r\n" + std::string(fields))), "400 bad_request") << fields;
    EXPECT_EQ(refusal("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), "400 bad_request");
    EXPECT_EQ(refusal("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
              "400 bad_request");
}

TEST_F(Reading, refuses_more_than_the_limits_whatever_the_pieces) {
    limits.header_bytes = 1000;
    limits.target_bytes = 300;
    limits.header_fields = 5;
    limits.body_bytes = 50;
    const std::string long_target =
        "GET /" + std::string(400, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n";
    const std::string long_field =
        "GET / HTTP/1.1\r\nHost: h\r\nA: " + std::string(1000, 'a') + "\r\n\r\n";
    std::string many = "GET / HTTP/1.1\r\nHost: h\r\n";
    for (int count = 0; count < 5; ++count) many += "A: b\r\n";
    for (const std::size_t piece : {1, 10, 333, 100'000}) {
        EXPECT_EQ(refusal(long_target, piece), "414 target_too_long") << piece;
        EXPECT_EQ(refusal(long_field, piece), "431 header_too_large") << piece;
        EXPECT_EQ(refusal(many + "\r\n", piece), "431 header_too_large") << piece;
        EXPECT_EQ(refusal("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 51\r\n\r\n", piece),
                  "413 body_too_large")
            << piece;
        EXPECT_EQ(refusal("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                          "20\r\n01234567890123456789012345678901\r\n20\r\n",
                          piece),
                  "413 body_too_large")
            << piece;
        EXPECT_EQ(refusal("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1;" +
                              std::string(2000, 'x'),
                          piece),
                  "400 bad_request")
            << piece;
    }
    EXPECT_EQ(refusal(std::string(400, 'A'), 1), "414 target_too_long") << "no line at all";
    EXPECT_EQ(refusal("GET / HTTP/1.1\r\nHost: h\r\n" + std::string(1000, 'A'), 1),
              "431 header_too_large");
}

TEST_F(Reading, refuses_an_unknown_expectation) {
    EXPECT_EQ(refusal("GET / HTTP/1.1\r\nHost: h\r\nExpect: miracles\r\n\r\n"),
              "417 expectation_failed");
}

TEST_F(Reading, takes_a_request_id_only_when_it_is_harmless) {
    struct Fixed final : Random {
        std::uint64_t next() override { return 7; }
    } random;
    const SystemClock clock;
    UuidGenerator ids(clock, random);
    const auto id = [&](std::string_view field) {
        RequestReader fresh(limits, "", &ids);
        feed(fresh, "GET / HTTP/1.1\r\nHost: h\r\n" + std::string(field) + "\r\n\r\n");
        return std::string(fresh.request().id());
    };
    EXPECT_EQ(id("X-Request-Id: abc-123"), "abc-123");
    EXPECT_EQ(id("X: y").size(), 36u);
    EXPECT_EQ(id("X-Request-Id: a b").size(), 36u);
    EXPECT_EQ(id("X-Request-Id: " + std::string(129, 'a')).size(), 36u);
}

}  // namespace
}  // namespace sluice::http::testing
