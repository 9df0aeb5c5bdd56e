#include <gmock/gmock.h>

#include "server_fixture.hpp"
#include "web_socket_client.hpp"

namespace sluice::http::testing {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

Response shout(unsigned status, std::string_view code, std::string_view) {
    return Response::text(status, "SHOUT " + std::string(code));
}

TEST(Mounting, refuses_what_is_malformed_or_taken) {
    Router router;
    for (const std::string prefix : {"/", "api", "/api/", "/a/{b}"}) {
        const auto outcome = router.mount({.prefix = prefix, .render = shout});
        ASSERT_FALSE(outcome) << prefix;
        EXPECT_EQ(outcome.error().code, "invalid_mount");
    }
    EXPECT_FALSE(router.mount({.prefix = "/api", .render = {}}));
    EXPECT_TRUE(router.mount({.prefix = "/api", .render = shout}));
    EXPECT_FALSE(router.mount({.prefix = "/api", .render = shout}));
    EXPECT_TRUE(router.mount({.prefix = "", .render = shout}));
}

TEST(Mounting, takes_the_longest_prefix_of_whole_segments) {
    const auto named = [](std::string name) {
        return [name](unsigned status, std::string_view, std::string_view) {
            return Response::text(status, name);
        };
    };
    Mounts mounts;
    EXPECT_EQ(mounts.find("/a"), nullptr);
    EXPECT_THAT(mounts.refusal("/a", 404, "unknown_route", "nothing").body,
                HasSubstr("\"code\":\"unknown_route\""));
    ASSERT_TRUE(mounts.add({.prefix = "/a", .render = named("a")}));
    ASSERT_TRUE(mounts.add({.prefix = "/a/b", .render = named("a/b")}));
    EXPECT_EQ(mounts.find("/ab"), nullptr);
    EXPECT_EQ(mounts.find(""), nullptr);
    EXPECT_EQ(mounts.refusal("/a", 404, "", "").body, "a");
    EXPECT_EQ(mounts.refusal("/a/b/c", 404, "", "").body, "a/b");
    ASSERT_TRUE(mounts.add({.prefix = "", .render = named("all")}));
    EXPECT_EQ(mounts.refusal("", 400, "", "").body, "all");
    EXPECT_EQ(mounts.refusal("/ab", 400, "", "").body, "all");
}

TEST(Mounting, falls_back_to_the_problem_when_its_own_form_fails) {
    Mounts mounts;
    ASSERT_TRUE(mounts.add(
        {.prefix = "", .render = [](unsigned, std::string_view, std::string_view) -> Response {
             throw std::runtime_error("oops");
         }}));
    const Response response = mounts.refusal("/", 404, "unknown_route", "nothing");
    EXPECT_EQ(response.status, 404u);
    EXPECT_EQ(response.content_type.text(), "application/problem+json");
}

struct Foreign : ::testing::Test {
    static Limits small() {
        Limits limits;
        limits.body_bytes = 1000;
        limits.body_timeout = 60ms;
        return limits;
    }
    RunningServer server{small()};
    Client client{server.port()};

    void expect(const std::string& request, unsigned status, std::string_view body) {
        Client asking(server.port());
        const Answer answer = asking.ask(request);
        EXPECT_EQ(answer.status, status) << request;
        EXPECT_EQ(answer.body, body) << request;
        EXPECT_EQ(answer.field("Access-Control-Allow-Origin"), "*") << request;
    }
};

TEST_F(Foreign, renders_what_the_server_refuses) {
    expect(get("/foreign/nothing"), 404, "foreign unknown_route");
    expect(get("/foreign"), 404, "foreign unknown_route");
    expect(get("/foreign/items"), 405, "foreign method_not_allowed");
    expect(post("/foreign/items", "x"), 415, "foreign unsupported_media_type");
    expect(get("/foreign/socket"), 426, "foreign upgrade_required");
    expect(get("/foreign/socket", "Connection: upgrade\r\nUpgrade: websocket\r\n"), 400,
           "foreign bad_request");
    expect(get("/foreign/throws"), 500, "foreign internal_error");
    expect(get("/foreign/throws-later"), 500, "foreign internal_error");
    expect(post("/foreign/items", std::string(1001, 'x')), 413, "foreign body_too_large");
    expect("POST /foreign/items HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf", 408,
           "foreign request_timeout");
    expect("POST /foreign/items HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" +
               std::string(1001, 'x'),
           413, "foreign body_too_large");
    expect(
        "POST /foreign/items HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n"
        "Expect: 100-continue\r\n\r\n",
        415, "foreign unsupported_media_type");
}

TEST_F(Foreign, keeps_the_fields_that_a_status_demands) {
    EXPECT_EQ(client.ask(get("/foreign/items")).field("Allow"), "POST, OPTIONS");
    EXPECT_EQ(client.ask(get("/foreign/socket")).field("Upgrade"), "websocket");
}

TEST_F(Foreign, leaves_other_paths_as_they_are) {
    for (const std::string& request :
         {get("/foreigner"), post("/hello", ""), get("/throws"), get("/socket"),
          "POST /hello HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n" +
              std::string(1001, 'x')}) {
        const Answer answer = Client(server.port()).ask(request);
        EXPECT_GE(answer.status, 400u);
        EXPECT_EQ(answer.field("Content-Type"), "application/problem+json") << request;
        EXPECT_EQ(answer.field("Access-Control-Allow-Origin"), "") << request;
    }
    EXPECT_EQ(client.ask(get("/hello")).field("Access-Control-Allow-Origin"), "");
}

TEST_F(Foreign, lets_pages_of_any_origin_read_its_answers) {
    const Answer answer = client.ask(
        "POST /foreign/items HTTP/1.1\r\nHost: h\r\nOrigin: http://page.example\r\n"
        "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
    EXPECT_EQ(answer.status, 201u);
    EXPECT_EQ(answer.field("Access-Control-Allow-Origin"), "*");
}

std::string preflight(std::string_view path, std::string_view fields = {}) {
    return "OPTIONS " + std::string(path) +
           " HTTP/1.1\r\nHost: h\r\nOrigin: http://page.example\r\n"
           "Access-Control-Request-Method: POST\r\n" +
           std::string(fields) + "\r\n";
}

TEST_F(Foreign, answers_preflights) {
    const Answer answer = client.ask(preflight(
        "/foreign/items",
        "Access-Control-Request-Headers: content-type, x-api-key,bad name,,\"quoted\"\r\n"));
    EXPECT_EQ(answer.status, 204u);
    EXPECT_EQ(answer.field("Access-Control-Allow-Origin"), "*");
    EXPECT_EQ(answer.field("Access-Control-Allow-Methods"), "POST, OPTIONS");
    EXPECT_EQ(answer.field("Access-Control-Allow-Headers"), "content-type, x-api-key");
    EXPECT_EQ(answer.field("Access-Control-Max-Age"), "600");
    EXPECT_EQ(answer.field("Allow"), "POST, OPTIONS");
    EXPECT_EQ(client.ask(preflight("/foreign/items")).field("Access-Control-Allow-Headers"), "");
    EXPECT_EQ(client.ask(preflight("/foreign/nothing")).status, 204u);
}

TEST_F(Foreign, answers_no_preflights_for_routes_that_are_not_open) {
    const Answer answer = client.ask(preflight("/hello"));
    EXPECT_EQ(answer.status, 204u);
    EXPECT_EQ(answer.field("Allow"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(answer.field("Access-Control-Allow-Methods"), "");
    EXPECT_EQ(answer.field("Access-Control-Allow-Origin"), "");
    EXPECT_EQ(client.ask(preflight("/nothing")).status, 404u);
}

TEST(CrossOriginMethods, are_those_of_the_open_routes_of_a_path_only) {
    Router router;
    const auto answer = [](Request&, Responder responder) { responder.send(Response::empty()); };
    ASSERT_TRUE(router.add({.pattern = "/x", .handler = answer, .cross_origin = true}));
    ASSERT_TRUE(router.add({.method = Method::delete_, .pattern = "/x", .handler = answer}));
    const std::vector<Range> segments{{1, 1}};
    const Match match = router.match(Method::options, "/x", segments);
    EXPECT_EQ(allow_value(match.allowed), "GET, HEAD, DELETE, OPTIONS");
    EXPECT_EQ(allow_value(match.cross_origin), "GET, HEAD, OPTIONS");
}

}  // namespace
}  // namespace sluice::http::testing
