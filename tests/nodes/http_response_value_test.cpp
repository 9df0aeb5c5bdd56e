#include "engine/nodes/http_response_value.hpp"

#include <string>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace sluice {
namespace {

HttpResponse response(unsigned status, std::string type, std::string body) {
    HttpResponse made;
    made.status = status;
    if (!type.empty()) made.headers.emplace_back("content-type", std::move(type));
    made.body = std::move(body);
    return made;
}

Value body(std::string type, std::string text) {
    return render_http_response(response(200, std::move(type), std::move(text)), Limits{})
        .value()
        .as_object()
        .at("body");
}

TEST(HttpResponseValue, HasStatusHeadersAndBody) {
    HttpResponse made = response(201, "text/plain", "hi");
    made.headers.emplace_back("x-a", "1");
    made.headers.emplace_back("set-cookie", "a=1");
    made.headers.emplace_back("X-A", "2");
    made.headers.emplace_back("set-cookie", "b=2");
    EXPECT_EQ(render_http_response(made, Limits{}).value(), boost::json::parse(R"({
        "status": 201,
        "headers": {"content-type": "text/plain", "x-a": "1, 2", "set-cookie": ["a=1", "b=2"]},
        "body": "hi"})"));
}

TEST(HttpResponseValue, JsonIsParsed) {
    const Value parsed = boost::json::parse(R"({"a": [1, 2.5]})");
    EXPECT_EQ(body("application/json", R"({"a": [1, 2.5]})"), parsed);
    EXPECT_EQ(body("Application/JSON ; charset=utf-8", R"({"a": [1, 2.5]})"), parsed);
    EXPECT_EQ(body("application/problem+json", R"({"a": [1, 2.5]})"), parsed);
    EXPECT_EQ(body("application/json", "\xEF\xBB\xBF[]"), Value(Array{}));
    EXPECT_EQ(body("application/json", ""), Value(nullptr));
    EXPECT_EQ(body("text/plain", "[]"), Value("[]"));
    EXPECT_EQ(body("", "[]"), Value("[]"));
}

TEST(HttpResponseValue, TextMustBeUtf8) {
    EXPECT_EQ(body("text/plain",
                   "Gr\xC3\xBC\xC3\x9F"
                   "e"),
              Value("Gr\xC3\xBC\xC3\x9F"
                    "e"));
    EXPECT_EQ(body("image/png", std::string("\x89PNG\0", 5)),
              boost::json::parse(R"({"base64": "iVBORwA="})"));
}

TEST(HttpResponseValue, HeadersAreAlwaysText) {
    HttpResponse made = response(200, "text/plain", "");
    made.headers.emplace_back("x-latin", "caf\xE9");
    EXPECT_EQ(render_http_response(made, Limits{}).value().at("headers").at("x-latin").as_string(),
              "caf\xC3\xA9");
}

TEST(HttpResponseValue, WrongJsonIsAnError) {
    for (const auto& text : {std::string("{"), std::string("<html>"), std::string("\"\xFF\""),
                             std::string(65, '[') + std::string(65, ']')}) {
        const auto rendered =
            render_http_response(response(200, "application/json", text), Limits{});
        ASSERT_FALSE(rendered) << text;
        EXPECT_EQ(rendered.error().code, "http_invalid_json");
        EXPECT_EQ(rendered.error().details.at("bytes").to_number<std::size_t>(), text.size());
    }
    EXPECT_TRUE(render_http_response(
        response(200, "application/json", std::string(64, '[') + std::string(64, ']')), Limits{}));
}

TEST(HttpResponseValue, WrongJsonOfAnErrorIsText) {
    const auto rendered =
        render_http_response(response(502, "application/json", "<html>"), Limits{}).value();
    EXPECT_EQ(rendered.at("body"), Value("<html>"));
    EXPECT_EQ(status_failure(rendered)->code, "http_status");
}

TEST(HttpResponseValue, StatusBelow400IsNoFailure) {
    for (const unsigned status : {200U, 204U, 302U, 399U})
        EXPECT_FALSE(
            status_failure(render_http_response(response(status, "", ""), Limits{}).value()));
}

TEST(HttpResponseValue, FailureTellsTheWholeAnswer) {
    const auto rendered =
        render_http_response(response(404, "application/json", R"({"no": "such"})"), Limits{})
            .value();
    const auto failure = status_failure(rendered);
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->code, "http_status");
    EXPECT_NE(failure->message.find("404"), std::string::npos);
    EXPECT_EQ(failure->details, rendered);
}

TEST(HttpResponseValue, PassingTroubleIsRetryable) {
    for (const unsigned status :
         {400U, 401U, 403U, 404U, 409U, 422U, 408U, 425U, 429U, 500U, 502U, 503U, 599U, 600U}) {
        const auto failure =
            status_failure(render_http_response(response(status, "", ""), Limits{}).value());
        const bool passing =
            status == 408 || status == 425 || status == 429 || (status >= 500 && status < 600);
        EXPECT_EQ(failure->retryable, passing) << status;
    }
}

TEST(HttpResponseValue, ServiceMaySayWhenToTryAgain) {
    const auto delay = [](const char* value) {
        HttpResponse made = response(429, "", "");
        made.headers.emplace_back("retry-after", value);
        made.headers.emplace_back("date", "Wed, 21 Oct 2026 07:26:30 GMT");
        const auto failure = status_failure(render_http_response(made, Limits{}).value());
        const auto* found = failure->details.as_object().if_contains("retry_after_ms");
        return found == nullptr ? -1 : found->as_int64();
    };
    EXPECT_EQ(delay("120"), 120'000);
    EXPECT_EQ(delay("Wed, 21 Oct 2026 07:28:00 GMT"), 90'000) << "from the answer's own date";
    EXPECT_EQ(delay("Wed, 21 Oct 2026 07:26:00 GMT"), -1) << "it is over";
    EXPECT_EQ(delay("soon"), -1);
    EXPECT_EQ(delay("-1"), -1);
    EXPECT_EQ(delay("99999999999999"), -1);
}

}  // namespace
}  // namespace sluice
