#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "engine/async/task.hpp"
#include "engine/async/timer_queue.hpp"
#include "engine/model/error.hpp"
#include "engine/model/limits.hpp"
#include "http/server/counters.hpp"
#include "http/server/router.hpp"
#include "http/server/server_options.hpp"

namespace sluice {
class scope;
}

namespace sluice::http {

/// An HTTP/1.1 server (RFC 9110, RFC 9112) on the loop: keep-alive, pipelining, chunked bodies, 100
/// Continue, limits and timeouts on everything that a peer does. Loop thread only.
///
///     Server server(loop, timers, clock, router, limits);
///     const auto port = server.listen("127.0.0.1", 8080);   // or 0: the system chooses
///     ...
///     co_await server.stop(clock.steady() + 10s);
class Server {
  public:
    /// `loop`, `timers`, `clock` and `router` outlive the server; `limits` and `options` are
    /// copied.
    Server(asio::io_context& loop, timer_queue& timers, const Clock& clock, const Router& router,
           const Limits& limits, ServerOptions options = {});
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    /// Closes what is still open. Handlers that are coroutines must have ended: `stop` first.
    ~Server();

    /// Listens on an IP address ("localhost" is 127.0.0.1) and returns the port. `router` serves
    /// this listener in place of the server's own. Refused with `invalid_address`,
    /// `address_in_use`, `address_denied`, `address_unavailable` or `listen_failed`.
    result<std::uint16_t> listen(std::string_view host, std::uint16_t port);
    result<std::uint16_t> listen(std::string_view host, std::uint16_t port, const Router& router);

    /// Stops listening, closes idle connections and WebSockets (these with 1001), and lets requests
    /// that are being read or handled finish until `deadline`; then ends them. Returns when all is
    /// over. Call it once.
    task<void> stop(SteadyTime deadline);

    [[nodiscard]] const Counters& counters() const;
    /// Where coroutines of handlers run.
    [[nodiscard]] scope& coroutines();

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace sluice::http
