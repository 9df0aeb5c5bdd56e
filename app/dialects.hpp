#pragma once

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "app/configuration.hpp"
#include "engine/engine.hpp"
#include "http/server/counters.hpp"
#include "http/server/router.hpp"
#include "http/server/server.hpp"

namespace sluice::app {

/// Teaches an engine the definitions and node types of every dialect: whoever reads flows needs
/// them, also without a server.
void add_dialects(Engine& engine);

/// A listener that speaks one dialect at its root, as that API's clients expect it.
struct DialectListener {
    std::string dialect;
    Endpoint endpoint;
};

/// Reads `--dialect NAME` and `--dialect NAME=HOST:PORT`. Where no address is given, the variable
/// of the dialect's own server says it (`BIND_ADDRESS` of flowengine), else that server's port on
/// loopback. Error `invalid_dialect`.
[[nodiscard]] result<std::vector<DialectListener>> dialect_listeners(
    const std::vector<std::string>& asked);

/// The log level that the variable of a dialect's own server asks for (`RUST_LOG` of flowengine);
/// empty when it says nothing.
[[nodiscard]] std::string dialect_log_level(const std::vector<std::string>& asked);

/// The dialects of one server: each under its name on the main listener, and those that were asked
/// for at the root of their own.
class Dialects {
  public:
    /// `engine` and `main` outlive this; this outlives the server.
    Dialects(Engine& engine, http::Router& main, const std::function<http::Counters()>& counters,
             std::vector<DialectListener> listeners);

    /// Opens the listeners and prints a line for each. Errors as `Server::listen`.
    result<void> listen(http::Server& server);

  private:
    std::vector<DialectListener> listeners_;
    std::deque<http::Router> routers_;  // of the listeners, in their order; addresses stay
};

/// http://HOST:PORT, with brackets around an IPv6 address.
[[nodiscard]] std::string address_of(const std::string& host, std::uint16_t port);

}  // namespace sluice::app
