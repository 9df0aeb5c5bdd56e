#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/run/records.hpp"
#include "store/statement_cache.hpp"

namespace sluice::store {

/// What a pass of pruning does, in this order.
enum PruneStage : int {
    prune_by_rule = 0,   ///< flow by flow, what is too old or too many
    prune_by_quota = 1,  ///< the oldest of all flows, while the store is too large
    prune_keys = 2,      ///< start keys, early signals and entries whose time is over
    prune_space = 3,     ///< free pages go back to the file system
};

/// The executions that one step of a pass deletes.
struct PruneSelection {
    std::vector<std::int64_t> executions;  ///< their numbers
    std::optional<PruneCursor> next;       ///< after them; none: the writer's stages come
    std::optional<WallTime> due;           ///< as PruneReport::due
};

/// Finds what a step of pruning deletes, on the reader's thread, so that the writer only deletes.
/// Executions of a flow and a status are walked in the order of their beginning, by the index
/// `executions_by_flow`: no execution has ended before it began, so the walk stops at the first
/// that began too late to be of age. Throws SQLite::Exception.
class PruneReader {
  public:
    explicit PruneReader(StatementCache& statements) : statements_(statements) {}

    PruneSelection select(const PruneRequest& request);

  private:
    struct Step;
    void select_by_rule(Step& step);
    bool select_of_flow(Step& step, std::int64_t flow, const RetentionRule& rule);
    bool select_of_status(Step& step, const RetentionRule& rule);
    void select_execution(Step& step, std::int64_t number);
    void select_by_quota(Step& step);
    std::int64_t surplus_of(std::int64_t flow, std::uint64_t count);
    bool above_quota(std::uint64_t max_bytes);

    StatementCache& statements_;
};

}  // namespace sluice::store
