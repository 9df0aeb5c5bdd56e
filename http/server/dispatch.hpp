#pragma once

#include <optional>

#include "engine/model/limits.hpp"
#include "http/server/request.hpp"
#include "http/server/responder.hpp"
#include "http/server/router.hpp"

namespace sluice::http {

/// The way from a request to its handler. Pure but for what the handler does.
class Routing {
  public:
    /// Looks the request up and fills in its route and parameters. Returns the answer when there is
    /// nothing to handle: unknown_route, method_not_allowed, or an automatic OPTIONS, a preflight
    /// included.
    [[nodiscard]] static std::optional<Response> resolve(const Router& router, Request& request,
                                                         const Limits& limits);

    /// Refuses a body of a type that the route does not take; the route must be resolved.
    [[nodiscard]] static std::optional<Response> check_content_type(const Router& router,
                                                                    const Request& request,
                                                                    bool has_body);

    /// Both, and then the handler. What it throws is answered with internal_error.
    static void dispatch(const Router& router, Request& request, Exchange& exchange,
                         const Limits& limits);
};

}  // namespace sluice::http
