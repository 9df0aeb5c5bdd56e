#include "http/client/connection_pool.hpp"

#include <utility>

#include "http/client/failure.hpp"

namespace sluice::http {

/// A request in the queue, on its coroutine's frame. Leaving before the turn comes gives up the
/// place; leaving between the grant and the wake-up gives the slot to the next.
struct ConnectionPool::Waiter {
    Waiter(ConnectionPool& owner, const PoolKey& wanted, PoolState::Ticket number)
        : pool(owner), key(wanted), ticket(number) {
        pool.waiters_.emplace(ticket, this);
    }
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;
    ~Waiter() {
        if (served) {
            if (lease.connection() != nullptr) lease.give_back();
            return;
        }
        pool.waiters_.erase(ticket);
        pool.state_.abandon(key, ticket);
    }

    ConnectionPool& pool;
    const PoolKey& key;
    PoolState::Ticket ticket;
    gate turn;
    bool served = false;
    Lease lease;
};

ConnectionPool::Lease::Lease(ConnectionPool& pool, PoolKey key,
                             std::unique_ptr<Connection> connection)
    : pool_(&pool), key_(std::move(key)), connection_(std::move(connection)) {}

ConnectionPool::Lease::Lease(Lease&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)),
      key_(std::move(other.key_)),
      connection_(std::move(other.connection_)) {}

ConnectionPool::Lease& ConnectionPool::Lease::operator=(Lease&& other) noexcept {
    std::swap(pool_, other.pool_);
    std::swap(key_, other.key_);
    std::swap(connection_, other.connection_);
    return *this;
}

ConnectionPool::Lease::~Lease() {
    if (pool_ == nullptr) return;
    connection_.reset();
    pool_->drop(key_);
}

void ConnectionPool::Lease::give_back() {
    std::exchange(pool_, nullptr)->give_back(key_, std::move(connection_));
}

ConnectionPool::ConnectionPool(const Clock& clock, timer_queue& timers, PoolLimits limits)
    : clock_(clock), timers_(timers), state_(limits) {}

ConnectionPool::~ConnectionPool() {
    if (expiry_) timers_.cancel(*expiry_);
}

task<ConnectionPool::Lease> ConnectionPool::acquire(PoolKey key) {
    const auto ticket = next_number_++;
    const auto acquired = state_.acquire(key, ticket);
    if (acquired.evicted) take(*acquired.evicted);
    switch (acquired.answer) {
        case PoolState::Answer::refuse:
            throw failure("http_client_busy", "too many requests wait for a connection");
        case PoolState::Answer::open:
            co_return Lease(*this, std::move(key), nullptr);
        case PoolState::Answer::reuse: {
            auto connection = take(acquired.connection);
            if (connection->is_stale()) connection.reset();
            co_return Lease(*this, std::move(key), std::move(connection));
        }
        case PoolState::Answer::wait:
            break;
    }
    Waiter waiter(*this, key, ticket);
    co_await waiter.turn.wait();
    if (waiter.lease.connection() != nullptr && waiter.lease.connection()->is_stale())
        waiter.lease.put(nullptr);
    co_return std::move(waiter.lease);
}

void ConnectionPool::close_idle() {
    for (const auto number : state_.drain()) take(number);
    idle_.clear();
    if (expiry_) timers_.cancel(*expiry_);
    expiry_.reset();
}

void ConnectionPool::give_back(const PoolKey& key, std::unique_ptr<Connection> connection) {
    const auto number = next_number_++;
    idle_.emplace(number, std::move(connection));
    const auto released = state_.release(key, number, clock_.steady());
    if (released.evicted) take(*released.evicted);
    serve(released.grant);
    arm();
}

void ConnectionPool::drop(const PoolKey& key) {
    serve(state_.close(key));
}

void ConnectionPool::serve(const std::optional<PoolState::Grant>& grant) {
    if (!grant) return;
    const auto found = waiters_.find(grant->ticket);
    auto& waiter = *found->second;
    waiters_.erase(found);
    waiter.served = true;
    waiter.lease = Lease(*this, waiter.key, grant->connection ? take(*grant->connection) : nullptr);
    waiter.turn.open();
}

std::unique_ptr<Connection> ConnectionPool::take(PoolState::Connection number) {
    const auto found = idle_.find(number);
    auto connection = std::move(found->second);
    idle_.erase(found);
    return connection;
}

void ConnectionPool::arm() {
    // One timer for the connection that is idle longest; none when there is none.
    if (expiry_) return;
    if (const auto due = state_.next_expiry()) expiry_ = timers_.add(*due, [this] { expire(); });
}

void ConnectionPool::expire() {
    expiry_.reset();
    for (const auto number : state_.expire(clock_.steady())) take(number);
    arm();
}

}  // namespace sluice::http
