#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/server/dispatch.hpp"

#include "server_reading.hpp"

namespace sluice::http::testing {
namespace {

// Collects the answer of one request.
class Recorder final : public Exchange {
  public:
    void answer(Response response) override { answers.push_back(std::move(response)); }
    void upgrade(WebSocketOptions, UpgradeHook) override { ++upgraded; }
    void abandon() override { ++abandoned; }
    [[nodiscard]] bool gone() const override { return false; }
    void on_gone(std::function<void()>) override {}
    [[nodiscard]] scope* coroutines() override { return nullptr; }
    void failed(const std::exception& failure) override { failures.emplace_back(failure.what()); }

    std::vector<Response> answers;
    std::vector<std::string> failures;
    int upgraded = 0;
    int abandoned = 0;
};

struct RouteTable : ::testing::Test {
    Limits limits;
    Router router;
    boost::intrusive_ptr<Recorder> recorder{new Recorder};

    void add(Method method, std::string pattern, std::vector<std::string> types = {}) {
        auto added =
            router.add({.method = method,
                        .pattern = pattern,
                        .handler =
                            [pattern](Request& request, Responder responder) {
                                std::string said = pattern;
                                for (const auto& name : request.route()->parameters)
                                    said += " " + name + "=" + std::string(request.parameter(name));
                                responder.send(Response::text(200, std::move(said)));
                            },
                        .content_types = std::move(types)});
        ASSERT_TRUE(added) << added.error().message;
    }

    Response ask(std::string_view line, std::string_view fields = {}, std::string_view body = {}) {
        RequestReader reader(limits, "", nullptr);
        std::string text = std::string(line) + " HTTP/1.1\r\nHost: h\r\n" + std::string(fields) +
                           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                           std::string(body);
        EXPECT_EQ(feed(reader, text), RequestReader::Step::complete) << line;
        recorder->answers.clear();
        Routing::dispatch(router, reader.request(), *recorder, limits);
        EXPECT_EQ(recorder->answers.size(), 1u);
        return recorder->answers.empty() ? Response{} : recorder->answers.front();
    }
    std::string body(std::string_view line) { return ask(line).body; }
};

TEST_F(RouteTable, finds_literals_parameters_and_the_rest) {
    add(Method::get, "/");
    add(Method::get, "/api/v1/flows");
    add(Method::get, "/api/v1/flows/{id}");
    add(Method::get, "/api/v1/flows/{id}/revisions/{number}");
    add(Method::get, "/ui/{path*}");
    EXPECT_EQ(body("GET /"), "/");
    EXPECT_EQ(body("GET /api/v1/flows"), "/api/v1/flows");
    EXPECT_EQ(body("GET /api/v1/flows?limit=1"), "/api/v1/flows");
    EXPECT_EQ(body("GET /api/v1/flows/7"), "/api/v1/flows/{id} id=7");
    EXPECT_EQ(body("GET /api/v1/flows/a/revisions/2"),
              "/api/v1/flows/{id}/revisions/{number} id=a number=2");
    EXPECT_EQ(body("GET /ui/css/main.css"), "/ui/{path*} path=css/main.css");
    EXPECT_EQ(body("GET /ui/"), "/ui/{path*} path=");
    EXPECT_EQ(body("GET /ui"), "/ui/{path*} path=");
}

TEST_F(RouteTable, decodes_parameters_after_dividing_the_path) {
    add(Method::get, "/kv/{key}");
    add(Method::get, "/kv/{key}/history");
    EXPECT_EQ(body("GET /kv/a%2Fb%20c"), "/kv/{key} key=a/b c");
    EXPECT_EQ(body("GET /%6bv/x/history"), "/kv/{key}/history key=x");
    EXPECT_EQ(body("GET /kv/%C3%A9"), "/kv/{key} key=\xC3\xA9");
}

TEST_F(RouteTable, prefers_literals_and_goes_back_when_they_lead_nowhere) {
    add(Method::get, "/a/fixed/end");
    add(Method::get, "/a/{name}/other");
    add(Method::get, "/a/{rest*}");
    EXPECT_EQ(body("GET /a/fixed/end"), "/a/fixed/end");
    EXPECT_EQ(body("GET /a/fixed/other"), "/a/{name}/other name=fixed");
    EXPECT_EQ(body("GET /a/fixed/else"), "/a/{rest*} rest=fixed/else");
}

TEST_F(RouteTable, answers_404_where_nothing_is) {
    add(Method::get, "/a/{id}");
    for (const std::string_view line : {"GET /", "GET /a", "GET /a/", "GET /a/1/", "GET /A/1",
                                        "GET /b/1", "GET //a/1", "PUT /b"}) {
        const Response response = ask(line);
        EXPECT_EQ(response.status, 404u) << line;
        EXPECT_THAT(response.body, ::testing::HasSubstr("unknown_route"));
    }
}

TEST_F(RouteTable, answers_405_with_the_methods_that_there_are) {
    add(Method::get, "/a");
    add(Method::post, "/a");
    add(Method::delete_, "/{any}");
    const Response response = ask("PUT /a");
    EXPECT_EQ(response.status, 405u);
    EXPECT_THAT(response.body, ::testing::HasSubstr("method_not_allowed"));
    EXPECT_THAT(response.headers,
                ::testing::Contains(::testing::Pair("Allow", "GET, HEAD, POST, DELETE, OPTIONS")));
    EXPECT_EQ(ask("BREW /a").status, 405u);
    EXPECT_EQ(ask("DELETE /a").body, "/{any} any=a");
}

TEST_F(RouteTable, serves_head_and_options_by_itself) {
    add(Method::get, "/a");
    add(Method::post, "/b");
    EXPECT_EQ(ask("HEAD /a").status, 200u);
    EXPECT_EQ(ask("HEAD /b").status, 405u);
    const Response options = ask("OPTIONS /a");
    EXPECT_EQ(options.status, 204u);
    EXPECT_THAT(options.headers,
                ::testing::ElementsAre(::testing::Pair("Allow", "GET, HEAD, OPTIONS")));
    EXPECT_THAT(ask("OPTIONS *").headers,
                ::testing::ElementsAre(::testing::Pair("Allow", "GET, HEAD, POST, OPTIONS")));
    add(Method::options, "/b");
    EXPECT_EQ(ask("OPTIONS /b").body, "/b");
}

TEST_F(RouteTable, refuses_bodies_of_other_types) {
    add(Method::post, "/json", {"application/json", "text/*"});
    add(Method::post, "/any");
    add(Method::post, "/suffix", {"application/*+json"});
    EXPECT_EQ(ask("POST /suffix", "Content-Type: application/vnd.api+JSON\r\n", "{}").status, 200u);
    EXPECT_EQ(ask("POST /suffix", "Content-Type: application/json\r\n", "{}").status, 415u);
    EXPECT_EQ(ask("POST /suffix", "Content-Type: text/x+json\r\n", "{}").status, 415u);
    EXPECT_EQ(ask("POST /json", "Content-Type: application/json; charset=utf-8\r\n", "{}").status,
              200u);
    EXPECT_EQ(ask("POST /json", "content-type: APPLICATION/JSON\r\n", "{}").status, 200u);
    EXPECT_EQ(ask("POST /json", "Content-Type: text/yaml\r\n", "{}").status, 200u);
    EXPECT_EQ(ask("POST /json").status, 200u) << "there is no body";
    EXPECT_EQ(ask("POST /json", "Content-Type: application/jsonp\r\n", "{}").status, 415u);
    const Response untyped = ask("POST /json", "", "{}");
    EXPECT_EQ(untyped.status, 415u);
    EXPECT_THAT(untyped.body, ::testing::HasSubstr("send application/json or text/*"));
    EXPECT_EQ(ask("POST /any", "Content-Type: x/y\r\n", "{}").status, 200u);
}

TEST_F(RouteTable, refuses_patterns_that_cannot_work) {
    add(Method::get, "/a/{id}");
    const auto fault = [&](std::string pattern, Method method = Method::get) {
        const auto added = router.add({.method = method,
                                       .pattern = std::move(pattern),
                                       .handler = [](Request&, Responder) {}});
        return added ? std::string("taken") : added.error().code;
    };
    for (const char* pattern :
         {"", "a", "/{", "/{}", "/x{id}", "/{id}x", "/{rest*}/more", "/{a}/{a}", "/a/{other}",
          "/{1}/{2}/{3}/{4}/{5}/{6}/{7}/{8}/{9}", "/*"})
        EXPECT_EQ(fault(pattern), "invalid_route") << pattern;
    EXPECT_EQ(fault("/x", Method::other), "invalid_route");
    EXPECT_EQ(fault("/a/{other}", Method::post), "taken");
    EXPECT_EQ(body("GET /a/5"), "/a/{id} id=5") << "a refused route leaves the others alone";
}

TEST_F(RouteTable, survives_a_handler_that_throws) {
    const auto added = router.add({.pattern = "/", .handler = [](Request&, Responder) {
                                       throw std::runtime_error("broken");
                                   }});
    ASSERT_TRUE(added);
    RequestReader reader(limits, "", nullptr);
    feed(reader, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    Routing::dispatch(router, reader.request(), *recorder, limits);
    EXPECT_EQ(recorder->abandoned, 1);
    EXPECT_THAT(recorder->failures, ::testing::ElementsAre("broken"));
}

}  // namespace
}  // namespace sluice::http::testing
