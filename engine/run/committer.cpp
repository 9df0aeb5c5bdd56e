#include "engine/run/committer.hpp"

#include <algorithm>
#include <utility>

namespace sluice {
namespace {

constexpr std::chrono::milliseconds retry_delay{500};

}  // namespace

Committer::Committer(Executor executor, const Clock& clock, timer_queue& timers, Journal& journal,
                     Entries& entries, Committed committed, GroupEnded group_ended)
    : executor_(executor),
      clock_(clock),
      timers_(timers),
      journal_(journal),
      entries_(entries),
      on_committed_(std::move(committed)),
      on_group_ended_(std::move(group_ended)) {}

Committer::~Committer() {
    if (retry_) timers_.cancel(*retry_);
}

void Committer::mark_dirty(LiveExecution& execution) {
    if (execution.dirty) return;
    execution.dirty = true;
    dirty_.push_back(&execution);
    schedule_hand_over();
}

void Committer::forget(LiveExecution& execution) {
    if (execution.dirty) std::erase(dirty_, &execution);
    execution.dirty = false;
    if (dirty_.empty()) dirty_bytes_ = 0;
    for (auto* list : {&in_flight_, &finishing_})
        std::replace(list->begin(), list->end(), &execution, static_cast<LiveExecution*>(nullptr));
}

void Committer::schedule_hand_over() {
    if (scheduled_ || under_way_ || retry_) return;
    scheduled_ = true;
    // Posted: it runs after everything that this turn of the loop has still to do.
    asio::post(executor_, [this, alive = std::weak_ptr<int>(alive_)] {
        if (alive.expired()) return;
        scheduled_ = false;
        hand_over();
    });
}

void Committer::hand_over() {
    if (under_way_ || retry_ || (dirty_.empty() && !entries_.has_changes())) return;
    under_way_ = true;
    std::swap(in_flight_, dirty_);
    in_flight_bytes_ = std::exchange(dirty_bytes_, 0);
    std::vector<Append> group = std::move(spare_);
    group.resize(in_flight_.size());
    for (std::size_t at = 0; at < group.size(); ++at) fill(group[at], *in_flight_[at]);
    if (entries_.has_changes()) group.emplace_back().entries = entries_.take();
    journal_.commit(std::move(group),
                    [this, alive = std::weak_ptr<int>(alive_)](const std::optional<Error>& error,
                                                               std::vector<Append> written) {
                        if (!alive.expired()) committed(error, std::move(written));
                    });
}

void Committer::fill(Append& append, LiveExecution& execution) {
    // One that is never written is in the group only to be told when its entries are on disk.
    const bool kept = execution.program->settings().durability != Durability::none;
    append.execution = kept ? execution.id : Uuid{};
    append.begins = kept && !execution.begun_in_journal;
    append.flow = execution.program->identity().flow_number;
    append.revision = execution.program->identity().revision_number;
    append.created = execution.created;
    append.status = execution.state.status();
    append.ended = execution.ended;
    append.first_sequence = execution.handed_over + 1;
    append.last_sequence = execution.last_sequence;
    execution.artifact_bytes_in_flight = execution.tail.artifact_bytes();
    append.artifacts = execution.tail.take_artifacts();
    append.chunk = execution.tail.take(std::move(append.chunk));
    append.holds_opened = execution.holds.take_opened();
    append.holds_closed = execution.holds.take_closed();
    append.signals_taken = std::exchange(execution.signals_taken, {});
    if (append.begins) {
        append.start_key = execution.start_key;
        append.start_key_until = execution.start_key_until;
    }
    append.chain = execution.chain;
    execution.handed_over = execution.last_sequence;
    execution.dirty = false;
}

void Committer::put_back(LiveExecution& execution, Append& append) {
    execution.handed_over = append.first_sequence - 1;
    execution.tail.put_back(append.chunk, std::move(append.artifacts));
    execution.holds.put_back(std::move(append.holds_opened), std::move(append.holds_closed));
    execution.signals_taken.insert(execution.signals_taken.begin(), append.signals_taken.begin(),
                                   append.signals_taken.end());
    mark_dirty(execution);
}

void Committer::committed(const std::optional<Error>& error, std::vector<Append> group) {
    under_way_ = false;
    finishing_ = std::move(in_flight_);
    in_flight_.clear();
    failure_ = error;
    const std::size_t bytes = std::exchange(in_flight_bytes_, 0);
    if (error) {
        dirty_bytes_ += bytes;
        failed_at_ = clock_.steady();
        retry_later();
        entries_.group_failed();
    } else {
        entries_.group_written();
    }
    for (std::size_t at = 0; at < finishing_.size(); ++at) {
        if (finishing_[at] == nullptr) continue;
        LiveExecution& execution = *finishing_[at];
        execution.artifact_bytes_in_flight = 0;
        if (error) {
            put_back(execution, group[at]);
        } else {
            execution.begun_in_journal = group[at].has_execution();
            execution.committed = group[at].last_sequence;
            execution.chain = group[at].chain;
            for (const auto& use : group[at].artifacts) {
                if (!use.key) continue;
                use.artifact->key = *use.key;
                use.artifact->stored = true;
            }
        }
    }
    // Values must not stay for the memory of the group.
    for (auto& append : group) append.artifacts.clear();
    group.resize(finishing_.size());
    if (!error) {
        ++groups_;
        hand_over();  // the journal works on the next group while this one's waiters go on
    }
    for (std::size_t at = 0; at < finishing_.size(); ++at)
        if (finishing_[at] != nullptr) on_committed_(*finishing_[at], error, group[at]);
    const bool executions = !finishing_.empty();
    finishing_.clear();
    if (spare_.empty()) spare_ = std::move(group);
    if (!dirty_.empty() || entries_.has_changes()) schedule_hand_over();
    on_group_ended_(error, executions);
}

std::optional<Error> Committer::recent_failure() const {
    if (failure_ && clock_.steady() < failed_at_ + failure_memory) return failure_;
    return failure();
}

void Committer::retry_later() {
    if (retry_) return;
    retry_ = timers_.add(clock_.steady() + retry_delay, [this] {
        retry_.reset();
        hand_over();
    });
}

}  // namespace sluice
