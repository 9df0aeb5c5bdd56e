#include <string>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <gtest/gtest.h>

#include "http/client/response_parser.hpp"

namespace sluice::http {
namespace {

using boost::beast::http::error;

/// Feeds `bytes` in pieces of `step`; returns the error, `need_more` when the answer is not whole.
error_code feed(ResponseParser& parser, std::string_view bytes, std::size_t step) {
    boost::beast::flat_buffer buffer;
    error_code problem = error::need_more;
    while (!bytes.empty() && !parser.is_done()) {
        const auto piece = bytes.substr(0, step);
        bytes.remove_prefix(piece.size());
        buffer.commit(asio::buffer_copy(buffer.prepare(piece.size()), asio::buffer(piece)));
        buffer.consume(parser.put(buffer.data(), problem));
        if (problem && problem != error::need_more) return problem;
    }
    return parser.is_done() ? error_code{} : make_error_code(error::need_more);
}

TEST(ResponseParser, ReadsAnAnswerInPiecesOfAnySize) {
    const std::string bytes =
        "HTTP/1.1 201 Created\r\nContent-Type: Text/Plain\r\nX-Two: a\r\nx-two: b\r\n"
        "Content-Length: 5\r\n\r\nhello";
    for (std::size_t step = 1; step <= bytes.size(); ++step) {
        ResponseParser parser(1'000, 1'000, false);
        ASSERT_FALSE(feed(parser, bytes, step)) << step;
        const auto& response = parser.response();
        EXPECT_EQ(response.status, 201U);
        EXPECT_EQ(response.body, "hello");
        EXPECT_EQ(response.headers, (HttpHeaders{{"content-type", "Text/Plain"},
                                                 {"x-two", "a"},
                                                 {"x-two", "b"},
                                                 {"content-length", "5"}}));
        EXPECT_TRUE(parser.keep_alive());
    }
}

TEST(ResponseParser, JoinsChunksAndDropsTrailers) {
    const std::string bytes =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5;name=value\r\nhello\r\n1\r\n,\r\n6\r\n world\r\n0\r\nX-Trailer: 1\r\n\r\n";
    for (std::size_t step = 1; step <= bytes.size(); ++step) {
        ResponseParser parser(1'000, 1'000, false);
        ASSERT_FALSE(feed(parser, bytes, step)) << step;
        EXPECT_EQ(parser.response().body, "hello, world");
        EXPECT_EQ(parser.response().headers.size(), 1U);
    }
}

TEST(ResponseParser, AnswersWithoutBody) {
    for (const char* bytes : {"HTTP/1.1 204 No Content\r\n\r\n",
                              "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
                              "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}) {
        ResponseParser parser(1'000, 1'000, false);
        EXPECT_FALSE(feed(parser, bytes, 1'000)) << bytes;
        EXPECT_EQ(parser.response().body, "");
    }
    ResponseParser parser(1'000, 1, true);
    EXPECT_FALSE(feed(parser, "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", 1'000))
        << "the length of a HEAD's answer is not of a body, and not too large";
}

TEST(ResponseParser, BodyUntilTheEndOfTheConnection) {
    ResponseParser parser(1'000, 1'000, false);
    EXPECT_EQ(feed(parser, "HTTP/1.1 200 OK\r\n\r\nhello", 7), error::need_more);
    error_code problem;
    parser.put_eof(problem);
    EXPECT_FALSE(problem);
    EXPECT_EQ(parser.response().body, "hello");
    EXPECT_FALSE(parser.keep_alive());
}

TEST(ResponseParser, LimitsHold) {
    const auto verdict = [](std::string_view bytes) {
        ResponseParser parser(100, 10, false);
        return feed(parser, bytes, 16);
    };
    EXPECT_EQ(verdict("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n"), error::body_limit);
    EXPECT_EQ(verdict("HTTP/1.1 200 OK\r\n\r\n01234567890"), error::body_limit);
    EXPECT_EQ(
        verdict("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nB\r\n01234567890\r\n0\r\n"
                "\r\n"),
        error::body_limit);
    EXPECT_EQ(verdict("HTTP/1.1 200 OK\r\nX: " + std::string(100, 'x') + "\r\n\r\n"),
              error::header_limit);
    EXPECT_FALSE(verdict("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789"));
}

TEST(ResponseParser, NonsenseIsNotAnAnswer) {
    for (const char* bytes :
         {"SSH-2.0-OpenSSH\r\n\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n",
          "HTTP/1.1 200 OK\r\nNo colon\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"}) {
        ResponseParser parser(1'000, 1'000, false);
        const auto problem = feed(parser, bytes, 1'000);
        EXPECT_TRUE(problem && problem != error::need_more) << bytes;
    }
}

}  // namespace
}  // namespace sluice::http
