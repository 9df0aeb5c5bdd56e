#include "http/server/dispatch.hpp"

#include <exception>
#include <string>

#include "http/server/problem.hpp"

namespace sluice::http {

std::optional<Response> Routing::resolve(const Router& router, Request& request) {
    if (request.segments().empty())  // OPTIONS *
        return Response::empty().with("Allow", allow_value(router.methods()));
    const Match match = router.match(request.method(), request.path(), request.segments());
    if (match.route != nullptr) {
        request.route_ = match.route;
        request.parameters_ = match.parameters;
        return std::nullopt;
    }
    if (match.allowed == 0)
        return problem(404, "unknown_route", "there is nothing at " + std::string(request.path()));
    if (request.method() == Method::options)
        return Response::empty().with("Allow", allow_value(match.allowed));
    return problem(405, "method_not_allowed",
                   std::string(request.path()) + " does not take " +
                       std::string(request.method_text()) + ", only " + allow_value(match.allowed))
        .with("Allow", allow_value(match.allowed));
}

std::optional<Response> Routing::check_content_type(const Request& request, bool has_body) {
    const auto& accepted = request.route()->content_types;
    if (!has_body || accepted.empty()) return std::nullopt;
    const std::string_view type = request.content_type();
    if (accepts(accepted, type)) return std::nullopt;
    std::string detail = type.empty()
                             ? "the body has no Content-Type"
                             : "a body of type " + std::string(type) + " is not taken here";
    detail += "; send ";
    for (const std::string& one : accepted) {
        if (&one != &accepted.front()) detail += " or ";
        detail += one;
    }
    return problem(415, "unsupported_media_type", detail);
}

void Routing::dispatch(const Router& router, Request& request, Exchange& exchange) {
    Responder responder{boost::intrusive_ptr<Exchange>(&exchange)};
    if (request.route() == nullptr) {
        if (auto answer = resolve(router, request)) return responder.send(std::move(*answer));
    }
    if (auto refusal = check_content_type(request, !request.body().empty()))
        return responder.send(std::move(*refusal));
    // The responder goes with the call: when the handler throws, it is destroyed and answers 500.
    try {
        request.route()->handler(request, std::move(responder));
    } catch (const std::exception& failure) {
        exchange.failed(failure);
    }
}

}  // namespace sluice::http
