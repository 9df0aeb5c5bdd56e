#include "engine/run/verification.hpp"

#include <algorithm>
#include <utility>

#include "engine/model/timestamp.hpp"
#include "engine/run/event_codec.hpp"

namespace sluice {
namespace {

class Check {
  public:
    Check(const ExecutionRecord& record, const Program* program)
        : record_(record), program_(program) {
        if (program != nullptr) state_.emplace(*program);
    }

    void chunk(const JournalChunk& chunk) {
        const auto next = verdict_.events + 1;
        if (chunk.first_sequence != next) {
            find("sequence_gap",
                 "event " + std::to_string(chunk.first_sequence) + " follows event " +
                     std::to_string(verdict_.events) + "; " + std::to_string(next) + " was to come",
                 chunk.first_sequence);
            state_.reset();  // what follows a gap cannot be folded
        }
        verdict_.events = chunk.first_sequence - 1;
        try {
            for (auto& event : decode_chunk(chunk.chunk, chunk.first_sequence)) {
                verdict_.events = event.sequence;
                follow(std::move(event));
            }
        } catch (const ErrorException& error) {
            find("chunk_unreadable", error.error().message, chunk.first_sequence);
            state_.reset();
        }
    }

    JournalVerdict end() {
        if (verdict_.events == 0)
            find("journal_missing", "the execution has no journal", std::nullopt);
        if (state_ && verdict_.events > 0) compare();
        return std::move(verdict_);
    }

  private:
    void find(std::string code, std::string message, std::optional<std::uint64_t> event) {
        verdict_.findings.push_back({std::move(code), std::move(message), "executions",
                                     record_.id.number(), record_.id, event});
    }

    void follow(Event event) {
        const auto sequence = event.sequence;
        if (event.artifact) refer(event.artifact->key.hash, sequence);
        if ((sequence == 1) != (event.kind == EventKind::execution_started))
            find("event_misplaced", std::string(to_word(event.kind)) + " stands where it cannot",
                 sequence);
        if (sequence == 1 && event.at != record_.created)
            find("column_differs",
                 "created_ms says " + to_rfc3339(record_.created) + ", the journal " +
                     to_rfc3339(event.at),
                 sequence);
        if (event.kind == EventKind::execution_ended) ended_ = event.at;
        if (!state_) return;
        if (event.node != no_node && event.node >= program_->graph().nodes.size()) {
            find("event_misplaced",
                 "it speaks of node " + std::to_string(event.node) + ", which the flow has not",
                 sequence);
            state_.reset();
            return;
        }
        try {
            state_->apply(std::move(event));
        } catch (const ErrorException& error) {
            find("event_misplaced", error.error().message, sequence);
            state_.reset();
        }
    }

    void refer(const ContentHash& hash, std::uint64_t sequence) {
        auto& known = verdict_.artifacts;
        if (std::none_of(known.begin(), known.end(),
                         [&](const auto& reference) { return reference.hash == hash; }))
            known.push_back({hash, sequence});
    }

    void compare() {
        verdict_.folded = true;
        verdict_.ended = state_->ended();
        verdict_.holds = expected_holds(*state_);
        if (state_->status() != record_.status)
            find("column_differs",
                 "status says " + std::string(to_word(record_.status)) + ", the journal " +
                     std::string(to_word(state_->status())),
                 verdict_.events);
        if (record_.ended != ended_)
            find("column_differs",
                 "ended_ms says " + (record_.ended ? to_rfc3339(*record_.ended) : "nothing") +
                     ", the journal " + (ended_ ? to_rfc3339(*ended_) : "nothing"),
                 verdict_.events);
    }

    const ExecutionRecord& record_;
    const Program* program_;
    std::optional<ExecutionState> state_;
    std::optional<WallTime> ended_;
    JournalVerdict verdict_;
};

}  // namespace

std::vector<ExpectedHold> expected_holds(const ExecutionState& state) {
    std::vector<ExpectedHold> holds;
    if (state.ended()) return holds;
    if (state.queued()) holds.push_back({slot_hold, HoldKind::slot, std::nullopt});
    if (state.paused()) holds.push_back({pause_hold, HoldKind::pause, std::nullopt});
    for (const auto& activation : state.active()) {
        const bool overdue_some_day =
            activation.phase == RunPhase::inside && activation.due != WallTime{};
        if (!activation.parked() && !overdue_some_day) continue;
        const auto kind = overdue_some_day                         ? HoldKind::deadline
                          : activation.phase == RunPhase::retrying ? HoldKind::retry
                                                                   : activation.hold;
        const auto due =
            activation.due == WallTime{} ? std::nullopt : std::optional(activation.due);
        holds.push_back({activation.run, kind, due});
    }
    std::sort(holds.begin(), holds.end());
    return holds;
}

JournalVerdict verify_journal(const ExecutionRecord& record, const Program* program,
                              const std::vector<JournalChunk>& journal) {
    Check check(record, program);
    for (const auto& chunk : journal) check.chunk(chunk);
    return check.end();
}

}  // namespace sluice
