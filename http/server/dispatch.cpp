#include "http/server/dispatch.hpp"

#include <exception>
#include <string>

#include "http/server/cross_origin.hpp"

namespace sluice::http {

namespace {

// There is no route for the request: all that is left is to say so, or to answer OPTIONS.
Response without_route(const Router& router, const Request& request, const Match& match,
                       const Limits& limits) {
    const std::string path(request.path());
    const bool is_preflight = CrossOrigin::is_preflight(request);
    if (match.allowed == 0) {
        const Mount* const mount = router.mounts().find(path);
        if (is_preflight && mount != nullptr && mount->cross_origin)
            return CrossOrigin::preflight(request, router.methods(), limits.preflight_keep);
        return router.mounts().refusal(path, 404, "unknown_route", "there is nothing at " + path);
    }
    std::string allowed = allow_value(match.allowed);
    if (request.method() == Method::options) {
        Response response =
            is_preflight && match.cross_origin != 0
                ? CrossOrigin::preflight(request, match.cross_origin, limits.preflight_keep)
                : Response::empty();
        if (match.cross_origin != 0) CrossOrigin::allow(response);
        return std::move(response).with("Allow", std::move(allowed));
    }
    Response response = router.mounts().refusal(
        path, 405, "method_not_allowed",
        path + " does not take " + std::string(request.method_text()) + ", only " + allowed);
    if (match.cross_origin != 0) CrossOrigin::allow(response);
    return std::move(response).with("Allow", std::move(allowed));
}

}  // namespace

std::optional<Response> Routing::resolve(const Router& router, Request& request,
                                         const Limits& limits) {
    if (request.segments().empty())  // OPTIONS *
        return Response::empty().with("Allow", allow_value(router.methods()));
    const Match match = router.match(request.method(), request.path(), request.segments());
    if (match.route != nullptr) {
        request.route_ = match.route;
        request.parameters_ = match.parameters;
        return std::nullopt;
    }
    return without_route(router, request, match, limits);
}

std::optional<Response> Routing::check_content_type(const Router& router, const Request& request,
                                                    bool has_body) {
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
    return router.mounts().refusal(request.path(), 415, "unsupported_media_type", detail);
}

void Routing::dispatch(const Router& router, Request& request, Exchange& exchange,
                       const Limits& limits) {
    Responder responder{boost::intrusive_ptr<Exchange>(&exchange)};
    if (request.route() == nullptr) {
        if (auto answer = resolve(router, request, limits))
            return responder.send(std::move(*answer));
    }
    if (auto refusal = check_content_type(router, request, !request.body().empty()))
        return responder.send(std::move(*refusal));
    // The responder goes with the call: when the handler throws, it is destroyed and answers 500.
    try {
        request.route()->handler(request, std::move(responder));
    } catch (const std::exception& failure) {
        exchange.failed(failure);
    }
}

}  // namespace sluice::http
