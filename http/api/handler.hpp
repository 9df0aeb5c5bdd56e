#pragma once

#include <utility>

#include "engine/engine.hpp"
#include "http/api/error_response.hpp"
#include "http/server/request.hpp"
#include "http/server/response.hpp"

namespace sluice::http {

/// How an API tells errors: problem+json here, its own form in a dialect.
using ErrorForm = Response (*)(const Error&);

/// What `work` answers; an `ErrorException` out of it is answered as the error that it carries.
[[nodiscard]] inline task<Response> answer_errors(task<Response> work,
                                                  ErrorForm form = error_response) {
    try {
        co_return co_await std::move(work);
    } catch (const ErrorException& error) {
        co_return form(error.error());
    }
}

/// Binds the engine to handlers that are coroutines: `with(list_flows)` goes into a line of the
/// route table. They take the engine by reference because it outlives the server and all of them.
[[nodiscard]] inline auto handlers_of(Engine& engine, ErrorForm form = error_response) {
    return [&engine, form](task<Response> (*handler)(Engine&, Request)) {
        return [&engine, form, handler](Request request) {
            return answer_errors(handler(engine, std::move(request)), form);
        };
    };
}

}  // namespace sluice::http
