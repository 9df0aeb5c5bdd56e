#include "http/client/client.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

#include <boost/beast/http/error.hpp>

#include "engine/async/deadline.hpp"
#include "engine/model/duration.hpp"
#include "engine/nodes/http_fields.hpp"
#include "http/client/failure.hpp"
#include "http/client/redirect.hpp"
#include "http/client/request_head.hpp"

namespace sluice::http {

/// What a call is doing, to say so when its time is over.
struct BeastHttpClient::Progress {
    std::string_view step = "waiting for a connection to";
    std::string place;
};

namespace {

constexpr std::chrono::milliseconds longest_timeout = std::chrono::days(1);

AddressPolicy policy_of(const HttpClientOptions& options) {
    if (!options.deny_private) return {};
    return AddressPolicy::deny_private(options.allow).value();
}

HttpUrl url_of(const HttpRequest& request) {
    auto url = parse_http_url(request.url);
    if (!url) throw failure("http_invalid_url", url.error().message);
    return std::move(*url);
}

/// Methods whose repetition changes nothing (RFC 9110 §9.2.2).
bool is_idempotent(std::string_view method) {
    constexpr std::array<std::string_view, 6> methods{"GET",    "HEAD",    "PUT",
                                                      "DELETE", "OPTIONS", "TRACE"};
    return std::find(methods.begin(), methods.end(), method) != methods.end();
}

NodeFailure exchange_failure(const error_code& problem, const std::string& place,
                             std::size_t most_bytes) {
    using boost::beast::http::error;
    Object details{{"url", place}};
    if (problem == error::body_limit)
        return failure("http_response_too_large",
                       "the answer of " + place + " is larger than " + std::to_string(most_bytes) +
                           " bytes: raise `max_response_bytes` to read it",
                       std::move(details));
    if (problem == error::header_limit || problem == error::buffer_overflow)
        return failure("http_response_too_large",
                       "the header of the answer of " + place + " is larger than the client reads",
                       std::move(details));
    const bool is_syntax = problem.category() == make_error_code(error::bad_version).category() &&
                           problem != error::end_of_stream && problem != error::partial_message;
    if (is_syntax)
        return failure("http_invalid_response",
                       "the answer of " + place + " is not HTTP/1.1: " + problem.message(),
                       std::move(details));
    return failure(
        "http_connection_lost",
        "the connection to " + place + " ended before the whole answer came: " + problem.message(),
        std::move(details));
}

/// Counts a call for as long as it lives.
class Counted {
  public:
    Counted(std::size_t& calls, gate& idle) : calls_(calls), idle_(idle) {
        ++calls_;
        idle_.close();
    }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    ~Counted() {
        if (--calls_ == 0) idle_.open();
    }

  private:
    std::size_t& calls_;
    gate& idle_;
};

}  // namespace

BeastHttpClient::BeastHttpClient(asio::io_context& loop, const Clock& clock, timer_queue& timers,
                                 HttpClientOptions options)
    : clock_(clock),
      timers_(timers),
      limits_(options.limits),
      resolver_(loop.get_executor(), clock, options.resolver, std::move(options.lookup)),
      connector_(loop.get_executor(), clock, timers, resolver_,
                 {options.limits.client_connect_timeout, policy_of(options), options.ca_file}),
      pool_(clock, timers,
            {.connections_a_host = options.limits.client_connections_a_host,
             .connections = options.limits.client_connections,
             .waiting = options.limits.client_waiting,
             .idle_timeout = options.limits.client_idle_timeout}) {}

task<HttpResponse> BeastHttpClient::send(HttpRequest request) {
    if (closed_) throw failure("http_client_closed", "the HTTP client is shutting down");
    const Counted counted(calls_, idle_);
    const auto timeout = std::clamp(request.timeout, std::chrono::milliseconds(0), longest_timeout);
    Progress progress;
    try {
        co_return co_await with_deadline(timers_, clock_.steady() + timeout,
                                         follow(std::move(request), progress));
    } catch (const system_error& error) {
        if (error.code() != asio::error::timed_out) throw;
    }
    throw failure("http_timeout",
                  "no whole answer within " + format_duration(timeout) + ", the time went into " +
                      std::string(progress.step) + ' ' + progress.place,
                  {{"url", progress.place}, {"timeout_ms", timeout.count()}});
}

task<HttpResponse> BeastHttpClient::follow(HttpRequest request, Progress& progress) {
    HttpUrl url = url_of(request);
    for (std::size_t redirects = 0;; ++redirects) {
        progress.place = url.without_query();
        HttpResponse response = co_await call(request, url, progress);
        const std::string* location = nullptr;
        if (request.max_redirects != 0 && is_redirect(response.status))
            location = find_http_header(response.headers, "location");
        if (location == nullptr) {
            response.url = url.to_string();
            co_return std::move(response);
        }
        if (redirects == request.max_redirects)
            throw failure("http_too_many_redirects",
                          "more than " + std::to_string(redirects) + " redirects, the last at " +
                              progress.place,
                          {{"url", progress.place}});
        auto next = resolve_http_url(url, *location);
        if (!next)
            throw failure(
                "http_invalid_response",
                "the redirect at " + progress.place + " leads nowhere: " + next.error().message,
                {{"url", progress.place}});
        follow_redirect(request, response.status, url, *next);
        url = std::move(*next);
    }
}

task<HttpResponse> BeastHttpClient::call(const HttpRequest& request, const HttpUrl& url,
                                         Progress& progress) {
    const std::string head = request_head(request, url);
    const PoolKey key{url.secure, request.verify_tls || !url.secure, url.host, url.port};
    progress.step = "waiting for a free connection to";
    ConnectionPool::Lease lease = co_await pool_.acquire(key);
    bool reused = lease.connection() != nullptr;
    for (;;) {
        if (lease.connection() == nullptr) {
            progress.step = "connecting to";
            lease.put(co_await connector_.open(key));
        }
        progress.step = "waiting for the answer of";
        ExchangeOutcome outcome =
            co_await lease.connection()->run({.head = head,
                                              .body = request.body,
                                              .is_head = request.method == "HEAD",
                                              .max_header_bytes = limits_.client_header_bytes,
                                              .max_body_bytes = request.max_response_bytes});
        if (!outcome.error) {
            if (outcome.keep_alive) lease.give_back();
            co_return std::move(outcome.response);
        }
        // The server may have closed an idle connection just when it was taken (RFC 9112 §9.3.1).
        const bool untouched = outcome.sent == 0 || is_idempotent(request.method);
        if (!reused || outcome.answered || !untouched)
            throw exchange_failure(outcome.error, progress.place, request.max_response_bytes);
        reused = false;
        lease.put(nullptr);
    }
}

task<void> BeastHttpClient::close() {
    closed_ = true;
    pool_.close_idle();
    co_await idle_.wait();
    pool_.close_idle();
}

}  // namespace sluice::http
