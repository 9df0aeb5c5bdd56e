// The same work as the baseline through our router and session: what the front end alone costs.
//
//     bench-server-echo PORT

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>

#include <boost/json.hpp>

#include "engine/async/timers.hpp"
#include "http/server/problem.hpp"
#include "http/server/server.hpp"

namespace {

void echo(sluice::http::Request& request, sluice::http::Responder responder) {
    using sluice::http::Response;
    boost::system::error_code error;
    const sluice::Value body = boost::json::parse(request.body(), error);
    if (error || !body.is_object())
        return responder.send(
            sluice::http::problem(400, "bad_request", "the body is not a JSON object"));
    sluice::Object out;
    out["ok"] = true;
    out["id"] = body.as_object().contains("id") ? body.at("id") : sluice::Value(nullptr);
    out["fields"] = body.as_object().size();
    responder.send(Response::json(200, out));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: bench-server-echo PORT\n";
        return EXIT_FAILURE;
    }
    using sluice::http::Method;
    sluice::asio::io_context loop{1};
    const sluice::SystemClock clock;
    sluice::timer_queue timers;
    const sluice::loop_timers driver(loop, clock, timers);
    sluice::http::Router router;
    router.add({.method = Method::post, .pattern = "/echo", .handler = &echo, .name = "echo"})
        .value();
    router
        .add({.method = Method::post,
              .pattern = "/api/v1/webhooks/{key}",
              .handler = &echo,
              .name = "webhook",
              .content_types = {"application/json"}})
        .value();
    sluice::http::Server server(loop, timers, clock, router, sluice::Limits{});
    const auto port = server.listen("127.0.0.1", static_cast<std::uint16_t>(std::stoul(argv[1])));
    if (!port) {
        std::cerr << port.error().message << '\n';
        return EXIT_FAILURE;
    }
    loop.run();
}
