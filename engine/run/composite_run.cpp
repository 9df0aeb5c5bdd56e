// Composite nodes: the part of the scheduler that begins their frames, cancels what runs in them
// and gathers what comes of them. What is to be done is decided in `composite`.
#include <algorithm>
#include <utility>

#include "engine/model/member.hpp"
#include "engine/model/truthiness.hpp"
#include "engine/run/execution_scope.hpp"
#include "engine/run/run_event.hpp"
#include "engine/run/scheduler.hpp"

namespace sluice {
namespace {

using What = CompositeMove::What;

/// Another attempt may end otherwise, whatever failed inside: its author has asked for it.
NodeError node_error(const Value& error) {
    const Value* const details = find_member(error, "details");
    return {text_member(error, "code"), text_member(error, "message"),
            details == nullptr ? Value() : *details, true};
}

/// What the condition of a loop sees: the nodes of the iteration that ended last; `item` is its
/// result, and `index` how often the loop has run.
class LoopScope final : public ExecutionScope {
  public:
    LoopScope(const LiveExecution& execution, const CompositeRun& composite,
              const Value& environment, const Secrets* secrets, WallTime now)
        : ExecutionScope(execution, environment, secrets, now, no_node,
                         composite.last == flow_frame ? composite.frame : composite.last),
          item_(item_of(composite)),
          index_(composite.begun()) {}

    [[nodiscard]] const Value* root(expression::Root root) const override {
        static const Value nothing;
        if (root == expression::Root::item) return item_ == nullptr ? &nothing : item_;
        return root == expression::Root::index ? &index_ : ExecutionScope::root(root);
    }

  private:
    static const Value* item_of(const CompositeRun& composite) {
        if (composite.ends.empty()) return find_member(composite.parameters, "initial");
        const FrameEnd& last = composite.ends.back();
        return last.artifact ? last.artifact->value.get() : &last.value;
    }

    const Value* item_;
    Value index_;
};

Value value_of(const Error& error) {
    return error_value(error.code, error.message, error.details);
}

}  // namespace

void Scheduler::enter_composite(LiveExecution& execution, const Activation& activation,
                                Value parameters) {
    const Node& node = execution.program->graph().nodes[activation.node];
    auto read = composite_parameters(node.composite, std::move(parameters), limits_);
    if (!read) {
        fail(execution, activation, read.error());
        return;
    }
    Event event = event_of(EventKind::node_entered, activation, now());
    if (node.timeout) event.due = event.at + *node.timeout;
    event.data = std::move(*read);
    const WallTime due = event.due;
    record(execution, std::move(event));
    if (node.timeout) park(execution, activation.run, due);
}

/// Looks at a composite in whose frames something has ended. False when it is to begin another
/// frame, which waits until there is room.
bool Scheduler::step_composite(LiveExecution& execution, RunNumber run) {
    if (!end_drained_frames(execution, run)) return true;
    const CompositeRun* const composite = execution.state.composite(run);
    if (composite == nullptr) return true;
    stop_frames(execution, *composite, true);
    // Cancelling may end what is cancelled, and with it the composite.
    if (execution.state.composite(run) != composite || execution.state.ended()) return true;
    CompositeMove move = move_of(execution, *composite);
    if (move.what == What::ask) move = ask_condition(execution, *composite);
    if (move.what == What::open) return false;
    make_move(execution, *composite, std::move(move));
    return true;
}

CompositeMove Scheduler::move_of(LiveExecution& execution, const CompositeRun& composite) {
    const auto& compiled = execution.program->node(composite.node);
    return next_move(execution.program->graph(), composite, compiled.first_block,
                     compiled.block_count, execution.state.is_doomed(composite.frame));
}

void Scheduler::make_move(LiveExecution& execution, const CompositeRun& composite,
                          CompositeMove move) {
    const Activation activation = *execution.state.find(composite.run);
    switch (move.what) {
        case What::wait:
        case What::ask:
        case What::open:
            return;
        case What::stop:
            execution.state.mark_stopping(composite.run);
            stop_frames(execution, composite, false);
            return;
        case What::finish:
            if (!results_are_here(execution, composite)) return;
            cancel_timer(execution, activation.run);
            finished(execution, activation,
                     NodeResult{std::move(move.outcome),
                                composite_output(execution.program->graph(), composite)});
            return;
        case What::fail:
            cancel_timer(execution, activation.run);
            fail(execution, activation, node_error(move.error));
            return;
        case What::cancel:
            cancel_timer(execution, activation.run);
            record(execution, event_of(EventKind::node_cancelled, activation, now()));
            return;
    }
}

void Scheduler::open_frame(LiveExecution& execution, RunNumber run) {
    const CompositeRun* const composite = execution.state.composite(run);
    if (composite == nullptr) return;
    CompositeMove move = move_of(execution, *composite);
    if (move.what == What::ask) move = ask_condition(execution, *composite);
    if (move.what != What::open) {  // something has happened meanwhile
        make_move(execution, *composite, std::move(move));
        return;
    }
    Event event = event_of(EventKind::iteration_started, *execution.state.find(run), now());
    event.attempt = composite->begun();
    event.block = move.block;
    record(execution, std::move(event));
    execution.state.mark_changed(run);
}

CompositeMove Scheduler::ask_condition(LiveExecution& execution, const CompositeRun& composite) {
    const auto& compiled = execution.program->node(composite.node);
    if (!composite.ends.empty())
        if (const auto& large = composite.ends.back().artifact; large && !large->value) {
            load(execution, large);
            return {What::wait};
        }
    bool holds = false;
    if (compiled.condition) {
        const LoopScope scope(execution, composite, environment_, services_.secrets, now());
        auto value = compiled.condition->evaluate(scope, expression::Budget::from(limits_));
        if (!value) {
            CompositeMove failed{What::fail};
            const Error error = value.error();
            failed.error = error_value(error.code, "condition: " + error.message, error.details);
            return failed;
        }
        holds = truthy(*value);
    }
    return after_condition(execution.program->graph(), composite, compiled.first_block, holds,
                           limits_);
}

/// Says what the results of frames are that have come to their end, where an expression tells.
/// False while a large value that it reads is on its way into memory.
bool Scheduler::end_drained_frames(LiveExecution& execution, RunNumber run) {
    const CompositeRun* const composite = execution.state.composite(run);
    if (composite == nullptr) return false;
    const Activation activation = *execution.state.find(run);
    const std::vector<FrameNumber> open = composite->open;
    for (const FrameNumber number : open) {
        const Frame& frame = execution.state.frame(number);
        if (frame.active > 0) continue;
        const auto* const output = execution.program->block_output(frame.block);
        if (!load_read_values(execution, *output, number)) return false;
        Event event = event_of(EventKind::iteration_ended, activation, now());
        event.attempt = frame.iteration;
        event.block = frame.block;
        const ExecutionScope scope(execution, environment_, services_.secrets, now(), no_node,
                                   number);
        auto value = output->evaluate(scope, expression::Budget::from(limits_));
        event.status = value ? ExecutionStatus::succeeded : ExecutionStatus::failed;
        event.data = value ? std::move(*value) : value_of(value.error());
        record(execution, std::move(event));
    }
    return true;
}

/// Whether the results that a composite puts together are in memory; what is not is being loaded.
bool Scheduler::results_are_here(LiveExecution& execution, const CompositeRun& composite) {
    std::size_t bytes = 0;
    for (const auto& end : composite.ends)
        if (end.artifact) bytes += end.artifact->key.bytes;
    if (bytes > limits_.output_bytes) {
        const Activation activation = *execution.state.find(composite.run);
        cancel_timer(execution, activation.run);
        fail(execution, activation,
             NodeError{"output_too_large",
                       "the results take more than " + std::to_string(limits_.output_bytes) +
                           " bytes together; let the iterations put out less (`output`)",
                       {},
                       false});
        return false;
    }
    bool all = true;
    for (const auto& end : composite.ends) {
        if (!end.artifact || end.artifact->value) continue;
        load(execution, end.artifact);
        all = false;
    }
    return all;
}

/// A large value has come, or will not.
void Scheduler::tell_composites(LiveExecution& execution, const Artifact& artifact,
                                const std::optional<Error>& failure) {
    if (failure) {
        std::vector<RunNumber> without;
        for (const auto& [run, composite] : execution.state.composites()) {
            const bool reads =
                std::any_of(composite.ends.begin(), composite.ends.end(),
                            [&](const FrameEnd& end) { return end.artifact.get() == &artifact; });
            if (reads && composite.closing.is_null()) without.push_back(run);
        }
        for (const RunNumber run : without) {
            Event event = event_of(EventKind::node_closing, *execution.state.find(run), now());
            event.data = value_of(*failure);
            cancel_timer(execution, run);
            record(execution, std::move(event));
        }
    }
    execution.state.mark_all_changed();
}

/// Cancels what runs in the frames of a composite: in those that fail, or in all but what puts
/// things in order.
void Scheduler::stop_frames(LiveExecution& execution, const CompositeRun& composite,
                            bool only_failing) {
    if (composite.open.empty()) return;
    const auto& state = execution.state;
    std::vector<FrameNumber> stopping;
    for (const FrameNumber number : composite.open) {
        const Frame& frame = state.frame(number);
        const bool in_order = frame.topology->role() == BlockRole::cleanup;
        if (only_failing ? frame.failing() : !in_order) stopping.push_back(number);
    }
    if (stopping.empty()) return;
    std::vector<Activation> active;
    for (const auto& activation : state.active())
        if (std::binary_search(stopping.begin(), stopping.end(), activation.frame))
            active.push_back(activation);
    for (const auto& activation : active)
        if (state.find(activation.run) != nullptr) stop_run(execution, activation);
}

/// Its `timeout` is over.
void Scheduler::composite_is_overdue(LiveExecution& execution, const Activation& activation) {
    const CompositeRun* const composite = execution.state.composite(activation.run);
    if (composite == nullptr || !composite->closing.is_null()) return;
    const auto& node = execution.program->graph().nodes[activation.node];
    Event event = event_of(EventKind::node_closing, activation, now());
    event.data = error_value("node_timeout",
                             "the node took longer than its `timeout` of " +
                                 std::to_string(node.timeout->count()) + " ms",
                             {});
    record(execution, std::move(event));
}

}  // namespace sluice
