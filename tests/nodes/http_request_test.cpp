#include <gtest/gtest.h>

#include "engine/async/timer_queue.hpp"
#include "engine/model/ascii.hpp"
#include "engine/nodes/http_fields.hpp"

#include "tests/async/loop.hpp"
#include "tests/nodes/effect_node.hpp"
#include "tests/run/fake_http_client.hpp"
#include "tests/run/fakes.hpp"

namespace sluice::testing {
namespace {

constexpr const char* url = "http://svc/a";

/// Runs `http.request` against a client that answers as it is told.
class HttpRequestNode : public ::testing::Test {
  protected:
    std::optional<NodeOutcome> run(std::string_view parameters, HttpClient* client) {
        NodeContext context;
        context.parameters = json(parameters);
        context.node = "call";
        context.idempotency_key = "key-1";
        context.http = client;
        context.timers = &timers;
        context.clock = &clock;
        context.limits = &limits;
        return run_effect(loop, "http.request", std::move(context));
    }
    std::optional<NodeOutcome> run(std::string_view parameters) { return run(parameters, &http); }

    std::string key_sent(std::size_t at = 0) {
        const auto* const value = find_http_header(http.requests.at(at).headers, "idempotency-key");
        return value == nullptr ? "none" : *value;
    }

    Loop loop;
    timer_queue timers;
    SimulatedClock clock;
    Limits limits;
    FakeHttpClient http{timers, clock};
};

TEST_F(HttpRequestNode, PutsTheAnswerOut) {
    http.reply(url, 201, R"({"id":7})");
    const auto outcome = run(R"({"url":"http://svc/a"})");
    ASSERT_TRUE(outcome && *outcome);
    EXPECT_EQ((*outcome)->outcome, "success");
    EXPECT_EQ(to_json((*outcome)->output),
              R"({"status":201,"headers":{"content-type":"application/json"},"body":{"id":7}})");
}

TEST_F(HttpRequestNode, SendsWhatItsParametersSay) {
    run(R"({"url":"http://svc/a","method":"put","query":{"q":1},"headers":{"X-A":"b"},"json":{"n":1},"timeout":"3s"})");
    ASSERT_EQ(http.requests.size(), 1u);
    const auto& sent = http.requests[0];
    EXPECT_EQ(sent.method, "PUT");
    EXPECT_EQ(sent.url, "http://svc/a?q=1");
    EXPECT_EQ(sent.body, R"({"n":1})");
    EXPECT_EQ(sent.timeout, std::chrono::seconds(3));
    EXPECT_EQ(*find_http_header(sent.headers, "x-a"), "b");
}

TEST_F(HttpRequestNode, WrongParametersFailWithoutACall) {
    const auto outcome = run(R"({"url":"nowhere","method":5})");
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->error().code, "invalid_parameters");
    EXPECT_FALSE(outcome->error().retryable);
    EXPECT_TRUE(http.requests.empty());
}

TEST_F(HttpRequestNode, StatusFrom400IsAFailureWithTheAnswerInIt) {
    http.reply(url, 422, R"({"why":"no"})");
    const auto outcome = run(R"({"url":"http://svc/a"})");
    ASSERT_TRUE(outcome && !*outcome);
    EXPECT_EQ(outcome->error().code, "http_status");
    EXPECT_EQ(outcome->error().details.as_object().at("status").to_number<int>(), 422);
    EXPECT_EQ(to_json(outcome->error().details.as_object().at("body")), R"({"why":"no"})");
}

TEST_F(HttpRequestNode, StatusIsAnAnswerLikeOthersWhenAsked) {
    http.reply(url, 500);
    const auto outcome = run(R"({"url":"http://svc/a","fail_on_status":false})");
    ASSERT_TRUE(outcome && *outcome);
    EXPECT_EQ((*outcome)->output.as_object().at("status").to_number<int>(), 500);
}

TEST_F(HttpRequestNode, PassingTroubleIsRetryable) {
    const auto retryable = [this](unsigned status) {
        http.reply(url, status);
        return run(R"({"url":"http://svc/a"})")->error().retryable;
    };
    for (const unsigned status : {408u, 425u, 429u, 500u, 502u, 503u, 504u, 599u})
        EXPECT_TRUE(retryable(status)) << status;
    for (const unsigned status : {400u, 401u, 403u, 404u, 409u, 410u, 422u, 451u})
        EXPECT_FALSE(retryable(status)) << status;
}

TEST_F(HttpRequestNode, FailuresOfTheClientComeThrough) {
    http.fail(url, "http_connect_failed", true);
    http.fail(url, "http_tls_failed", false);
    const auto first = run(R"({"url":"http://svc/a"})");
    EXPECT_EQ(first->error().code, "http_connect_failed");
    EXPECT_TRUE(first->error().retryable);
    const auto second = run(R"({"url":"http://svc/a"})");
    EXPECT_EQ(second->error().code, "http_tls_failed");
    EXPECT_FALSE(second->error().retryable);
}

TEST_F(HttpRequestNode, OnlyUnsafeMethodsCarryTheIdempotencyKey) {
    std::size_t at = 0;
    for (const char* method : {"GET", "HEAD", "OPTIONS", "get"}) {
        run(std::string(R"({"url":"http://svc/a","method":")") + method + R"("})");
        EXPECT_EQ(key_sent(at++), "none") << method;
    }
    for (const char* method : {"POST", "PUT", "PATCH", "DELETE", "post", "MKCOL"}) {
        run(std::string(R"({"url":"http://svc/a","method":")") + method + R"("})");
        EXPECT_EQ(key_sent(at++), "key-1") << method;
    }
}

TEST_F(HttpRequestNode, KeyOfTheAuthorWins) {
    run(R"({"url":"http://svc/a","method":"POST","headers":{"idempotency-key":"mine"}})");
    EXPECT_EQ(key_sent(), "mine");
    std::size_t keys = 0;
    for (const auto& [name, value] : http.requests[0].headers)
        keys += equal_ignoring_case(name, "Idempotency-Key") ? 1 : 0;
    EXPECT_EQ(keys, 1u);
}

TEST_F(HttpRequestNode, WithoutAClientItSaysSo) {
    const auto outcome = run(R"({"url":"http://svc/a"})", nullptr);
    ASSERT_TRUE(outcome && !*outcome);
    EXPECT_EQ(outcome->error().code, "http_unavailable");
    EXPECT_FALSE(outcome->error().retryable);
}

TEST_F(HttpRequestNode, AnswerThatIsNotWhatItSaysFails) {
    http.reply(url, 200, "{not json");
    const auto outcome = run(R"({"url":"http://svc/a"})");
    ASSERT_TRUE(outcome && !*outcome);
    EXPECT_EQ(outcome->error().code, "http_invalid_json");
}

}  // namespace
}  // namespace sluice::testing
