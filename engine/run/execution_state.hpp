#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/model/event.hpp"
#include "engine/model/flow.hpp"
#include "engine/run/frame.hpp"

namespace sluice {

class Program;  // engine/run/program.hpp

/// Where one activation of a node stands. `inside` is a composite whose frames run.
enum class RunPhase : std::uint8_t { ready, running, waiting, retrying, inside };

/// A node that is about to run, runs or is parked.
struct Activation {
    RunNumber run = 0;
    NodeIndex node = 0;
    std::uint32_t attempt = 1;
    FrameNumber frame = flow_frame;
    RunPhase phase = RunPhase::ready;
    HoldKind hold = HoldKind::timer;  ///< waiting
    WallTime due;                     ///< waiting, retrying and inside; the epoch: never by itself
    [[nodiscard]] bool parked() const {
        return phase == RunPhase::waiting || phase == RunPhase::retrying;
    }
};

/// A hold that people or signals resolve: what they need to know.
struct OpenHold {
    RunNumber run = 0;
    HoldKind kind = HoldKind::approval;
    WallTime since;
    std::string name;
    Value details;
    Array decisions;  ///< of an approval so far
};

/// Why the execution as a whole stands still.
struct Standstill {
    WallTime since;
    std::string reason;
};

/// For what an accepted execution is queued before its first node.
enum class QueueCause : std::uint8_t {
    concurrency,  ///< a place under its flow's limit
    server,       ///< room among the live executions of this process
    debounce,     ///< the end of the quiet time after it
};
std::string_view to_word(QueueCause cause);

struct Queued : Standstill {
    QueueCause cause = QueueCause::concurrency;
    WallTime due;  ///< of a debounced one: it goes on then
};

/// Throws `ErrorException` `journal_corrupt`.
[[noreturn]] void cannot_follow(const Event& event, const std::string& why);

/// The state of an execution: a fold over its events. Live executions and recovery go through the
/// same `apply`, so what runs after a crash is what would have run without it.
class ExecutionState {
  public:
    /// `program` outlives the state.
    explicit ExecutionState(const Program& program);
    /// Of a flow of these blocks, by BlockIndex, which outlive the state.
    ExecutionState(std::span<const Topology> blocks, const FlowSettings& settings,
                   const Value* vars = nullptr);
    /// Of a flow without composite nodes.
    ExecutionState(const Topology& topology, const FlowSettings& settings)
        : ExecutionState(std::span(&topology, 1), settings) {}

    /// Takes the next event; `event.data` is moved from. Throws `ErrorException` `journal_corrupt`
    /// when the event cannot follow (an end of a run that was never ready).
    void apply(Event&& event);

    [[nodiscard]] ExecutionStatus status() const;
    [[nodiscard]] bool ended() const { return is_finished(final_status_); }
    /// Set while no further node may begin.
    [[nodiscard]] const std::optional<Standstill>& paused() const { return paused_; }
    [[nodiscard]] const std::optional<Queued>& queued() const { return queued_; }
    /// No node begins until it is resumed or admitted. What is ending does not stand still: what puts
    /// things in order begins.
    [[nodiscard]] bool standing_still() const { return !ending_as_ && (paused_ || queued_); }
    /// Counts from 1 how often it has begun; more than once under `OnError::retry` only.
    [[nodiscard]] std::uint32_t attempt() const { return attempt_; }
    /// It is ending by the failure of a node and has attempts left: it is to begin anew.
    [[nodiscard]] bool may_begin_anew() const {
        return node_failed_ && on_error_ == OnError::retry && attempt_ < max_attempts_;
    }
    /// How often it was recovered since it last made progress: since a run or an attempt came to an
    /// end, or a call of code was answered.
    [[nodiscard]] std::uint32_t recoveries() const { return recoveries_; }
    /// Of these, how often alone since the process last outlived that.
    [[nodiscard]] std::uint32_t recoveries_alone() const { return recoveries_alone_; }

    /// What runs, waits or is ready, in the order of activation.
    [[nodiscard]] const std::vector<Activation>& active() const { return active_; }
    [[nodiscard]] const Activation* find(RunNumber run) const;
    /// Runs that are parked on a hold.
    [[nodiscard]] std::uint32_t parked() const { return parked_; }
    /// The hold of a waiting run that is no timer; nullptr when there is none.
    [[nodiscard]] const OpenHold* hold(RunNumber run) const;
    /// The first activation of phase ready that `may_start`, or nullptr.
    template <typename Predicate>
    [[nodiscard]] const Activation* next_ready(Predicate may_start) const {
        if (ready_ == 0) return nullptr;
        for (const auto& activation : active_)
            if (activation.phase == RunPhase::ready && may_start(activation)) return &activation;
        return nullptr;
    }
    /// All paths have come to their end.
    [[nodiscard]] bool exhausted() const { return active_.empty(); }
    /// Of the flow itself.
    [[nodiscard]] const Plan& plan() const { return flow_.plan; }

    // Composite nodes.
    /// A frame that is open, or kept to be read.
    [[nodiscard]] const Frame& frame(FrameNumber number) const {
        return number == flow_frame ? flow_ : *frames_.at(number);
    }
    [[nodiscard]] bool is_open(FrameNumber number) const {
        return number == flow_frame || frames_.contains(number);
    }
    /// Those under way, by run.
    [[nodiscard]] const std::map<RunNumber, CompositeRun>& composites() const {
        return composites_;
    }
    /// nullptr when no such composite is under way.
    [[nodiscard]] const CompositeRun* composite(RunNumber run) const;
    /// Takes the next composite of the queue of those in whose frames something ended.
    [[nodiscard]] std::optional<RunNumber> take_changed();
    /// Puts a composite into that queue.
    void mark_changed(RunNumber run);
    void mark_all_changed();
    /// What runs in the frames of a composite is to be cancelled; what it puts in order at last is
    /// not. No part of the journal: it follows from it.
    void mark_stopping(RunNumber run);
    /// Nothing further is to begin in this frame.
    [[nodiscard]] bool is_doomed(FrameNumber number) const;
    /// How many activations are ready.
    [[nodiscard]] std::uint32_t ready() const { return ready_; }
    /// What the roots `item` and `index` are in a frame; nullptr outside of loops.
    [[nodiscard]] const Value* item(FrameNumber number) const;
    [[nodiscard]] const Value* index(FrameNumber number) const;
    /// `item` where it is one; else nullptr.
    [[nodiscard]] std::shared_ptr<Artifact> item_artifact(FrameNumber number) const;
    /// What has succeeded and can be undone, in the order of its success.
    [[nodiscard]] const std::vector<Compensation>& compensations() const { return compensations_; }
    /// Whether the frame undoes something, or is within one that does.
    [[nodiscard]] bool is_compensation(FrameNumber number) const;
    /// The newest one that is wanted; nullptr while one runs, and when none is left.
    [[nodiscard]] const Compensation* next_compensation() const;
    /// The frame in which `newly_dead` are dead.
    [[nodiscard]] FrameNumber dead_in() const { return step_frame_; }

    /// Set when the execution is to end early: by a failure under `on_error: stop`, a cancellation
    /// or its timeout.
    [[nodiscard]] std::optional<ExecutionStatus> ending_as() const { return ending_as_; }
    /// The error that will be, or is, the execution's; null while there is none.
    [[nodiscard]] const Value& error() const { return error_; }

    /// Null while it is an artifact that is not in memory.
    [[nodiscard]] const Value& input() const {
        return input_artifact_ ? value_of(*input_artifact_) : input_;
    }
    [[nodiscard]] const std::string& trigger_json() const { return trigger_json_; }
    /// The newest output of a node; nullptr before it has one, and while it is an artifact that is
    /// not in memory.
    [[nodiscard]] const Value* output(NodeIndex node) const { return output(node, flow_frame); }
    /// The same as seen from a frame: of that frame, or of the one around it that the node is in.
    [[nodiscard]] const Value* output(NodeIndex node, FrameNumber seen_from) const;
    /// The run that put it out; meaningful where `output` is not nullptr. Later runs have higher
    /// numbers.
    [[nodiscard]] RunNumber output_run(NodeIndex node) const {
        return node < flow_.nodes.size() ? flow_.nodes[node].output_run : 0;
    }
    /// The newest output of a node within a block that answers a webhook; nullptr when there is
    /// none.
    [[nodiscard]] const NodeData* nested_response() const {
        return nested_response_ ? &*nested_response_ : nullptr;
    }
    /// The error that led to a node over an `error` edge, or into the handler that it is part of;
    /// nullptr when there is none.
    [[nodiscard]] const Value* error_input(NodeIndex node, FrameNumber frame) const;
    /// The root `vars`.
    [[nodiscard]] const Value& vars() const;
    /// The node whose path ended last; its output is the result of a flow without `output`.
    [[nodiscard]] std::optional<NodeIndex> last_end() const { return flow_.last_end; }
    /// The execution's output once it has succeeded.
    /// Null while it is an artifact that is not in memory.
    [[nodiscard]] const Value& result() const {
        return result_artifact_ ? value_of(*result_artifact_) : result_;
    }

    // What is an artifact; nullptr where the value is small, or there is none.
    [[nodiscard]] const std::shared_ptr<Artifact>& input_artifact() const {
        return input_artifact_;
    }
    [[nodiscard]] const std::shared_ptr<Artifact>& output_artifact(
        NodeIndex node, FrameNumber seen_from = flow_frame) const;
    [[nodiscard]] const std::shared_ptr<Artifact>& result_artifact() const {
        return result_artifact_;
    }
    /// Calls `visit` with everything that is one.
    template <typename Visit>
    void for_each_artifact(Visit visit) const {
        const auto visit_frame = [&](const Frame& frame) {
            for (const auto& data : frame.nodes)
                if (data.artifact) visit(data.artifact);
        };
        if (input_artifact_) visit(input_artifact_);
        visit_frame(flow_);
        for (const auto& [number, frame] : frames_) visit_frame(*frame);
        for (const auto& [run, composite] : composites_)
            for (const auto& end : composite.ends)
                if (end.artifact) visit(end.artifact);
    }
    /// Whether there has been any: most executions have none.
    [[nodiscard]] bool has_artifacts() const { return has_artifacts_; }
    /// Activations so far: what `max_steps` limits.
    [[nodiscard]] std::uint32_t steps() const { return next_run_; }
    /// Nodes that the last `apply` found dead.
    [[nodiscard]] const std::vector<NodeIndex>& newly_dead() const { return step_.skipped; }

  private:
    Activation& activation(const Event& event);
    Frame& frame_of(FrameNumber number) {
        return number == flow_frame ? flow_ : *frames_.at(number);
    }
    [[nodiscard]] const Frame& frame_with(NodeIndex node, FrameNumber seen_from) const;
    CompositeRun& composite_of(const Event& event);
    void succeed_node(Event& event);
    void end_run(const Event& event, std::string_view outcome);
    void activate_ready(Frame& frame);
    void leave(const Activation& run);
    void left(Frame& frame);
    void cancel_node(const Event& event);
    void forget_composite(RunNumber run);
    void enter_composite(Event& event);
    void open_frame(const Event& event);
    void end_frame(Event& event);
    void drained(Frame& frame);
    void want_compensation(const Event& event, Frame& frame);
    void open_compensation(const Event& event);
    void begin_frame(std::unique_ptr<Frame> opened);
    void drop_frame(FrameNumber number);
    void end_frame(Frame& frame, FrameEnd end);
    void enter(const Event& event, RunPhase phase);
    void fail_node(Event& event);
    void begin_anew();
    void progress() { recoveries_ = recoveries_alone_ = 0; }
    static const Value& value_of(const Artifact& artifact);

    std::span<const Topology> blocks_;
    const Value* first_vars_;
    Frame flow_;
    std::unordered_map<FrameNumber, std::unique_ptr<Frame>> frames_;
    std::map<RunNumber, CompositeRun> composites_;
    std::vector<RunNumber> changed_;
    std::vector<Compensation> compensations_;
    FrameNumber next_frame_ = flow_frame + 1;
    FrameNumber step_frame_ = flow_frame;
    std::optional<NodeData> nested_response_;
    std::optional<Value> vars_;
    OnError on_error_;
    bool node_failed_ = false;  // and so it is ending
    std::uint32_t attempt_ = 1;
    std::uint32_t max_attempts_ = 1;
    ExecutionStatus final_status_ = ExecutionStatus::running;
    std::optional<ExecutionStatus> ending_as_;
    RunNumber next_run_ = 0;
    std::uint32_t ready_ = 0;
    std::uint32_t parked_ = 0;
    std::uint32_t inside_ = 0;
    std::uint32_t recoveries_ = 0;
    std::uint32_t recoveries_alone_ = 0;
    std::optional<Standstill> paused_;
    std::optional<Queued> queued_;
    std::vector<Activation> active_;
    std::vector<OpenHold> holds_;
    PlanStep step_;
    Value input_;
    std::string trigger_json_;
    Value error_;
    Value result_;
    std::shared_ptr<Artifact> input_artifact_;
    std::shared_ptr<Artifact> result_artifact_;
    bool has_artifacts_ = false;
};

}  // namespace sluice
