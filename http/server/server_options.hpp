#pragma once

#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <string>
#include <string_view>

#include "engine/model/identifier.hpp"

namespace sluice::http {

/// One answered request, for the access log. The views are valid during the call only.
struct AccessRecord {
    std::string_view method;  ///< as received; "" when the request could not be read
    std::string_view target;
    std::string_view route;  ///< the route's name; "" when none matched
    std::string_view peer;
    std::string_view request_id;  ///< "" when nobody asked for one
    unsigned status = 0;
    std::size_t response_bytes = 0;
    std::chrono::nanoseconds duration{};  ///< from the complete request to its answer
};

/// Everything about a server that is a choice.
struct ServerOptions {
    /// Called for every answer. Without it nothing is recorded and nothing paid.
    std::function<void(const AccessRecord&)> access_log;
    /// Called when a handler threw and internal_error was answered for it; `route` is its pattern.
    std::function<void(std::string_view route, const std::exception& failure)> failure_log;
    std::string server_name = "sluice";  ///< the Server field; left out when empty
    Random* random = nullptr;  ///< for request ids; the system's when null. Outlives the server.
};

}  // namespace sluice::http
