// The frames of composite nodes: the part of an execution's state that nests.
#include <algorithm>
#include <utility>

#include "engine/model/error.hpp"
#include "engine/run/execution_state.hpp"

namespace sluice {
namespace {

bool is_loop(Composite composite) {
    return composite == Composite::loop_while || composite == Composite::loop_until;
}

const Array* items_of(const Value& parameters) {
    const Object* const object = parameters.if_object();
    const Value* const items = object == nullptr ? nullptr : object->if_contains("items");
    return items == nullptr ? nullptr : items->if_array();
}

}  // namespace

const CompositeRun* ExecutionState::composite(RunNumber run) const {
    const auto found = composites_.find(run);
    return found == composites_.end() ? nullptr : &found->second;
}

std::optional<RunNumber> ExecutionState::take_changed() {
    while (!changed_.empty()) {
        const RunNumber run = changed_.back();
        changed_.pop_back();
        const auto found = composites_.find(run);
        if (found == composites_.end()) continue;
        found->second.changed = false;
        return run;
    }
    return std::nullopt;
}

void ExecutionState::mark_changed(RunNumber run) {
    const auto found = composites_.find(run);
    if (found == composites_.end() || std::exchange(found->second.changed, true)) return;
    changed_.push_back(run);
}

void ExecutionState::mark_all_changed() {
    for (const auto& [run, composite] : composites_) mark_changed(run);
}

void ExecutionState::mark_stopping(RunNumber run) {
    if (const auto found = composites_.find(run); found != composites_.end())
        found->second.stopping = true;
}

bool ExecutionState::is_doomed(FrameNumber number) const {
    const Frame* frame = &this->frame(number);
    for (; frame->number != flow_frame; frame = &this->frame(frame->parent)) {
        if (frame->failing()) return true;
        if (frame->topology->role() == BlockRole::cleanup) return false;
        if (frame->topology->role() == BlockRole::compensation) return false;
        if (composites_.at(frame->owner).stopping) return true;
    }
    return ending_as_.has_value();
}

bool ExecutionState::is_compensation(FrameNumber number) const {
    for (const Frame* frame = &this->frame(number); frame->number != flow_frame;
         frame = &this->frame(frame->parent))
        if (frame->topology->role() == BlockRole::compensation) return true;
    return false;
}

const Frame& ExecutionState::frame_with(NodeIndex node, FrameNumber seen_from) const {
    const Frame* frame = &this->frame(seen_from);
    while (node - frame->topology->first() >= frame->nodes.size()) {
        if (frame->number == flow_frame)
            throw ErrorException(
                Error{"internal_error", "a node is read that is not in scope", {}});
        frame = &this->frame(frame->parent);
    }
    return *frame;
}

const Value* ExecutionState::item(FrameNumber number) const {
    for (const Frame* frame = &this->frame(number); frame->number != flow_frame;
         frame = &this->frame(frame->parent)) {
        if (frame->item_artifact) return frame->item_artifact->value.get();
        if (frame->item) return &*frame->item;
        if (frame->topology->owner() != Composite::each) continue;
        return &(*items_of(composites_.at(frame->owner).parameters))[frame->iteration];
    }
    return nullptr;
}

std::shared_ptr<Artifact> ExecutionState::item_artifact(FrameNumber number) const {
    for (const Frame* frame = &this->frame(number); frame->number != flow_frame;
         frame = &this->frame(frame->parent))
        if (frame->item || frame->topology->owner() == Composite::each) return frame->item_artifact;
    return nullptr;
}

const Value* ExecutionState::index(FrameNumber number) const {
    for (const Frame* frame = &this->frame(number); frame->number != flow_frame;
         frame = &this->frame(frame->parent))
        if (!frame->index.is_null()) return &frame->index;
    return nullptr;
}

const Value* ExecutionState::error_input(NodeIndex node, FrameNumber number) const {
    const Frame* frame = &this->frame(number);
    if (node != no_node)
        if (const auto& error = frame->data(node).error_input) return &*error;
    for (; frame->number != flow_frame; frame = &this->frame(frame->parent)) {
        if (frame->topology->owner() != Composite::attempt ||
            frame->topology->role() == BlockRole::body)
            continue;
        const auto owner = composites_.find(frame->owner);
        if (owner == composites_.end()) continue;  // it is over, and this is kept to undo it
        const auto& body = owner->second.ends.front();
        if (body.status == FrameStatus::failed) return &body.value;
    }
    return nullptr;
}

CompositeRun& ExecutionState::composite_of(const Event& event) {
    const auto found = composites_.find(event.run);
    if (found == composites_.end() || found->second.node != event.node)
        cannot_follow(event, "run " + std::to_string(event.run) + " is no composite under way");
    return found->second;
}

void ExecutionState::enter_composite(Event& event) {
    const FrameNumber frame = activation(event).frame;
    enter(event, RunPhase::inside);
    CompositeRun composite;
    composite.run = event.run;
    composite.node = event.node;
    composite.frame = frame;
    composite.parameters = std::move(event.data);
    composites_.insert_or_assign(event.run, std::move(composite));
    mark_changed(event.run);
}

void ExecutionState::open_frame(const Event& event) {
    CompositeRun& owner = composite_of(event);
    if (event.block == flow_block || event.block >= blocks_.size() ||
        blocks_[event.block].owner_node() != event.node || event.attempt != owner.begun())
        cannot_follow(event, "it is not the next frame of its node");
    const Topology& topology = blocks_[event.block];
    auto opened = std::make_unique<Frame>(topology);
    Frame& frame = *opened;
    frame.number = next_frame_++;
    frame.parent = owner.frame;
    frame.owner = event.run;
    frame.block = event.block;
    frame.iteration = event.attempt;
    frame.cleanup = topology.role() == BlockRole::cleanup || this->frame(owner.frame).cleanup;
    if (topology.owner() == Composite::each) {
        const Array* const items = items_of(owner.parameters);
        if (items == nullptr || frame.iteration >= items->size())
            cannot_follow(event, "there is no such item");
        frame.index = frame.iteration;
    } else if (is_loop(topology.owner())) {
        frame.index = frame.iteration;
        if (frame.iteration > 0) {
            frame.item = owner.ends.back().value;
            frame.item_artifact = owner.ends.back().artifact;
        } else {
            const Object* const object = owner.parameters.if_object();
            const Value* const initial =
                object == nullptr ? nullptr : object->if_contains("initial");
            frame.item = initial == nullptr ? Value() : *initial;
        }
    }
    if (owner.last != flow_frame) drop_frame(std::exchange(owner.last, flow_frame));
    FrameEnd end;
    end.block = event.block;
    owner.ends.push_back(std::move(end));
    owner.open.push_back(frame.number);
    begin_frame(std::move(opened));
}

void ExecutionState::begin_frame(std::unique_ptr<Frame> opened) {
    Frame& frame = *opened;
    frames_.emplace(frame.number, std::move(opened));
    frame.plan.begin(step_);
    activate_ready(frame);
}

/// A run has left the frame.
void ExecutionState::left(Frame& frame) {
    --frame.active;
    if (frame.number == flow_frame) return;
    if (frame.active == 0)
        drained(frame);
    else if (is_doomed(frame.number))
        mark_changed(frame.owner);  // what has become ready in it is to be cancelled, too
}

void ExecutionState::cancel_node(const Event& event) {
    const Activation& run = activation(event);
    Frame& frame = frame_of(run.frame);
    leave(run);
    frame.cancelled = true;
    left(frame);
}

/// Nothing runs in the frame any more.
void ExecutionState::drained(Frame& frame) {
    if (frame.topology->role() == BlockRole::compensation) {
        const auto undone = std::find_if(
            compensations_.begin(), compensations_.end(),
            [](const auto& one) { return one.status == Compensation::Status::running; });
        const bool failed = frame.failing() || frame.cancelled;
        undone->status = failed ? Compensation::Status::failed : Compensation::Status::done;
        undone->error = std::move(frame.error);
        frames_.erase(frame.number);
        return;
    }
    mark_changed(frame.owner);
    FrameEnd end;
    if (frame.failing()) {
        end.status = FrameStatus::failed;
        end.value = std::move(frame.error);
    } else if (frame.cancelled) {
        end.status = FrameStatus::cancelled;
    } else {
        if (frame.topology->has_output()) return;  // `iteration.ended` will say what it is
        end.status = FrameStatus::succeeded;
        if (frame.last_end) {
            const auto& data = frame.data(*frame.last_end);
            if (data.output) end.value = *data.output;
            end.artifact = data.artifact;
        }
    }
    end_frame(frame, std::move(end));
}

void ExecutionState::end_frame(Event& event) {
    CompositeRun& owner = composite_of(event);
    const auto found = std::find_if(owner.open.begin(), owner.open.end(), [&](FrameNumber number) {
        return frames_.at(number)->iteration == event.attempt;
    });
    if (found == owner.open.end() || frames_.at(*found)->active != 0)
        cannot_follow(event, "no such frame is at its end");
    FrameEnd end;
    end.status =
        event.status == ExecutionStatus::failed ? FrameStatus::failed : FrameStatus::succeeded;
    end.value = std::move(event.data);
    end_frame(*frames_.at(*found), std::move(end));
}

void ExecutionState::end_frame(Frame& frame, FrameEnd end) {
    CompositeRun& owner = composites_.at(frame.owner);
    mark_changed(owner.run);
    const FrameNumber number = frame.number;
    end.block = frame.block;
    if (end.status == FrameStatus::succeeded) ++owner.succeeded;
    if (end.status == FrameStatus::failed) {
        ++owner.failed;
        if (!owner.first_failed) owner.first_failed = frame.iteration;
    }
    owner.ends[frame.iteration] = std::move(end);
    owner.order.push_back(frame.iteration);
    std::erase(owner.open, number);
    if (is_loop(frame.topology->owner()))
        owner.last = number;
    else
        drop_frame(number);
}

/// A frame is over, and nobody reads it but what undoes something in it.
void ExecutionState::drop_frame(FrameNumber number) {
    Frame& frame = *frames_.at(number);
    if (!frame.kept) {
        frames_.erase(number);
        return;
    }
    if (frame.topology->owner() == Composite::each && !frame.item) frame.item = *item(number);
}

void ExecutionState::want_compensation(const Event& event, Frame& frame) {
    if (is_compensation(frame.number)) cannot_follow(event, "what undoes is not undone");
    Compensation wanted;
    wanted.node = event.node;
    wanted.run = event.run;
    wanted.frame = frame.number;
    compensations_.push_back(std::move(wanted));
    for (Frame* around = &frame; around->number != flow_frame && !around->kept;
         around = &frame_of(around->parent))
        around->kept = true;
}

const Compensation* ExecutionState::next_compensation() const {
    const auto is = [](Compensation::Status status) {
        return [status](const Compensation& one) { return one.status == status; };
    };
    if (std::any_of(compensations_.begin(), compensations_.end(),
                    is(Compensation::Status::running)))
        return nullptr;
    const auto found = std::find_if(compensations_.rbegin(), compensations_.rend(),
                                    is(Compensation::Status::wanted));
    return found == compensations_.rend() ? nullptr : &*found;
}

void ExecutionState::open_compensation(const Event& event) {
    const Compensation* const next = next_compensation();
    if (!ending_as_ || !active_.empty() || next == nullptr || next->run != event.run ||
        next->node != event.node)
        cannot_follow(event, "it is not what is to be undone next");
    const Frame& around = frame(next->frame);
    const BlockIndex block = around.topology->node(event.node).compensation;
    auto opened = std::make_unique<Frame>(blocks_[block]);
    opened->number = next_frame_++;
    opened->parent = next->frame;
    opened->block = block;
    opened->cleanup = true;
    compensations_[static_cast<std::size_t>(next - compensations_.data())].status =
        Compensation::Status::running;
    begin_frame(std::move(opened));
}

void ExecutionState::forget_composite(RunNumber run) {
    const auto found = composites_.find(run);
    if (found == composites_.end()) return;
    for (const FrameNumber number : found->second.open) drop_frame(number);
    if (found->second.last != flow_frame) drop_frame(found->second.last);
    composites_.erase(found);
}

}  // namespace sluice
