#include "http/client/failure.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sluice::http {
namespace {

constexpr std::array<std::string_view, 5> transient{"http_resolve_failed", "http_connect_failed",
                                                    "http_timeout", "http_connection_lost",
                                                    "http_client_busy"};

}  // namespace

NodeFailure failure(std::string_view code, std::string message, Object details) {
    const bool retryable = std::find(transient.begin(), transient.end(), code) != transient.end();
    Value place = details.empty() ? Value(nullptr) : Value(std::move(details));
    return NodeFailure({std::string(code), std::move(message), std::move(place), retryable});
}

void rethrow_cancellation(const error_code& error) {
    if (error == asio::error::operation_aborted) throw system_error(error);
}

}  // namespace sluice::http
