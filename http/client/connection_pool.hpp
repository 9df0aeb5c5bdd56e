#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <unordered_map>

#include "engine/async/clock.hpp"
#include "engine/async/gate.hpp"
#include "engine/async/task.hpp"
#include "engine/async/timer_queue.hpp"
#include "http/client/connection.hpp"
#include "http/client/pool_state.hpp"

namespace sluice::http {

/// Does what `PoolState` decides: keeps the idle connections, wakes the requests that wait, closes
/// what has been idle for too long. Loop thread only; outlives its leases.
class ConnectionPool {
  public:
    /// The right to one connection, for as long as the lease lives. The connection closes with it,
    /// unless it was given back.
    class Lease {
      public:
        Lease() = default;
        Lease(Lease&& other) noexcept;
        Lease& operator=(Lease&& other) noexcept;
        ~Lease();

        /// Null when none was idle: open one and `put` it here.
        [[nodiscard]] Connection* connection() const { return connection_.get(); }
        void put(std::unique_ptr<Connection> connection) { connection_ = std::move(connection); }
        /// Gives the connection back for other requests. The lease is empty then.
        void give_back();

      private:
        friend class ConnectionPool;
        Lease(ConnectionPool& pool, PoolKey key, std::unique_ptr<Connection> connection);

        ConnectionPool* pool_ = nullptr;
        PoolKey key_;
        std::unique_ptr<Connection> connection_;
    };

    /// The references outlive the pool.
    ConnectionPool(const Clock& clock, timer_queue& timers, PoolLimits limits);
    ConnectionPool(const ConnectionPool&) = delete;
    ConnectionPool& operator=(const ConnectionPool&) = delete;
    ~ConnectionPool();

    /// An idle connection that still seems alive, else the right to open one, in turn. Throws
    /// `NodeFailure` with code `http_client_busy` when too many wait.
    task<Lease> acquire(PoolKey key);

    /// Closes the idle connections; leases go on.
    void close_idle();

    [[nodiscard]] const PoolState& state() const { return state_; }

  private:
    struct Waiter;

    void give_back(const PoolKey& key, std::unique_ptr<Connection> connection);
    void drop(const PoolKey& key);
    void serve(const std::optional<PoolState::Grant>& grant);
    std::unique_ptr<Connection> take(PoolState::Connection number);
    void arm();
    void expire();

    const Clock& clock_;
    timer_queue& timers_;
    PoolState state_;
    std::unordered_map<PoolState::Connection, std::unique_ptr<Connection>> idle_;
    std::unordered_map<PoolState::Ticket, Waiter*> waiters_;
    std::uint64_t next_number_ = 1;
    std::optional<timer_queue::Handle> expiry_;
};

}  // namespace sluice::http
