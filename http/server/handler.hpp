#pragma once

#include <functional>
#include <type_traits>
#include <utility>

#include "http/server/request.hpp"
#include "http/server/responder.hpp"

namespace sluice::http {

/// What answers the requests of a route. Two forms convert to it:
///
///     [](Request& request, Responder responder) { ... }        // the fast one
///     [](Request request) -> task<Response> { ... }            // the comfortable one
///
/// The first is called straight from the connection's read, without a coroutine; the request is
/// valid until it returns, the responder as long as it is kept. The second runs in the server's
/// scope on a request of its own. An exception out of either is answered with internal_error. The
/// callable lives as long as the router, so a coroutine lambda may capture.
class Handler {
  public:
    template <typename Function>
        requires std::is_invocable_r_v<void, Function&, Request&, Responder>
    Handler(Function function) : function_(std::move(function)) {}  // NOLINT: converts on purpose

    template <typename Function>
        requires std::is_invocable_r_v<task<Response>, Function&, Request>
    Handler(Function function)  // NOLINT: converts on purpose
        : function_(
              [function = std::move(function)](Request& request, Responder responder) mutable {
                  responder.run(function(request.own()));
              }) {}

    void operator()(Request& request, Responder responder) const {
        function_(request, std::move(responder));
    }

  private:
    std::function<void(Request&, Responder)> function_;
};

}  // namespace sluice::http
