#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "engine/async/task.hpp"

namespace sluice {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

/// One outgoing request, complete: the client adds only Host, Content-Length and User-Agent.
struct HttpRequest {
    std::string method = "GET";
    std::string url = {};  ///< absolute, http or https
    HttpHeaders headers = {};
    std::string body = {};
    std::chrono::milliseconds timeout{
        30'000};  ///< for the whole call: the wait for a connection, redirects and the answer
    std::size_t max_response_bytes = 16u << 20;
    std::size_t max_redirects = 10;  ///< 0 hands a 3xx answer to the caller
    bool verify_tls = true;
};

struct HttpResponse {
    unsigned status = 0;
    HttpHeaders headers;  ///< names in lower case, in the order received
    std::string body;
    std::string url;  ///< where the answer came from, after redirects
};

/// How the engine reaches other services. Implemented by http/client, faked by tests.
class HttpClient {
  public:
    virtual ~HttpClient() = default;

    /// Sends the request and reads the whole answer. Any status is an answer. Throws `NodeFailure`
    /// with code `http_invalid_url`, `http_resolve_failed`, `http_connect_failed`,
    /// `http_tls_failed`, `http_timeout`, `http_connection_lost`, `http_response_too_large`,
    /// `http_too_many_redirects`, `http_invalid_request`, `http_invalid_response`,
    /// `http_address_denied`, `http_client_busy` or `http_client_closed`; a cancelled call ends its
    /// connection at once and throws `system_error` with `operation_aborted`.
    virtual task<HttpResponse> send(HttpRequest request) = 0;
};

}  // namespace sluice
