#include "engine/run/execution_state.hpp"

#include <algorithm>
#include <utility>

#include "engine/model/error.hpp"
#include "engine/model/member.hpp"
#include "engine/run/program.hpp"

namespace sluice {
namespace {

/// The code of an execution's error when it was told to end so.
std::string_view ending_code(ExecutionStatus status) {
    switch (status) {
        case ExecutionStatus::timed_out:
            return "execution_timeout";
        case ExecutionStatus::failed:
            return "max_steps_reached";
        default:
            return "cancelled";
    }
}

QueueCause cause_in(const Value& data) {
    const std::string word = text_member(data, "cause");
    for (const auto cause : {QueueCause::server, QueueCause::debounce})
        if (word == to_word(cause)) return cause;
    return QueueCause::concurrency;  // journals of before there were others do not say
}

}  // namespace

std::string_view to_word(QueueCause cause) {
    switch (cause) {
        case QueueCause::concurrency:
            return "concurrency";
        case QueueCause::server:
            return "server";
        case QueueCause::debounce:
            return "debounce";
    }
    return {};
}

ExecutionState::ExecutionState(const Program& program)
    : ExecutionState(program.topologies(), program.settings(), &program.definition().vars) {}

ExecutionState::ExecutionState(std::span<const Topology> blocks, const FlowSettings& settings,
                               const Value* vars)
    : blocks_(blocks),
      first_vars_(vars),
      flow_(blocks.front()),
      on_error_(settings.on_error),
      max_attempts_(settings.max_attempts) {}

ExecutionStatus ExecutionState::status() const {
    if (ended()) return final_status_;
    if (ending_as_) return ExecutionStatus::running;  // a pause keeps nothing back any more
    if (paused_) return ExecutionStatus::paused;
    if (queued_) return ExecutionStatus::queued;
    return parked_ > 0 && parked_ + inside_ == active_.size() ? ExecutionStatus::waiting
                                                              : ExecutionStatus::running;
}

const Activation* ExecutionState::find(RunNumber run) const {
    const auto found = std::lower_bound(
        active_.begin(), active_.end(), run,
        [](const Activation& activation, RunNumber number) { return activation.run < number; });
    return found == active_.end() || found->run != run ? nullptr : &*found;
}

const OpenHold* ExecutionState::hold(RunNumber run) const {
    const auto found = std::find_if(holds_.begin(), holds_.end(),
                                    [run](const OpenHold& hold) { return hold.run == run; });
    return found == holds_.end() ? nullptr : &*found;
}

const Value* ExecutionState::output(NodeIndex node, FrameNumber seen_from) const {
    const auto& data = frame_with(node, seen_from).data(node);
    if (data.artifact) return data.artifact->value.get();
    return data.output ? &*data.output : nullptr;
}

const Value& ExecutionState::value_of(const Artifact& artifact) {
    static const Value not_in_memory;
    return artifact.value ? *artifact.value : not_in_memory;
}

const std::shared_ptr<Artifact>& ExecutionState::output_artifact(NodeIndex node,
                                                                 FrameNumber seen_from) const {
    return frame_with(node, seen_from).data(node).artifact;
}

const Value& ExecutionState::vars() const {
    static const Value none = Object{};
    if (vars_) return *vars_;
    return first_vars_ == nullptr || first_vars_->is_null() ? none : *first_vars_;
}

void cannot_follow(const Event& event, const std::string& why) {
    throw ErrorException(Error{"journal_corrupt",
                               "event " + std::to_string(event.sequence) + " (" +
                                   std::string(to_word(event.kind)) + ") cannot follow: " + why,
                               {}});
}

Activation& ExecutionState::activation(const Event& event) {
    auto* const found = const_cast<Activation*>(find(event.run));  // NOLINT: our own member
    if (found == nullptr || found->node != event.node)
        cannot_follow(event,
                      "it speaks of run " + std::to_string(event.run) + ", which is not active");
    return *found;
}

void ExecutionState::activate_ready(Frame& frame) {
    for (const NodeIndex node : step_.ready)
        active_.push_back(
            {next_run_++, node, 1, frame.number, RunPhase::ready, HoldKind::timer, {}});
    const auto count = static_cast<std::uint32_t>(step_.ready.size());
    ready_ += count;
    frame.active += count;
    step_frame_ = frame.number;
}

/// The run is active no longer.
void ExecutionState::leave(const Activation& run) {
    if (run.phase == RunPhase::ready) --ready_;
    if (run.parked()) --parked_;
    if (run.phase == RunPhase::inside) {
        --inside_;
        forget_composite(run.run);
    }
    if (!holds_.empty())
        std::erase_if(holds_, [&](const OpenHold& hold) { return hold.run == run.run; });
    active_.erase(active_.begin() + (&run - active_.data()));
}

void ExecutionState::enter(const Event& event, RunPhase phase) {
    auto& run = activation(event);
    const bool was_parked = run.parked();
    if (run.phase == RunPhase::ready) --ready_;
    if (run.phase == RunPhase::inside) {
        --inside_;
        forget_composite(run.run);
    }
    if (phase == RunPhase::inside) ++inside_;
    run.phase = phase;
    run.hold = event.hold;
    run.due = event.due;
    run.attempt = event.attempt;
    parked_ += static_cast<std::uint32_t>(run.parked()) - static_cast<std::uint32_t>(was_parked);
    if (was_parked && !holds_.empty())
        std::erase_if(holds_, [&](const OpenHold& hold) { return hold.run == event.run; });
}

void ExecutionState::end_run(const Event& event, std::string_view outcome) {
    auto& ended = activation(event);
    Frame& frame = frame_of(ended.frame);
    leave(ended);
    progress();
    const std::size_t taken = frame.plan.finish(event.node, outcome, step_);
    if (taken == 0 && !outcome.empty()) frame.last_end = event.node;
    activate_ready(frame);
    left(frame);
}

void ExecutionState::succeed_node(Event& event) {
    const FrameNumber number = activation(event).frame;
    Frame& frame = frame_of(number);
    const auto& place = frame.topology->node(event.node);
    if (place.sets_vars && event.data.is_object()) {
        if (!vars_) vars_ = vars();
        for (auto& member : event.data.get_object())
            vars_->as_object()[member.key()] = member.value();
    }
    NodeData& data = frame.data(event.node);
    data.output = std::move(event.data);
    data.artifact = std::move(event.artifact);
    data.output_run = event.run;
    if (place.compensation != flow_block) want_compensation(event, frame);
    if (place.responds && number != flow_frame) nested_response_ = data;
    end_run(event, event.text);
}

void ExecutionState::fail_node(Event& event) {
    Frame& frame = frame_of(activation(event).frame);
    if (frame.plan.has_edge(event.node, error_outcome)) {
        for (const Edge& edge : frame.topology->edges_of(event.node))
            if (edge.is_taken_by(error_outcome)) frame.data(edge.to).error_input = event.data;
        end_run(event, error_outcome);
        return;
    }
    if (frame.number != flow_frame) {
        if (!frame.failing()) frame.error = std::move(event.data);
    } else if (on_error_ != OnError::continue_path && !ending_as_) {
        ending_as_ = ExecutionStatus::failed;
        node_failed_ = true;
        error_ = std::move(event.data);
    }
    end_run(event, {});
}

/// Everything that nodes left behind is gone; runs go on being counted, so that effects of another
/// attempt have keys of their own.
void ExecutionState::begin_anew() {
    ++attempt_;
    flow_ = Frame(blocks_.front());
    frames_.clear();
    compensations_.clear();
    vars_.reset();
    nested_response_.reset();
    ending_as_.reset();
    node_failed_ = false;
    error_ = nullptr;
    flow_.plan.begin(step_);
    activate_ready(flow_);
}

void ExecutionState::apply(Event&& event) {
    step_.clear();
    if (event.artifact) has_artifacts_ = true;
    switch (event.kind) {
        case EventKind::execution_started:
            if (next_run_ != 0) cannot_follow(event, "the execution has begun before");
            input_ = std::move(event.data);
            input_artifact_ = std::move(event.artifact);
            trigger_json_ = std::move(event.text);
            flow_.plan.begin(step_);
            activate_ready(flow_);
            return;
        case EventKind::node_started:
            enter(event, RunPhase::running);
            return;
        case EventKind::node_waiting:
            enter(event, RunPhase::waiting);
            if (event.hold != HoldKind::timer)
                holds_.push_back({event.run,
                                  event.hold,
                                  event.at,
                                  std::move(event.text),
                                  std::move(event.data),
                                  {}});
            return;
        case EventKind::node_retrying:
            enter(event, RunPhase::retrying);
            progress();
            return;
        case EventKind::hold_decided: {
            auto* const open = const_cast<OpenHold*>(hold(event.run));  // NOLINT: our own member
            if (open == nullptr) cannot_follow(event, "no such hold is open");
            open->decisions.push_back(std::move(event.data));
            return;
        }
        case EventKind::execution_paused:
            paused_ = Standstill{event.at, std::move(event.text)};
            return;
        case EventKind::execution_resumed:
            paused_.reset();
            return;
        case EventKind::execution_queued:
            queued_ = Queued{{event.at, std::move(event.text)}, cause_in(event.data), event.due};
            return;
        case EventKind::execution_admitted:
            queued_.reset();
            return;
        case EventKind::node_succeeded:
            succeed_node(event);
            return;
        case EventKind::node_failed:
            fail_node(event);
            return;
        case EventKind::node_skipped:
            end_run(event, {});
            return;
        case EventKind::node_cancelled:
            cancel_node(event);
            return;
        case EventKind::node_entered:
            enter_composite(event);
            return;
        case EventKind::iteration_started:
            open_frame(event);
            return;
        case EventKind::iteration_ended:
            end_frame(event);
            return;
        case EventKind::compensation_started:
            open_compensation(event);
            return;
        case EventKind::node_closing:
            composite_of(event).closing = std::move(event.data);
            activation(event).due = {};  // its time is over, or matters no more
            mark_changed(event.run);
            return;
        case EventKind::execution_returned:
            if (ending_as_) return;
            ending_as_ = ExecutionStatus::succeeded;
            result_ = std::move(event.data);
            result_artifact_ = std::move(event.artifact);
            return;
        case EventKind::cancel_requested:
            if (!is_finished(event.status) || event.status == ExecutionStatus::succeeded)
                cannot_follow(event, "no execution is told to end so");
            if (!ending_as_) {
                ending_as_ = event.status;
                error_ = error_value(ending_code(event.status), event.text, {});
            }
            return;
        case EventKind::execution_ended:
            if (!is_finished(event.status) || ended()) cannot_follow(event, "it is no end");
            final_status_ = event.status;
            if (event.status == ExecutionStatus::succeeded) {
                result_ = std::move(event.data);
                result_artifact_ = std::move(event.artifact);
            } else {
                error_ = std::move(event.data);
            }
            active_.clear();
            composites_.clear();
            frames_.clear();
            changed_.clear();
            holds_.clear();
            paused_.reset();
            queued_.reset();
            ready_ = parked_ = inside_ = 0;
            return;
        case EventKind::execution_recovered:
            if (event.text == recovery_outlived) {
                recoveries_alone_ = 0;
                return;
            }
            ++recoveries_;
            if (event.text == recovered_alone) ++recoveries_alone_;
            return;
        case EventKind::call_answered:
            progress();
            return;
        case EventKind::execution_retrying:
            if (!node_failed_ || !exhausted()) cannot_follow(event, "no failure has ended it");
            begin_anew();
            return;
        case EventKind::log_written:
            return;
    }
}

}  // namespace sluice
