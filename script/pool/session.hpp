#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "engine/async/scope.hpp"
#include "engine/async/timer_queue.hpp"
#include "engine/nodes/script_runner.hpp"
#include "script/pool/host.hpp"
#include "script/pool/pool.hpp"

namespace sluice::script {

/// One run on one host, shared with the answers to its calls.
struct ScriptPool::Session {
    std::shared_ptr<Host> host;  ///< nullptr once the run is over
    std::shared_ptr<ScriptWorld> world;
    std::chrono::milliseconds timeout{0};
    std::map<std::uint32_t, scope::Handle> calls;  ///< those that are under way
    std::uint32_t last_call = 0;
    bool heard = false;  ///< the host has said something
    bool late = false;   ///< the host was ended by the deadline
};

/// A place among the hosts that may be busy.
class ScriptPool::Place {
  public:
    explicit Place(ScriptPool& pool) : pool_(pool) { ++pool_.busy_; }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() {
        --pool_.busy_;
        pool_.places_.wake_one();
    }

  private:
    ScriptPool& pool_;
};

/// A host that is in use: ended at once when it is not given back.
class ScriptPool::Lease {
  public:
    Lease(ScriptPool& pool, std::shared_ptr<Host> host) : pool_(pool), host_(std::move(host)) {}
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() {
        if (host_ != nullptr) pool_.retire(std::move(host_));
    }

    [[nodiscard]] const std::shared_ptr<Host>& host() const { return host_; }
    [[nodiscard]] std::shared_ptr<Host> release() { return std::move(host_); }

  private:
    ScriptPool& pool_;
    std::shared_ptr<Host> host_;
};

}  // namespace sluice::script
