#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/async/task.hpp"
#include "engine/async/timer_queue.hpp"
#include "engine/run/entries.hpp"
#include "engine/run/journal.hpp"
#include "engine/run/live_execution.hpp"

namespace sluice {

/// Group commit, the loop's half: gathers the executions that have new events and hands all their
/// tails to the journal once per turn of the loop, and only when the journal is idle, so that the
/// next group forms while the last one syncs (design.md §8). No delay timer.
///
/// A group takes all executions that are dirty and all entries that have changed, in one turn: who
/// has seen a change is dirty after it, so no group holds what came of a change without the change
/// itself, or the group before holds it. One group is under way at a time, and one that failed is
/// gathered anew.
class Committer {
  public:
    /// What follows a commit; called on the loop thread for each execution of the group, in order.
    /// With an error nothing of the execution's tail was written; the tail is kept and will be
    /// handed over again.
    using Committed =
        std::function<void(LiveExecution&, const std::optional<Error>&, const Append&)>;
    /// Called after that, once a group; `executions` says whether it had any.
    using GroupEnded = std::function<void(const std::optional<Error>&, bool executions)>;

    Committer(Executor executor, const Clock& clock, timer_queue& timers, Journal& journal,
              Entries& entries, Committed committed, GroupEnded group_ended);
    ~Committer();
    Committer(const Committer&) = delete;
    Committer& operator=(const Committer&) = delete;

    /// The execution has events that are to be committed. It must live until they are.
    void mark_dirty(LiveExecution& execution);
    /// Entries have changed.
    void entries_changed() { schedule_hand_over(); }
    /// The execution goes away without a further commit. Costs a search of the group: for
    /// executions that were refused, not for those that ended.
    void forget(LiveExecution& execution);

    /// Executions whose events wait for a commit: what `Limits::queue_rows` bounds.
    [[nodiscard]] std::size_t waiting_rows() const { return dirty_.size() + in_flight_.size(); }
    /// A start brings so many bytes, which wait for a commit from now on.
    void add_bytes(std::size_t bytes) { dirty_bytes_ += bytes; }
    /// Bytes that starts have brought and that wait: what `Limits::queue_bytes` bounds.
    [[nodiscard]] std::size_t waiting_bytes() const { return dirty_bytes_ + in_flight_bytes_; }
    [[nodiscard]] bool idle() const {
        return dirty_.empty() && !under_way_ && !entries_.has_changes();
    }
    /// Why the newest group could not be written, as long as events wait to be tried again: what
    /// begins now would fail too.
    [[nodiscard]] std::optional<Error> failure() const {
        return retry_ || !idle() ? failure_ : std::nullopt;
    }
    /// The same, or what the newest group failed with within the last `failure_memory`.
    [[nodiscard]] std::optional<Error> recent_failure() const;
    static constexpr std::chrono::seconds failure_memory{5};
    /// Groups written so far.
    [[nodiscard]] std::uint64_t groups() const { return groups_; }

  private:
    void schedule_hand_over();
    void hand_over();
    void fill(Append& append, LiveExecution& execution);
    void put_back(LiveExecution& execution, Append& append);
    void committed(const std::optional<Error>& error, std::vector<Append> group);
    void retry_later();

    Executor executor_;
    const Clock& clock_;
    timer_queue& timers_;
    Journal& journal_;
    Entries& entries_;
    Committed on_committed_;
    GroupEnded on_group_ended_;
    std::vector<LiveExecution*> dirty_;
    std::vector<LiveExecution*> in_flight_;
    std::size_t dirty_bytes_ = 0;            // of their starts
    std::size_t in_flight_bytes_ = 0;        // the same
    std::vector<LiveExecution*> finishing_;  // committed, their waiters are being told
    std::vector<Append> spare_;              // the last group, for its memory
    std::optional<timer_queue::Handle> retry_;
    std::optional<Error> failure_;  // of the newest group
    SteadyTime failed_at_;
    std::shared_ptr<int> alive_ =
        std::make_shared<int>(0);  // posted work must not outlive the committer
    bool scheduled_ = false;
    bool under_way_ = false;  // the journal has a group
    std::uint64_t groups_ = 0;
};

}  // namespace sluice
