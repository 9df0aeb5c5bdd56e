#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/async/clock.hpp"
#include "engine/async/gate.hpp"
#include "engine/async/timer_queue.hpp"
#include "engine/model/limits.hpp"
#include "engine/nodes/http_client.hpp"
#include "engine/nodes/http_url.hpp"
#include "http/client/connection_pool.hpp"
#include "http/client/connector.hpp"
#include "http/client/resolver.hpp"

namespace sluice::http {

struct HttpClientOptions {
    Limits limits;              ///< those named `client_*`
    bool deny_private = false;  ///< no requests to private, loopback and reserved addresses ...
    std::vector<std::string> allow;  ///< ... except these (see `AddressPolicy::deny_private`)
    std::string ca_file;  ///< PEM file of authorities that are trusted besides the system's
    ResolverLimits resolver;
    Lookup lookup = system_lookup;
};

/// `HttpClient` on Boost.Beast and OpenSSL: HTTP/1.1 over pooled connections, redirects, one repeat
/// on a connection that turned out to be closed. No cookies, no proxies, no decompression.
///
///     BeastHttpClient client(loop, clock, timers, {.deny_private = true});
///     HttpResponse answer = co_await client.send({.url = "https://example.com/"});
///
/// Loop thread only. Calls belong to their callers: all of them have ended before the client is
/// destroyed (`close` waits for them).
class BeastHttpClient final : public HttpClient {
  public:
    /// The references outlive the client. Throws `ErrorException` with code `invalid_allow_list`
    /// or `invalid_ca_file`.
    BeastHttpClient(asio::io_context& loop, const Clock& clock, timer_queue& timers,
                    HttpClientOptions options = {});

    /// See `HttpClient::send`. `request.timeout` bounds the whole call, the wait for a connection
    /// included.
    task<HttpResponse> send(HttpRequest request) override;

    /// Refuses new calls with `http_client_closed`, closes idle connections and waits for the calls
    /// under way; each is bounded by its own timeout, and whoever is in a hurry cancels them first.
    task<void> close();

    [[nodiscard]] const PoolState& pool() const { return pool_.state(); }

  private:
    struct Progress;

    task<HttpResponse> follow(HttpRequest request, Progress& progress);
    task<HttpResponse> call(const HttpRequest& request, const HttpUrl& url, Progress& progress);

    const Clock& clock_;
    timer_queue& timers_;
    Limits limits_;
    Resolver resolver_;
    Connector connector_;
    ConnectionPool pool_;
    std::size_t calls_ = 0;
    bool closed_ = false;
    gate idle_{true};
};

}  // namespace sluice::http
