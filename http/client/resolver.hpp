#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "engine/async/clock.hpp"
#include "engine/async/task.hpp"
#include "engine/async/wait_list.hpp"
#include "engine/model/error.hpp"

namespace sluice::http {

/// The addresses of a name, the best first; never empty.
using Addresses = std::vector<asio::ip::address>;

/// Looks a name up, blocking. Called on the resolver's threads, from several at once. The error's
/// message completes "cannot resolve NAME: ".
using Lookup = std::function<result<Addresses>(const std::string& name)>;

/// `getaddrinfo` in the order that the system prefers (RFC 6724).
[[nodiscard]] result<Addresses> system_lookup(const std::string& name);

struct ResolverLimits {
    std::size_t threads = 2;
    std::size_t cached = 1'024;   ///< names; when there are more, the oldest is forgotten
    std::size_t pending = 1'024;  ///< names being looked up; more are refused
    Milliseconds time_to_live{30'000};
    std::size_t addresses = 16;  ///< kept of one name
};

/// Names to addresses without blocking the loop: look-ups run on a few threads that are started
/// when the first is needed, answers are kept for a while, and requests for one name at one time
/// share one look-up. Addresses written as numbers, and `localhost` (RFC 6761 §6.3), need neither.
/// Failures are not kept.
///
/// Loop thread only. No coroutine may wait any more when it is destroyed. The destructor joins the
/// threads, and so waits for look-ups under way (the system's resolver cannot be interrupted; its
/// own time-outs bound it).
class Resolver {
  public:
    Resolver(Executor executor, const Clock& clock, ResolverLimits limits = {},
             Lookup lookup = system_lookup);
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;
    ~Resolver();

    /// Throws `NodeFailure` with code `http_resolve_failed`. A cancelled wait leaves the look-up to
    /// the others.
    task<Addresses> resolve(std::string name);

    /// Moves `address` to the front of what is kept for `name`: it worked when others did not.
    void prefer(const std::string& name, const asio::ip::address& address);

    [[nodiscard]] std::size_t cached() const { return cache_.size(); }

  private:
    struct Entry {
        Addresses addresses;
        SteadyTime expiry;
    };
    struct Pending {
        explicit Pending(const Executor& executor) : work(executor) {}

        asio::executor_work_guard<Executor> work;  // the loop does not end before the answer
        wait_list waiting;
        bool done = false;
        result<Addresses> outcome = Addresses{};
    };

    void start_lookup(const std::string& name);
    void start_thread();
    void work();
    void finished(const std::string& name, result<Addresses> outcome);
    void keep(const std::string& name, const Addresses& addresses);

    Executor executor_;
    const Clock& clock_;
    ResolverLimits limits_;
    Lookup lookup_;
    std::unordered_map<std::string, Entry> cache_;
    std::unordered_map<std::string, std::shared_ptr<Pending>> pending_;
    std::shared_ptr<Resolver*> self_;  // what answers that come after the destructor find empty

    std::mutex mutex_;  // guards the two below
    std::deque<std::string> names_;
    bool stopping_ = false;
    std::condition_variable arrived_;
    std::vector<std::thread> threads_;
};

}  // namespace sluice::http
