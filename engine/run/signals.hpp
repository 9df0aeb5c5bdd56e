#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "engine/model/event.hpp"
#include "engine/run/records.hpp"

namespace sluice {

/// The correlation key in the details of a hold for a signal; empty when there is none.
[[nodiscard]] std::string signal_key(const Value& details);

/// Signals on this side of the store: those that came early, and which executions in memory wait
/// for one. Each signal resolves one hold, the oldest that waits; each hold takes one signal. State
/// only; loop thread only.
class Signals {
  public:
    struct Waiter {
        Uuid execution;
        RunNumber run = 0;
    };

    /// A run of an execution in memory waits.
    void wait(const std::string& name, const std::string& key, Waiter waiter);
    /// It waits no longer, or its execution leaves memory.
    void forget(const std::string& name, const std::string& key, const Waiter& waiter);
    /// Who has waited longest in memory.
    [[nodiscard]] std::optional<Waiter> waiter(const std::string& name,
                                               const std::string& key) const;

    /// A signal that is on disk and that nobody waits for.
    void keep(KeptSignal signal);
    /// The oldest kept signal that has not expired at `now`; it is kept no longer.
    [[nodiscard]] std::optional<KeptSignal> take(const std::string& name, const std::string& key,
                                                 WallTime now);
    [[nodiscard]] std::size_t kept() const { return kept_count_; }
    void drop_expired(WallTime now);

  private:
    using Address = std::pair<std::string, std::string>;  // name, key
    std::map<Address, std::deque<Waiter>> waiters_;
    std::map<Address, std::deque<KeptSignal>> kept_;
    std::size_t kept_count_ = 0;
};

}  // namespace sluice
