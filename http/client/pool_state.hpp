#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/async/clock.hpp"

namespace sluice::http {

/// What makes two connections interchangeable.
struct PoolKey {
    bool secure = false;
    bool verify = true;  ///< a connection whose certificate nobody checked serves nobody who cares
    std::string host;
    std::uint16_t port = 80;

    bool operator==(const PoolKey&) const = default;
};

struct PoolKeyHash {
    std::size_t operator()(const PoolKey& key) const noexcept {
        return std::hash<std::string>{}(key.host) ^
               (static_cast<std::size_t>(key.port) << 2 |
                static_cast<std::size_t>(key.secure) << 1 | static_cast<std::size_t>(key.verify));
    }
};

struct PoolLimits {
    std::size_t connections_a_host = 1'024;  ///< in use and idle; further requests wait their turn
    std::size_t connections = 8'192;         ///< of all hosts together; the same
    std::size_t waiting = 100'000;           ///< requests that wait; more are refused
    Milliseconds idle_timeout{30'000};       ///< a connection idle for longer is closed
};

/// The rules of a connection pool, as a state machine without I/O: it knows connections by numbers
/// that the driver gives out, and requests by their tickets. A *slot* is the right to have one
/// connection; whoever holds one owes the pool exactly one `release` or `close`.
///
/// A request is served from the newest idle connection (so that surplus ones age and are closed),
/// else by a free slot, else it waits. Requests that wait for one key are served first come, first
/// served; when the limit of all hosts is what they wait for, the longest waiting goes first. No
/// connection is idle while somebody waits who could have its slot.
class PoolState {
  public:
    using Connection = std::uint64_t;
    using Ticket = std::uint64_t;  ///< each request's is greater than those before

    explicit PoolState(PoolLimits limits) : limits_(limits) {}

    enum class Answer : unsigned char {
        reuse,   ///< use `connection`; the slot is yours
        open,    ///< open a connection of your own; the slot is yours
        wait,    ///< a `Grant` with your ticket comes later, or you `abandon` it
        refuse,  ///< too many requests wait
    };
    struct Acquired {
        Answer answer = Answer::refuse;
        Connection connection = 0;
        std::optional<Connection> evicted;  ///< idle connection of another host: close it now
    };
    [[nodiscard]] Acquired acquire(const PoolKey& key, Ticket ticket);

    /// Hands a slot to a waiting request: with a connection to use, or with the right to open one.
    struct Grant {
        Ticket ticket = 0;
        std::optional<Connection> connection;
    };
    struct Released {
        std::optional<Grant> grant;
        std::optional<Connection> evicted;  ///< close it now
    };
    /// The slot's connection can serve another request: one that waits, else it is idle from now
    /// on.
    [[nodiscard]] Released release(const PoolKey& key, Connection connection, SteadyTime now);
    /// The slot's connection is closed, or was never opened.
    [[nodiscard]] std::optional<Grant> close(const PoolKey& key);
    /// The request no longer waits. Without effect on a ticket that does not wait.
    void abandon(const PoolKey& key, Ticket ticket);

    /// When the longest idle connection is to be closed; nullopt when none is idle.
    [[nodiscard]] std::optional<SteadyTime> next_expiry() const;
    /// Forgets the connections that have been idle for too long at `now`: close them.
    [[nodiscard]] std::vector<Connection> expire(SteadyTime now);
    /// Forgets all idle connections: close them.
    [[nodiscard]] std::vector<Connection> drain();

    /// Slots taken: connections in use and idle ones.
    [[nodiscard]] std::size_t size() const { return slots_; }
    [[nodiscard]] std::size_t idle() const { return idle_.size(); }
    [[nodiscard]] std::size_t waiting() const { return waiting_; }

  private:
    struct Host;
    struct Idle {
        Connection connection;
        Host* host;
        SteadyTime expiry;
    };
    using IdleList = std::list<Idle>;  // of all hosts, longest idle first
    struct Host {
        PoolKey key;
        std::size_t slots = 0;
        std::deque<IdleList::iterator> idle;  // longest idle first
        std::set<Ticket> waiting;
        std::optional<Ticket> ready;  // its entry in `ready_`
    };

    /// Forgets the longest idle connection of all; its slot is free.
    Connection evict();
    void take_slot(Host& host);
    void free_slot(Host& host);
    std::optional<Grant> grant_slot();
    Ticket take_waiter(Host& host);
    void update_ready(Host& host);
    void forget_unused(Host& host);

    PoolLimits limits_;
    std::unordered_map<PoolKey, Host, PoolKeyHash> hosts_;
    IdleList idle_;
    std::size_t slots_ = 0;
    std::size_t waiting_ = 0;
    // The hosts that could use a slot (somebody waits, and their own limit is not reached), by the
    // ticket that waits longest.
    std::map<Ticket, Host*> ready_;
};

}  // namespace sluice::http
