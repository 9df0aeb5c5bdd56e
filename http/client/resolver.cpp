#include "http/client/resolver.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <optional>
#include <system_error>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <netdb.h>
#include <pthread.h>

#include "http/client/failure.hpp"

namespace sluice::http {
namespace {

namespace ip = asio::ip;

/// What needs no look-up.
std::optional<Addresses> known(const std::string& name) {
    boost::system::error_code error;
    if (const auto address = ip::make_address(name, error); !error) return Addresses{address};
    if (name == "localhost" || name.ends_with(".localhost"))
        return Addresses{ip::address_v4::loopback(), ip::address_v6::loopback()};
    return std::nullopt;
}

ip::address address_of(const addrinfo& found) {
    ip::tcp::endpoint endpoint;
    endpoint.resize(found.ai_addrlen);
    std::memcpy(endpoint.data(), found.ai_addr, found.ai_addrlen);
    return endpoint.address();
}

/// An exception must not end the thread, and with it the process.
result<Addresses> look_up(const Lookup& lookup, const std::string& name) {
    try {
        return lookup(name);
    } catch (const std::exception& error) {
        return Error{"http_resolve_failed", error.what(), nullptr};
    }
}

}  // namespace

result<Addresses> system_lookup(const std::string& name) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    const int status = ::getaddrinfo(name.c_str(), nullptr, &hints, &list);
    if (status != 0) {
        const char* reason =
            status == EAI_SYSTEM ? std::strerror(errno) : ::gai_strerror(status);  // NOLINT
        return Error{"http_resolve_failed", reason, nullptr};
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(list, &::freeaddrinfo);
    Addresses addresses;
    for (const auto* found = list; found != nullptr; found = found->ai_next)
        if (found->ai_family == AF_INET || found->ai_family == AF_INET6)
            addresses.push_back(address_of(*found));
    if (addresses.empty()) return Error{"http_resolve_failed", "it has no address", nullptr};
    return addresses;
}

Resolver::Resolver(Executor executor, const Clock& clock, ResolverLimits limits, Lookup lookup)
    : executor_(std::move(executor)),
      clock_(clock),
      limits_(limits),
      lookup_(std::move(lookup)),
      self_(std::make_shared<Resolver*>(this)) {}

Resolver::~Resolver() {
    *self_ = nullptr;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        names_.clear();
    }
    arrived_.notify_all();
    for (auto& thread : threads_) thread.join();
}

task<Addresses> Resolver::resolve(std::string name) {
    if (auto addresses = known(name)) co_return std::move(*addresses);
    if (const auto cached = cache_.find(name); cached != cache_.end()) {
        if (clock_.steady() < cached->second.expiry) co_return cached->second.addresses;
        cache_.erase(cached);
    }
    auto& shared = pending_[name];
    if (!shared) {
        if (pending_.size() > limits_.pending) {
            pending_.erase(name);
            throw failure("http_resolve_failed",
                          "cannot resolve " + name + ": too many names are being looked up");
        }
        shared = std::make_shared<Pending>(executor_);
        start_lookup(name);
    }
    const std::shared_ptr<Pending> pending = shared;
    while (!pending->done) co_await pending->waiting.wait();
    if (!pending->outcome)
        throw failure("http_resolve_failed",
                      "cannot resolve " + name + ": " + pending->outcome.error().message,
                      {{"host", name}});
    co_return *pending->outcome;
}

void Resolver::prefer(const std::string& name, const asio::ip::address& address) {
    const auto cached = cache_.find(name);
    if (cached == cache_.end()) return;
    auto& addresses = cached->second.addresses;
    const auto found = std::find(addresses.begin(), addresses.end(), address);
    if (found != addresses.end()) std::rotate(addresses.begin(), found, found + 1);
}

void Resolver::start_lookup(const std::string& name) {
    if (threads_.size() < limits_.threads && threads_.size() < pending_.size()) {
        try {
            start_thread();
        } catch (const std::system_error& error) {
            if (threads_.empty()) {
                pending_.erase(name);
                throw failure(
                    "http_resolve_failed",
                    std::string("cannot start a thread to resolve names: ") + error.what());
            }
        }
    }
    {
        const std::lock_guard lock(mutex_);
        names_.push_back(name);
    }
    arrived_.notify_one();
}

void Resolver::start_thread() {
    threads_.emplace_back([this] { work(); });
    ::pthread_setname_np(threads_.back().native_handle(), "sluice-resolve");
}

void Resolver::work() {
    for (;;) {
        std::unique_lock lock(mutex_);
        arrived_.wait(lock, [this] { return stopping_ || !names_.empty(); });
        if (stopping_) return;
        auto name = std::move(names_.front());
        names_.pop_front();
        lock.unlock();
        result<Addresses> outcome = look_up(lookup_, name);
        asio::post(executor_,
                   [self = self_, name = std::move(name), outcome = std::move(outcome)]() mutable {
                       if (*self != nullptr) (*self)->finished(name, std::move(outcome));
                   });
    }
}

void Resolver::finished(const std::string& name, result<Addresses> outcome) {
    const auto found = pending_.find(name);
    const auto pending = std::move(found->second);
    pending_.erase(found);
    if (outcome && outcome->size() > limits_.addresses) outcome->resize(limits_.addresses);
    if (outcome) keep(name, *outcome);
    pending->outcome = std::move(outcome);
    pending->done = true;
    pending->waiting.wake_all();
}

void Resolver::keep(const std::string& name, const Addresses& addresses) {
    if (cache_.size() >= limits_.cached && !cache_.contains(name)) {
        cache_.erase(
            std::min_element(cache_.begin(), cache_.end(), [](const auto& one, const auto& other) {
                return one.second.expiry < other.second.expiry;
            }));
    }
    cache_.insert_or_assign(name, Entry{addresses, clock_.steady() + limits_.time_to_live});
}

}  // namespace sluice::http
