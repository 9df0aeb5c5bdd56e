#pragma once

#include <deque>
#include <string>
#include <vector>

#include "engine/model/error.hpp"
#include "engine/model/event.hpp"
#include "engine/run/program.hpp"

namespace sluice {

/// How a run of a node ended in an earlier execution.
struct ReusedEnd {
    bool failed = false;
    std::string outcome;
    Value data;                                    ///< output, or the error
    std::shared_ptr<Artifact> artifact = nullptr;  ///< in the place of `data`
};

/// What a retried execution takes over from the one before: of each node, the ends of its runs in
/// their order. A run for which there is an end here does not run, but ends so at once.
using Reuse = std::vector<std::deque<ReusedEnd>>;

/// From where an ended execution is run again.
struct RetryFrom {
    enum class Where { start, failed, node };
    Where where = Where::failed;
    std::string node;  ///< with Where::node: it and all that follows it run again
};

/// What can be reused of a journal: nothing from the start; all that succeeded, or failed along an
/// `error` edge, from the failed nodes; the same, but for the node and what can be reached from it,
/// from a node. Error `node_not_found`.
[[nodiscard]] result<Reuse> plan_reuse(const Program& program, const std::vector<Event>& journal,
                                       const RetryFrom& from);

}  // namespace sluice
