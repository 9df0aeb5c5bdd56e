#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "engine/model/retention_rule.hpp"
#include "engine/run/records.hpp"

namespace sluice {

/// What ended executions are kept for.
struct RetentionSettings {
    RetentionRule rule;  ///< of flows whose settings say nothing
    std::uint64_t max_bytes =
        0;  ///< of the whole store; above 9/10 of it the oldest go; 0: no quota
};

/// When the store is to be pruned: a state machine without I/O. It is told what ended and what a
/// pass found, and answers when the next pass is due; while nothing ended and nothing comes of age
/// there is none, so that an idle process stays asleep.
///
/// What comes of age within the same hundredth of its age (a second to an hour) goes in one pass.
class Retention {
  public:
    explicit Retention(RetentionSettings settings) : settings_(settings) {}

    /// The process begins: what came of age meanwhile is due at once.
    void begin(WallTime now) { consider(now); }
    /// An execution of `flow`, whose own rule is `own`, has ended.
    void ended(WallTime now, std::int64_t flow, const RetentionRule& own);
    /// The store has no space: what may go, goes now.
    void store_full(WallTime now);

    /// When the next pass is to begin; none when there is nothing to wait for.
    [[nodiscard]] std::optional<WallTime> due() const { return due_; }

    /// A pass begins. `flows` are the rules of flows that have one of their own.
    [[nodiscard]] PruneRequest begin_pass(WallTime now,
                                          std::map<std::int64_t, RetentionRule> flows);
    /// A step of the pass has been done.
    void step_done(const PruneReport& report);
    /// The pass could not be finished: it is tried again later.
    void pass_failed(WallTime now);

    /// `own`, completed by the server's rule.
    [[nodiscard]] RetentionRule completed(const RetentionRule& own) const;

  private:
    void consider(WallTime at);

    RetentionSettings settings_;
    std::optional<WallTime> due_;
    std::optional<WallTime> last_pass_;
    std::map<std::int64_t, std::uint64_t> ended_of_;  // since the last pass, of flows with a count
    std::uint64_t ended_ = 0;                         // since the last pass
    Milliseconds patience_{0};                        // of the pass under way
};

}  // namespace sluice
