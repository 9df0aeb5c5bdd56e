#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/model/artifact.hpp"
#include "engine/model/event.hpp"
#include "engine/model/value.hpp"
#include "engine/run/plan.hpp"

namespace sluice {

/// Counts the frames of an execution in the order of their beginning, from 1. 0 is the flow itself.
using FrameNumber = std::uint32_t;
inline constexpr FrameNumber flow_frame = 0;

/// What one node left behind in one frame.
struct NodeData {
    std::optional<Value> output;
    std::shared_ptr<Artifact> artifact;  ///< in the place of `output`
    std::optional<Value> error_input;    ///< the error that led to it over an `error` edge
    RunNumber output_run = 0;
};

/// One run of a block: an iteration, a branch, a handler. The flow itself runs in one, too.
struct Frame {
    explicit Frame(const Topology& source)
        : topology(&source), plan(source), nodes(source.size()) {}

    const Topology* topology;
    Plan plan;
    std::vector<NodeData> nodes;
    FrameNumber number = flow_frame;
    FrameNumber parent = flow_frame;  ///< where the composite node runs
    RunNumber owner = 0;              ///< the composite's run; meaningless for the flow itself
    BlockIndex block = flow_block;
    std::uint32_t iteration = 0;  ///< of its composite, from 0
    std::uint32_t active = 0;     ///< runs in it
    std::optional<NodeIndex> last_end;
    Value error = nullptr;      ///< why it fails; null while it does not
    bool cancelled = false;     ///< a run in it was cancelled
    bool kept = false;          ///< something in it, or in a frame within it, may have to be undone
    bool cleanup = false;       ///< it runs, or is part of what runs, while its execution is ending
    Value index = nullptr;      ///< what the root `index` is; null where it is the parent's
    std::optional<Value> item;  ///< of a loop: the result of the iteration before
    std::shared_ptr<Artifact> item_artifact;  ///< in its place

    [[nodiscard]] NodeData& data(NodeIndex node) { return nodes[node - topology->first()]; }
    [[nodiscard]] const NodeData& data(NodeIndex node) const {
        return nodes[node - topology->first()];
    }
    [[nodiscard]] bool failing() const { return !error.is_null(); }
};

/// How a frame ended.
enum class FrameStatus : std::uint8_t { open, succeeded, failed, cancelled };

struct FrameEnd {
    FrameStatus status = FrameStatus::open;
    BlockIndex block = flow_block;
    Value value = nullptr;               ///< the result, or the error
    std::shared_ptr<Artifact> artifact;  ///< in the place of a result
};

/// A run that succeeded and that is undone when its execution does not succeed.
struct Compensation {
    enum class Status : std::uint8_t { wanted, running, done, failed };

    NodeIndex node = 0;
    RunNumber run = 0;
    FrameNumber frame = flow_frame;  ///< in which it ran; kept
    Status status = Status::wanted;
    Value error = nullptr;  ///< failed
};

/// A composite node that is under way.
struct CompositeRun {
    RunNumber run = 0;
    NodeIndex node = 0;
    FrameNumber frame = flow_frame;  ///< in which it runs
    Value parameters;
    std::vector<FrameNumber> open;     ///< frames that have not ended
    std::vector<FrameEnd> ends;        ///< of all frames, by iteration
    std::vector<std::uint32_t> order;  ///< iterations as they ended
    std::uint32_t succeeded = 0;       ///< of these
    std::uint32_t failed = 0;
    std::optional<std::uint32_t> first_failed;
    FrameNumber last = flow_frame;  ///< of a loop: the frame that ended last, kept to be read
    Value closing = nullptr;        ///< the error that it ends with when its frames have ended
    bool changed = false;           ///< stands in the queue of those to be looked at
    bool stopping = false;          ///< what runs in its frames is being cancelled

    [[nodiscard]] std::uint32_t begun() const { return static_cast<std::uint32_t>(ends.size()); }
};

}  // namespace sluice
