#include "http/client/pool_state.hpp"

#include <stdexcept>

namespace sluice::http {

PoolState::Acquired PoolState::acquire(const PoolKey& key, Ticket ticket) {
    auto& host = hosts_[key];
    if (host.slots == 0 && host.waiting.empty()) host.key = key;

    if (!host.idle.empty()) {
        const auto newest = host.idle.back();
        host.idle.pop_back();
        const Acquired answer{Answer::reuse, newest->connection, std::nullopt};
        idle_.erase(newest);
        return answer;
    }
    if (host.slots < limits_.connections_a_host) {
        if (slots_ < limits_.connections) {
            take_slot(host);
            return {Answer::open, 0, std::nullopt};
        }
        if (!idle_.empty()) {
            // Not of this host: it has no idle ones.
            const Acquired answer{Answer::open, 0, evict()};
            take_slot(host);
            return answer;
        }
    }
    if (waiting_ >= limits_.waiting) {
        forget_unused(host);
        return {};
    }
    host.waiting.insert(ticket);
    ++waiting_;
    update_ready(host);
    return {Answer::wait, 0, std::nullopt};
}

PoolState::Released PoolState::release(const PoolKey& key, Connection connection, SteadyTime now) {
    auto& host = hosts_.at(key);
    if (!host.waiting.empty()) return {Grant{take_waiter(host), connection}, std::nullopt};

    host.idle.push_back(idle_.insert(idle_.end(), {connection, &host, now + limits_.idle_timeout}));
    if (ready_.empty()) return {};
    const auto evicted = evict();
    return {grant_slot(), evicted};
}

std::optional<PoolState::Grant> PoolState::close(const PoolKey& key) {
    auto& host = hosts_.at(key);
    free_slot(host);
    return grant_slot();
}

void PoolState::abandon(const PoolKey& key, Ticket ticket) {
    const auto found = hosts_.find(key);
    if (found == hosts_.end() || found->second.waiting.erase(ticket) == 0) return;
    --waiting_;
    update_ready(found->second);
    forget_unused(found->second);
}

std::optional<SteadyTime> PoolState::next_expiry() const {
    if (idle_.empty()) return std::nullopt;
    return idle_.front().expiry;
}

std::vector<PoolState::Connection> PoolState::expire(SteadyTime now) {
    std::vector<Connection> expired;
    while (!idle_.empty() && idle_.front().expiry <= now) expired.push_back(evict());
    return expired;
}

std::vector<PoolState::Connection> PoolState::drain() {
    std::vector<Connection> drained;
    while (!idle_.empty()) drained.push_back(evict());
    return drained;
}

PoolState::Connection PoolState::evict() {
    const auto oldest = idle_.front();
    idle_.pop_front();
    oldest.host->idle.pop_front();  // in the same order
    free_slot(*oldest.host);
    return oldest.connection;
}

void PoolState::take_slot(Host& host) {
    ++host.slots;
    ++slots_;
    update_ready(host);
}

void PoolState::free_slot(Host& host) {
    if (host.slots == 0) throw std::logic_error("a slot of the connection pool was freed twice");
    --host.slots;
    --slots_;
    update_ready(host);
    forget_unused(host);
}

std::optional<PoolState::Grant> PoolState::grant_slot() {
    if (ready_.empty() || slots_ >= limits_.connections) return std::nullopt;
    auto& host = *ready_.begin()->second;
    take_slot(host);
    return Grant{take_waiter(host), std::nullopt};
}

PoolState::Ticket PoolState::take_waiter(Host& host) {
    const auto ticket = *host.waiting.begin();
    host.waiting.erase(host.waiting.begin());
    --waiting_;
    update_ready(host);
    return ticket;
}

void PoolState::update_ready(Host& host) {
    std::optional<Ticket> first;
    if (!host.waiting.empty() && host.slots < limits_.connections_a_host)
        first = *host.waiting.begin();
    if (first == host.ready) return;
    if (host.ready) ready_.erase(*host.ready);
    if (first) ready_.emplace(*first, &host);
    host.ready = first;
}

void PoolState::forget_unused(Host& host) {
    if (host.slots == 0 && host.waiting.empty()) hosts_.erase(PoolKey(host.key));
}

}  // namespace sluice::http
