#pragma once

#include <string>
#include <string_view>

#include "engine/async/asio.hpp"
#include "engine/model/error.hpp"

namespace sluice::http {

/// The failure of a call, ready to be thrown: `code` as listed at `HttpClient::send`. The codes of
/// passing trouble (names, connections, time) are retryable.
[[nodiscard]] NodeFailure failure(std::string_view code, std::string message, Object details = {});

/// Throws the cancellation on if that is what `error` is; else returns.
void rethrow_cancellation(const error_code& error);

}  // namespace sluice::http
