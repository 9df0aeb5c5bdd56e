#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/async/clock.hpp"
#include "engine/async/task.hpp"
#include "engine/async/timer_queue.hpp"
#include "http/client/address_policy.hpp"
#include "http/client/connection.hpp"
#include "http/client/pool_state.hpp"
#include "http/client/resolver.hpp"

namespace sluice::http {

/// Opens connections: name to addresses, the policy's word on each, then one address after the
/// other until one answers, then TLS.
class Connector {
  public:
    struct Options {
        Milliseconds timeout{10'000};  ///< for one connection, TLS included, the name not
        AddressPolicy policy;
        std::string ca_file;
    };

    /// Reads `ca_file` at once, so that a wrong one is known at start; the system's authorities are
    /// read when the first https connection needs them. The references outlive the connector.
    Connector(Executor executor, const Clock& clock, timer_queue& timers, Resolver& resolver,
              Options options);

    /// Throws `NodeFailure` with code `http_resolve_failed`, `http_address_denied`,
    /// `http_connect_failed` or `http_tls_failed`.
    task<std::unique_ptr<Connection>> open(PoolKey key);

  private:
    task<Socket> connect(PoolKey key, Addresses addresses, SteadyTime due);
    std::shared_ptr<asio::ssl::context> tls();

    Executor executor_;
    const Clock& clock_;
    timer_queue& timers_;
    Resolver& resolver_;
    Options options_;
    std::shared_ptr<asio::ssl::context> tls_;
};

}  // namespace sluice::http
