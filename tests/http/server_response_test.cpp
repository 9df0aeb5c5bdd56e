#include <chrono>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/server/outbox.hpp"
#include "http/server/problem.hpp"
#include "http/server/response_head.hpp"

namespace sluice::http {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

struct FakeClock final : Clock {
    WallTime time{784111777'000ms};  // the example of RFC 9110
    SteadyTime steady_time{};
    [[nodiscard]] WallTime wall() const override { return time; }
    [[nodiscard]] SteadyTime steady() const override { return steady_time; }
};

std::string head(const Response& response, const Framing& framing = {}) {
    std::string out;
    append_head(out, response, "Common: yes\r\n", framing);
    return out;
}

TEST(Answer, has_its_fields_in_order_and_a_length) {
    EXPECT_EQ(head(Response::json(200, Object{{"a", 1}})),
              "HTTP/1.1 200 OK\r\nCommon: yes\r\nContent-Type: application/json\r\n"
              "Content-Length: 7\r\n\r\n");
    EXPECT_EQ(head(Response::text(404, "no").with("X-More", "1"), {.close = true}),
              "HTTP/1.1 404 Not Found\r\nCommon: yes\r\nContent-Type: text/plain; charset=utf-8\r\n"
              "Content-Length: 2\r\nX-More: 1\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(head(Response::empty(), {.say_keep_alive = true, .request_id = "id"}),
              "HTTP/1.1 204 No Content\r\nCommon: yes\r\nX-Request-Id: id\r\n"
              "Connection: keep-alive\r\n\r\n");
    EXPECT_THAT(head(Response::empty(200)), HasSubstr("Content-Length: 0\r\n"));
    EXPECT_THAT(head(Response::empty(299)), HasSubstr("HTTP/1.1 299 Unknown\r\n"));
}

TEST(Answer, cannot_be_split_by_a_value_from_outside) {
    const std::string text =
        head(Response::empty().with("Location", "/a\r\nSet-Cookie: evil\n\r\n\r\n"));
    EXPECT_THAT(text, HasSubstr("Location: /a  Set-Cookie: evil     \r\n"));
    EXPECT_THAT(text, Not(HasSubstr("\nSet-Cookie")));
}

TEST(Answer, keeps_its_framing_whatever_fields_a_handler_sets) {
    const std::string text = head(Response::text(200, "four")
                                      .with("content-length", "1")
                                      .with("Transfer-Encoding", "chunked")
                                      .with("Connection", "close")
                                      .with("Date", "never")
                                      .with("Bad name", "x")
                                      .with("Bad:name", "x")
                                      .with("", "x")
                                      .with("X-Good_1", "x"));
    EXPECT_EQ(text,
              "HTTP/1.1 200 OK\r\nCommon: yes\r\nContent-Type: text/plain; charset=utf-8\r\n"
              "Content-Length: 4\r\nX-Good_1: x\r\n\r\n");
}

TEST(Date, is_written_as_http_wants_it) {
    EXPECT_EQ(http_date(FakeClock{}.time), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(http_date(WallTime{}), "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST(CommonFields, change_with_the_second) {
    FakeClock clock;
    clock.time += 900ms;
    CommonFields common(clock, "sluice");
    const std::string first(common.at(clock.steady_time));
    EXPECT_EQ(first, "Server: sluice\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
    clock.time += 99ms;
    clock.steady_time += 99ms;
    EXPECT_EQ(common.at(clock.steady_time), first);
    clock.time += 1ms;
    clock.steady_time += 1ms;
    EXPECT_THAT(std::string(common.at(clock.steady_time)), HasSubstr("08:49:38"));
}

TEST(Problem, says_all_it_knows) {
    Problem problem = Problem::from(429, Error{"slow_down", "too many", Object{{"limit", 5}}});
    problem.errors = Array{Object{{"code", "a"}}};
    problem.retry_after = 30s;
    const Response response = to_response(std::move(problem));
    EXPECT_EQ(response.status, 429u);
    EXPECT_EQ(response.content_type.text(), "application/problem+json");
    EXPECT_THAT(response.headers, ::testing::ElementsAre(::testing::Pair("Retry-After", "30")));
    EXPECT_EQ(boost::json::parse(response.body),
              boost::json::parse(R"({"type":"urn:sluice:problem:slow_down",
                "title":"Too Many Requests","status":429,"code":"slow_down","detail":"too many",
                "errors":[{"code":"a"}],"details":{"limit":5},"retry_after":30})"));
}

TEST(Outbox, joins_answers_and_keeps_large_bodies_apart) {
    Outbox outbox;
    outbox.append(Response::text(200, "one"), "", {});
    outbox.append(Response::text(200, "two"), "", {.head_only = true});
    EXPECT_FALSE(outbox.is_full());
    outbox.append(Response::text(200, std::string(100'000, 'x')), "", {});
    EXPECT_TRUE(outbox.is_full());
    std::string sent;
    while (!outbox.empty()) {
        std::size_t budget = 777;  // a socket that takes little at a time
        std::size_t taken = 0;
        for (const auto& buffer : outbox.buffers()) {
            const std::size_t size = std::min(budget, buffer.size());
            sent.append(static_cast<const char*>(buffer.data()), size);
            budget -= size;
            taken += size;
        }
        outbox.consume(taken);
    }
    EXPECT_THAT(sent, HasSubstr("\r\n\r\noneHTTP/1.1 200 OK"));
    EXPECT_THAT(sent, Not(HasSubstr("two")));
    EXPECT_TRUE(sent.ends_with(std::string(100'000, 'x')));
    EXPECT_FALSE(outbox.is_full());
}

}  // namespace
}  // namespace sluice::http
