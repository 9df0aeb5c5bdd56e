#pragma once

#include <functional>
#include <map>

#include "engine/async/timer_queue.hpp"
#include "engine/async/wait_list.hpp"
#include "engine/run/records.hpp"
#include "engine/run/retention.hpp"

namespace sluice {

/// Prunes the store when `Retention` says so: in short steps with pauses between them, so that the
/// journal keeps the disk. Loop thread only.
class Pruner {
  public:
    /// The rules of flows that have one of their own, by FlowRecord::number.
    using Rules = std::function<std::map<std::int64_t, RetentionRule>()>;
    /// Told after each pass that deleted or freed something, or failed first.
    struct Passed {
        std::size_t executions = 0;
        std::size_t keys = 0;
        std::size_t entries = 0;
        std::uint64_t freed_bytes = 0;
        std::optional<Error> failure = std::nullopt;
    };
    using Report = std::function<void(const Passed&)>;

    /// Everything outlives the pruner.
    Pruner(Records& records, const Clock& clock, timer_queue& timers, RetentionSettings settings,
           Rules rules, Report report);

    /// An execution has ended; its end is on disk.
    void ended(std::int64_t flow, const RetentionRule& own);
    /// A commit found no space.
    void store_full();

    /// Prunes until it is cancelled.
    task<void> run();

  private:
    template <typename Change>
    void change(Change change);
    task<void> wait_until_due();
    task<void> pass();
    task<void> pause(Milliseconds span);

    Records& records_;
    const Clock& clock_;
    timer_queue& timers_;
    Retention retention_;
    Rules rules_;
    Report report_;
    bool failing_ = false;  // the last pass could not be finished
    wait_list earlier_;     // woken when a pass is due earlier than it was
};

}  // namespace sluice
