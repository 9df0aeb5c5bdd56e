#pragma once

#include <chrono>

#include "http/server/method.hpp"
#include "http/server/response.hpp"

namespace sluice::http {

class Request;

/// The server's side of the CORS protocol (Fetch standard, "HTTP extensions"), with one policy: any
/// origin, without credentials.
struct CrossOrigin {
    /// Lets pages of any origin read this answer, unless its handler has said who may.
    static void allow(Response& response);

    /// True for the question that a browser asks before it sends a request that is not simple.
    [[nodiscard]] static bool is_preflight(const Request& request);

    /// Its answer: `methods` may be used, and the header fields that the question names. The
    /// browser may rely on it for so long.
    [[nodiscard]] static Response preflight(const Request& request, MethodSet methods,
                                            std::chrono::seconds keep);
};

}  // namespace sluice::http
