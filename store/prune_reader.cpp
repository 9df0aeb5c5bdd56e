#include "store/prune_reader.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "engine/model/execution.hpp"
#include "store/flow_row.hpp"

namespace sluice::store {
namespace {

// Rows looked at in one step: a reader's turn must be short.
constexpr std::size_t rows_a_step = 5'000;
// Of artifacts: freeing their pages keeps the writer busy.
constexpr std::uint64_t artifact_bytes_a_step = 64u << 20;
constexpr int first_ended = static_cast<int>(ExecutionStatus::succeeded);
constexpr int last_ended = static_cast<int>(ExecutionStatus::timed_out);

std::int64_t bounded(std::uint64_t count) {
    constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    return static_cast<std::int64_t>(std::min(count, most));
}

}  // namespace

struct PruneReader::Step {
    const PruneRequest& request;
    PruneCursor at;
    PruneSelection selection = {};
    std::size_t rows = 0;
    std::uint64_t artifact_bytes = 0;

    [[nodiscard]] bool full() const {
        return selection.executions.size() >= request.limit || rows >= rows_a_step ||
               artifact_bytes >= artifact_bytes_a_step;
    }
    void due(WallTime time) {
        selection.due = selection.due ? std::min(*selection.due, time) : time;
    }
};

PruneSelection PruneReader::select(const PruneRequest& request) {
    Step step{request, request.from.value_or(PruneCursor{})};
    if (step.at.stage == prune_by_rule) select_by_rule(step);
    if (step.at.stage == prune_by_quota && !step.full()) select_by_quota(step);
    step.selection.next = step.at;
    return std::move(step.selection);
}

void PruneReader::select_by_rule(Step& step) {
    std::vector<std::int64_t> flows;
    {
        // 0 is the flow of executions whose program is in no store.
        const auto select = statements_.use(
            "SELECT 0 AS number WHERE ?1 <= 0 UNION ALL "
            "SELECT number FROM flows WHERE number >= ?1 ORDER BY number");
        select->bind(1, step.at.flow);
        while (select->executeStep()) flows.push_back(select->getColumn(0).getInt64());
    }
    for (const auto flow : flows) {
        const auto& rule = step.request.rule_of(flow);
        if (rule.limits() && !select_of_flow(step, flow, rule)) return;
    }
    step.at = {prune_by_quota, 0, 0, 0, 0};
}

/// False when the step is full; `step.at` says where it goes on.
bool PruneReader::select_of_flow(Step& step, std::int64_t flow, const RetentionRule& rule) {
    const bool begun = step.at.flow == flow && step.at.status != 0;
    if (!begun)
        step.at = {prune_by_rule, flow, first_ended, 0,
                   rule.count ? surplus_of(flow, *rule.count) : 0};
    for (;;) {
        if (!select_of_status(step, rule)) return false;
        if (step.at.status == last_ended) break;
        ++step.at.status;
        step.at.number = 0;
    }
    step.at = {prune_by_rule, flow + 1, 0, 0, 0};
    return true;
}

bool PruneReader::select_of_status(Step& step, const RetentionRule& rule) {
    const auto select = statements_.use(
        "SELECT number, created_ms, ended_ms FROM executions INDEXED BY executions_by_flow "
        "WHERE flow = ?1 AND status = ?2 AND number > ?3 ORDER BY number");
    select->bind(1, step.at.flow);
    select->bind(2, step.at.status);
    select->bind(3, step.at.number);
    while (select->executeStep()) {
        if (step.full()) return false;
        ++step.rows;
        const auto number = select->getColumn(0).getInt64();
        const auto created = time_from(select->getColumn(1).getInt64());
        const auto ended =
            select->getColumn(2).isNull() ? created : time_from(select->getColumn(2).getInt64());
        const bool old = rule.age && ended + *rule.age <= step.request.now;
        if (old || number <= step.at.surplus) {
            select_execution(step, number);
        } else if (rule.age) {
            const bool too_new = created + *rule.age > step.request.now;
            step.due((too_new ? created : ended) + *rule.age);
            if (too_new && number >= step.at.surplus) break;
        } else {
            break;
        }
        step.at.number = number;
    }
    return true;
}

void PruneReader::select_execution(Step& step, std::int64_t number) {
    step.selection.executions.push_back(number);
    const auto sum = statements_.use(
        "SELECT total(a.bytes) FROM artifact_uses u JOIN artifacts a ON a.number = u.artifact "
        "WHERE u.execution = ?");
    sum->bind(1, number);
    if (sum->executeStep())
        step.artifact_bytes += static_cast<std::uint64_t>(sum->getColumn(0).getDouble());
}

/// The highest number of an ended execution of `flow` that is not among the newest `count`.
std::int64_t PruneReader::surplus_of(std::int64_t flow, std::uint64_t count) {
    const auto select = statements_.use(
        "SELECT number FROM executions INDEXED BY executions_by_flow WHERE flow = ?1 AND "
        "status BETWEEN 4 AND 7 ORDER BY number DESC LIMIT 1 OFFSET ?2");
    select->bind(1, flow);
    select->bind(2, bounded(count));
    return select->executeStep() ? select->getColumn(0).getInt64() : 0;
}

bool PruneReader::above_quota(std::uint64_t max_bytes) {
    const auto pragma = [&](const char* sql) {
        const auto select = statements_.use(sql);
        select->executeStep();
        return static_cast<std::uint64_t>(select->getColumn(0).getInt64());
    };
    const auto used = (pragma("PRAGMA page_count") - pragma("PRAGMA freelist_count")) *
                      pragma("PRAGMA page_size");
    return used > max_bytes / 10 * 9;
}

void PruneReader::select_by_quota(Step& step) {
    if (step.request.max_bytes > 0 && above_quota(step.request.max_bytes)) {
        const auto select = statements_.use(
            "SELECT number, ended_ms FROM executions WHERE number > ?1 ORDER BY number");
        select->bind(1, step.at.number);
        while (select->executeStep()) {
            if (step.full()) return;
            ++step.rows;
            step.at.number = select->getColumn(0).getInt64();
            if (!select->getColumn(1).isNull()) select_execution(step, step.at.number);
        }
        // All that has ended is in this step, or gone.
    }
    step.at = {prune_keys, 0, 0, 0, 0};
}

}  // namespace sluice::store
