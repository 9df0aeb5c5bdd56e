#include "http/client/connector.hpp"

#include <cstddef>
#include <utility>

#include "engine/async/deadline.hpp"
#include "http/client/failure.hpp"

namespace sluice::http {
namespace {

/// `socket` outlives the call.
task<void> connect_to(Socket& socket, asio::ip::tcp::endpoint endpoint) {
    co_await socket.async_connect(endpoint, use_task);
    socket.set_option(asio::ip::tcp::no_delay(true));
}

std::string place_of(const PoolKey& key) {
    return key.host + " port " + std::to_string(key.port);
}

}  // namespace

Connector::Connector(Executor executor, const Clock& clock, timer_queue& timers, Resolver& resolver,
                     Options options)
    : executor_(std::move(executor)),
      clock_(clock),
      timers_(timers),
      resolver_(resolver),
      options_(std::move(options)) {
    if (!options_.ca_file.empty()) tls_ = make_tls_context(options_.ca_file);
}

task<std::unique_ptr<Connection>> Connector::open(PoolKey key) {
    Addresses addresses = co_await resolver_.resolve(key.host);
    std::erase_if(addresses, [this, &key](const asio::ip::address& address) {
        return !options_.policy.allows(key.host, address);
    });
    if (addresses.empty())
        throw failure("http_address_denied",
                      key.host +
                          " is a private or reserved address: name it in the allow-list to "
                          "permit requests to it",
                      {{"host", key.host}});
    const SteadyTime due = clock_.steady() + options_.timeout;
    const std::string place = place_of(key);
    try {
        Socket socket = co_await connect(key, std::move(addresses), due);
        if (!key.secure) co_return plain_connection(std::move(socket));
        co_return co_await with_deadline(
            timers_, due, tls_connection(std::move(socket), tls(), key.host, key.verify));
    } catch (const system_error& error) {
        if (error.code() != asio::error::timed_out) throw;
    }
    throw failure("http_connect_failed", "cannot connect to " + place + ": it takes too long",
                  {{"host", key.host}, {"port", key.port}});
}

task<Socket> Connector::connect(PoolKey key, Addresses addresses, SteadyTime due) {
    Array attempts;
    std::string last;
    for (std::size_t at = 0; at < addresses.size(); ++at) {
        const auto& address = addresses[at];
        // An address that does not answer leaves the others their share of the time.
        const SteadyTime now = clock_.steady();
        const auto share = (due - now) / static_cast<SteadyTime::rep>(addresses.size() - at);
        error_code error;
        try {
            Socket socket(executor_);
            co_await with_deadline(timers_, now + share, connect_to(socket, {address, key.port}));
            if (at != 0) resolver_.prefer(key.host, address);
            co_return std::move(socket);
        } catch (const system_error& problem) {
            if (is_cancellation(problem)) throw;
            error = problem.code();
        }
        last = error.message();
        attempts.push_back(Object{{"address", address.to_string()}, {"reason", last}});
    }
    throw failure("http_connect_failed", "cannot connect to " + place_of(key) + ": " + last,
                  {{"host", key.host}, {"port", key.port}, {"attempts", std::move(attempts)}});
}

std::shared_ptr<asio::ssl::context> Connector::tls() {
    if (!tls_) tls_ = make_tls_context({});
    return tls_;
}

}  // namespace sluice::http
