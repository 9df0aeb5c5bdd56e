#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "tests/simulation/process.hpp"

namespace sluice::testing {

/// Those who use the engine, and remember what it acknowledged to them across its lives. Each call
/// is a coroutine in the process's `clients`; it is cut off with the process, and then nothing was
/// acknowledged.
class People {
  public:
    People(std::uint64_t seed, Durable& durable) : seed_(seed), durable_(durable) {}

    void start(Process& process, int n, std::int64_t flow, Value input);
    void decide(Process& process, const HoldRecord& hold, bool repeatable, Chance& chance);
    void signal(Process& process, const std::string& key, Chance& chance);
    void cancel(Process& process, const Uuid& id, bool kill);
    void pause(Process& process, const Uuid& id);
    void resume(Process& process, const Uuid& id);
    void settle_interrupt(Process& process, const HoldRecord& hold, Chance& chance);

    [[nodiscard]] const std::map<int, Uuid>& started() const { return started_; }
    /// What was acknowledged must be on disk.
    void check() const;
    void forget_calls() { asking_.clear(); }  ///< the process has ended

  private:
    using Work = task<void> (People::*)(Process*, Uuid);

    task<void> do_start(Process* process, int n, std::int64_t flow, Value input);
    task<void> do_decide(Process* process, Uuid id, RunNumber run, Decision decision);
    task<void> do_signal(Process* process, std::string key, std::int64_t number,
                         std::optional<Milliseconds> keep);
    task<void> do_cancel(Process* process, Uuid id, bool kill);
    task<void> do_pause(Process* process, Uuid id, bool resume);
    task<void> do_settle_interrupt(Process* process, Uuid id, RunNumber run, OnInterrupt how);
    static task<void> bear(task<void> call);

    std::uint64_t seed_;
    Durable& durable_;
    std::map<int, Uuid> started_;
    std::set<int> asking_;  // starts under way
    std::map<std::pair<Uuid, RunNumber>, std::string> decided_;
    std::int64_t last_signal_ = 0;
    std::map<std::int64_t, Uuid> received_;
    std::set<Uuid> cancelled_;
};

}  // namespace sluice::testing
