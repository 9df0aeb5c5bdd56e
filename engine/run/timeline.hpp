#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/model/event.hpp"
#include "engine/run/execution_state.hpp"
#include "engine/run/program.hpp"
#include "engine/run/records.hpp"

namespace sluice {

/// One attempt of one node, as people see it.
struct NodeRun {
    NodeIndex node = 0;
    RunNumber run = 0;
    std::uint32_t attempt = 1;
    std::uint32_t iteration = 0;  ///< how often this node had run before in this execution
    std::string path;             ///< with the composite nodes around it: `each[3].fetch`
    NodeRunStatus status = NodeRunStatus::running;
    std::optional<WallTime> started;  ///< none for a node that was never reached
    std::optional<WallTime> ended;
    std::optional<WallTime> due;  ///< waiting and retrying
    std::string outcome;
    Value output;
    std::shared_ptr<Artifact> output_artifact = nullptr;  ///< in the place of `output`
    Value error;
};

/// An execution's journal as what people ask for: its state and its node runs.
class Timeline {
  public:
    /// Folds a journal. `program` is the revision that it was written under, and outlives the
    /// timeline. Throws `ErrorException` `journal_corrupt`.
    Timeline(const Program& program, const std::vector<JournalChunk>& journal);

    [[nodiscard]] const ExecutionState& state() const { return state_; }
    /// In the order in which they began; nodes that will never run come last, as skipped.
    [[nodiscard]] const std::vector<NodeRun>& runs() const { return runs_; }

  private:
    void note(const Event& event);
    NodeRun& run_of(const Event& event);
    [[nodiscard]] std::string path_of(FrameNumber frame, NodeIndex node) const;

    const Graph& graph_;
    ExecutionState state_;
    std::vector<NodeRun> runs_;
    std::unordered_map<RunNumber, std::size_t> newest_;  // the place of a run's newest attempt
    std::vector<std::uint32_t> iterations_;              // by node
};

/// All events of a journal, in order.
[[nodiscard]] std::vector<Event> decode_journal(const std::vector<JournalChunk>& journal);

}  // namespace sluice
