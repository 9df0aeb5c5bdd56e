#include "engine/nodes/http_request_plan.hpp"

#include <set>
#include <string>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "engine/nodes/http_fields.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;

HttpRequestPlan plan(std::string_view parameters) {
    auto planned = plan_http_request(boost::json::parse(parameters), Limits{});
    EXPECT_TRUE(planned) << (planned ? "" : planned.error().message);
    return planned ? *planned : HttpRequestPlan{};
}

HttpRequest request(std::string_view parameters) {
    return plan(parameters).request;
}

/// The parameters that are complained about.
std::set<std::string> problems(std::string_view parameters) {
    const auto planned = plan_http_request(boost::json::parse(parameters), Limits{});
    EXPECT_FALSE(planned) << parameters;
    if (planned) return {};
    const NodeError error = planned.error();
    EXPECT_EQ(error.code, "invalid_parameters");
    EXPECT_FALSE(error.retryable);
    std::set<std::string> names;
    for (const auto& problem : error.details.as_object().at("problems").as_array()) {
        std::string name(problem.as_object().at("parameter").as_string());
        EXPECT_NE(error.message.find('`' + name + '`'), std::string::npos);
        names.insert(std::move(name));
    }
    return names;
}

std::string header(const HttpRequest& request, std::string_view name) {
    const auto* value = find_http_header(request.headers, name);
    return value == nullptr ? "<none>" : *value;
}

TEST(HttpRequestPlan, UrlIsEnough) {
    const auto planned = plan(R"({"url": "http://a.test/x"})");
    EXPECT_EQ(planned.request.method, "GET");
    EXPECT_EQ(planned.request.url, "http://a.test/x");
    EXPECT_EQ(planned.request.timeout, 30s);
    EXPECT_EQ(planned.request.max_redirects, 10U);
    EXPECT_TRUE(planned.request.headers.empty());
    EXPECT_TRUE(planned.request.verify_tls);
    EXPECT_TRUE(planned.fail_on_status);
}

TEST(HttpRequestPlan, QueryTakesScalarsAndArrays) {
    EXPECT_EQ(request(R"({"url": "http://a.test/?z=0", "query":
                 {"text": "a b", "number": 1.5, "whole": 3, "flag": true, "none": null,
                  "many": ["x", 2, null]}})")
                  .url,
              "http://a.test/?z=0&text=a%20b&number=1.5&whole=3&flag=true&many=x&many=2");
}

TEST(HttpRequestPlan, HeadersMayRepeat) {
    const auto planned =
        request(R"({"url": "http://a.test", "headers": {"X-A": ["1", "2"], "X-B": 3}})");
    EXPECT_EQ(planned.headers, (HttpHeaders{{"X-A", "1"}, {"X-A", "2"}, {"X-B", "3"}}));
}

TEST(HttpRequestPlan, JsonBody) {
    const auto planned =
        request(R"({"url": "http://a.test", "method": "post", "json": {"a": [1]}})");
    EXPECT_EQ(planned.method, "POST");
    EXPECT_EQ(planned.body, R"({"a":[1]})");
    EXPECT_EQ(header(planned, "content-type"), "application/json");
    EXPECT_EQ(request(R"({"url": "http://a.test", "json": null})").body, "null");
    EXPECT_EQ(request(R"({"url": "http://a.test", "json": "text"})").body, "\"text\"");
}

TEST(HttpRequestPlan, FormBody) {
    const auto planned = request(R"({"url": "http://a.test", "form": {"a": "b c", "d": [1, 2]}})");
    EXPECT_EQ(planned.body, "a=b+c&d=1&d=2");
    EXPECT_EQ(header(planned, "content-type"), "application/x-www-form-urlencoded");
}

TEST(HttpRequestPlan, PlainBody) {
    const auto text = request(R"({"url": "http://a.test", "body": "hi"})");
    EXPECT_EQ(text.body, "hi");
    EXPECT_EQ(header(text, "content-type"), "text/plain; charset=utf-8");
    const auto value = request(R"({"url": "http://a.test", "body": {"a": 1}})");
    EXPECT_EQ(value.body, R"({"a":1})");
    EXPECT_EQ(header(value, "content-type"), "application/json");
    const auto bytes = request(R"({"url": "http://a.test", "body": {"base64": "AP8="}})");
    EXPECT_EQ(bytes.body, std::string("\0\xFF", 2));
    EXPECT_EQ(header(bytes, "content-type"), "application/octet-stream");
    EXPECT_EQ(request(R"({"url": "http://a.test", "body": null})").body, "");
}

TEST(HttpRequestPlan, ContentTypeOfTheCallerWins) {
    const auto planned = request(
        R"({"url": "http://a.test", "headers": {"content-type": "application/vnd.a+json"}, "json": 1})");
    EXPECT_EQ(planned.headers.size(), 1U);
    EXPECT_EQ(header(planned, "Content-Type"), "application/vnd.a+json");
}

TEST(HttpRequestPlan, Authorization) {
    EXPECT_EQ(
        header(request(R"({"url": "http://a.test", "auth": {"bearer": "t"}})"), "Authorization"),
        "Bearer t");
    // RFC 7617 §2
    EXPECT_EQ(header(request(R"({"url": "http://a.test", "auth":
                        {"basic": {"username": "Aladdin", "password": "open sesame"}}})"),
                     "Authorization"),
              "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
}

TEST(HttpRequestPlan, RedirectsAndLimits) {
    EXPECT_EQ(request(R"({"url": "http://a.test", "follow_redirects": false})").max_redirects, 0U);
    EXPECT_EQ(request(R"({"url": "http://a.test", "follow_redirects": true})").max_redirects, 10U);
    EXPECT_EQ(request(R"({"url": "http://a.test", "follow_redirects": 3})").max_redirects, 3U);
    EXPECT_EQ(request(R"({"url": "http://a.test", "timeout": "1m30s"})").timeout, 90s);
    EXPECT_EQ(request(R"({"url": "http://a.test", "timeout": 250})").timeout, 250ms);
    EXPECT_EQ(request(R"({"url": "http://a.test", "timeout": 250.0})").timeout, 250ms);
    EXPECT_EQ(request(R"({"url": "http://a.test", "max_response_bytes": 5})").max_response_bytes,
              5U);
    EXPECT_FALSE(request(R"({"url": "http://a.test", "verify_tls": false})").verify_tls);
    EXPECT_FALSE(plan(R"({"url": "http://a.test", "fail_on_status": false})").fail_on_status);
}

TEST(HttpRequestPlan, EveryProblemIsNamed) {
    using Names = std::set<std::string>;
    EXPECT_EQ(problems("{}"), (Names{"url"}));
    EXPECT_EQ(
        problems(R"({"ulr": "x", "method": 1, "headers": [], "query": "x", "auth": {},
                           "timeout": "soon", "follow_redirects": -1, "max_response_bytes": 1.5,
                           "verify_tls": "no", "fail_on_status": 0, "json": 1, "body": "x"})"),
        (Names{"ulr", "url", "method", "headers", "query", "auth", "timeout", "follow_redirects",
               "max_response_bytes", "verify_tls", "fail_on_status", "body"}));
}

TEST(HttpRequestPlan, WrongValuesAreRefused) {
    using Names = std::set<std::string>;
    const auto with = [](const std::string& more) {
        return problems(R"({"url": "http://a.test", )" + more + '}');
    };
    EXPECT_EQ(problems(R"({"url": 5})"), (Names{"url"}));
    EXPECT_EQ(problems(R"({"url": "example.com"})"), (Names{"url"}));
    EXPECT_EQ(with(R"("method": "GET X")"), (Names{"method"}));
    EXPECT_EQ(with(R"("method": "CONNECT")"), (Names{"method"}));
    EXPECT_EQ(with(R"("headers": {"a b": "c"})"), (Names{"headers.a b"}));
    EXPECT_EQ(with(R"("headers": {"a": "b\r\nc: d"})"), (Names{"headers.a"}));
    EXPECT_EQ(with(R"("headers": {"a": {}})"), (Names{"headers.a"}));
    EXPECT_EQ(with(R"("query": {"a": [[1]]})"), (Names{"query.a"}));
    EXPECT_EQ(with(R"("form": 1)"), (Names{"form"}));
    EXPECT_EQ(with(R"("body": {"base64": "?"})"), (Names{"body.base64"}));
    EXPECT_EQ(with(R"("json": 1, "form": {}, "body": "x")"), (Names{"body"}));
    EXPECT_EQ(with(R"("auth": {"bearer": ""})"), (Names{"auth.bearer"}));
    EXPECT_EQ(with(R"("auth": {"bearer": "a\nb"})"), (Names{"auth.bearer"}));
    EXPECT_EQ(with(R"("auth": {"bearer": "t", "basic": {}})"), (Names{"auth"}));
    EXPECT_EQ(with(R"("auth": {"basic": {"username": "a"}})"), (Names{"auth.basic"}));
    EXPECT_EQ(with(R"("auth": {"basic": {"username": "a:b", "password": "c"}})"),
              (Names{"auth.basic.username"}));
    EXPECT_EQ(with(R"("auth": {"bearer": "t"}, "headers": {"authorization": "x"})"),
              (Names{"auth"}));
    EXPECT_EQ(with(R"("timeout": 0)"), (Names{"timeout"}));
    EXPECT_EQ(with(R"("timeout": "2d")"), (Names{"timeout"}));
    EXPECT_EQ(with(R"("timeout": 1e30)"), (Names{"timeout"}));
    EXPECT_EQ(with(R"("follow_redirects": 11)"), (Names{"follow_redirects"}));
    EXPECT_EQ(with(R"("max_response_bytes": 999999999999)"), (Names{"max_response_bytes"}));
}

TEST(HttpRequestPlan, ParametersAreAnObject) {
    EXPECT_EQ(plan_http_request(Value("x"), Limits{}).error().code, "invalid_parameters");
}

}  // namespace
}  // namespace sluice
