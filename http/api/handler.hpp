#pragma once

#include <utility>

#include "engine/engine.hpp"
#include "http/server/request.hpp"
#include "http/server/response.hpp"

namespace sluice::http {

/// Binds the engine to handlers that are coroutines: `with(list_flows)` goes into a line of the
/// route table. They take the engine by reference because it outlives the server and all of them.
[[nodiscard]] inline auto handlers_of(Engine& engine) {
    return [&engine](task<Response> (*handler)(Engine&, Request)) {
        return [&engine, handler](Request request) { return handler(engine, std::move(request)); };
    };
}

}  // namespace sluice::http
