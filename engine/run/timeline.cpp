#include "engine/run/timeline.hpp"

#include <utility>

#include "engine/run/composite.hpp"
#include "engine/run/event_codec.hpp"

namespace sluice {

std::vector<Event> decode_journal(const std::vector<JournalChunk>& journal) {
    std::vector<Event> events;
    for (const auto& chunk : journal) {
        auto part = decode_chunk(chunk.chunk, chunk.first_sequence);
        events.insert(events.end(), std::make_move_iterator(part.begin()),
                      std::make_move_iterator(part.end()));
    }
    return events;
}

Timeline::Timeline(const Program& program, const std::vector<JournalChunk>& journal)
    : graph_(program.graph()), state_(program), iterations_(program.graph().nodes.size(), 0) {
    std::vector<std::pair<NodeIndex, std::string>> dead;
    for (auto& event : decode_journal(journal)) {
        if (event.node != no_node && event.node >= iterations_.size())
            throw ErrorException(
                Error{"journal_corrupt", "the journal speaks of a node that its flow has not", {}});
        note(event);
        state_.apply(std::move(event));
        for (const NodeIndex node : state_.newly_dead())
            dead.emplace_back(node, path_of(state_.dead_in(), node));
    }
    for (auto& [node, path] : dead) {
        NodeRun run;
        run.node = node;
        run.path = std::move(path);
        run.status = NodeRunStatus::skipped;
        runs_.push_back(std::move(run));
    }
}

/// Of a node in a frame that is open; of one that is over the id alone.
std::string Timeline::path_of(FrameNumber number, NodeIndex node) const {
    std::string path = graph_.nodes[node].id;
    while (number != flow_frame && state_.is_open(number)) {
        const Frame& frame = state_.frame(number);
        number = frame.parent;
        if (frame.topology->role() == BlockRole::compensation) continue;
        const Node& owner = graph_.nodes[graph_.block(frame.block).owner];
        if (path.starts_with(owner.id + ".")) path.erase(0, owner.id.size() + 1);  // of `foreach`
        path.insert(0, owner.id + "[" + frame_label(graph_, frame.block, frame.iteration) + "].");
    }
    return path;
}

NodeRun& Timeline::run_of(const Event& event) {
    const auto [newest, first] = newest_.try_emplace(event.run, runs_.size());
    if (!first) {
        NodeRun& known = runs_[newest->second];
        if (known.node == event.node && known.attempt == event.attempt) return known;
        newest->second = runs_.size();
    }
    NodeRun run;
    run.node = event.node;
    run.run = event.run;
    run.attempt = event.attempt;
    run.started = event.at;
    const Activation* const activation = state_.find(event.run);
    run.path = path_of(activation == nullptr ? flow_frame : activation->frame, event.node);
    if (event.attempt <= 1)
        run.iteration = iterations_[event.node]++;
    else
        run.iteration = iterations_[event.node] - 1;
    runs_.push_back(std::move(run));
    return runs_.back();
}

void Timeline::note(const Event& event) {
    const auto end = [&](NodeRunStatus status) -> NodeRun& {
        NodeRun& run = run_of(event);
        run.status = status;
        run.ended = event.at;
        run.due.reset();
        return run;
    };
    switch (event.kind) {
        case EventKind::node_started:
        case EventKind::node_entered:
            run_of(event).status = NodeRunStatus::running;
            return;
        case EventKind::node_waiting: {
            NodeRun& run = run_of(event);
            run.status = NodeRunStatus::waiting;
            if (event.due != WallTime{}) run.due = event.due;
            return;
        }
        case EventKind::node_succeeded: {
            NodeRun& run = end(NodeRunStatus::succeeded);
            run.outcome = event.text;
            run.output = event.data;
            run.output_artifact = event.artifact;
            return;
        }
        case EventKind::node_retrying: {
            NodeRun& run = end(NodeRunStatus::retrying);
            run.error = event.data;
            run.due = event.due;
            return;
        }
        case EventKind::node_failed: {
            NodeRun& run = end(NodeRunStatus::failed);
            run.outcome = error_outcome;
            run.error = event.data;
            return;
        }
        case EventKind::node_skipped:
            end(NodeRunStatus::skipped);
            return;
        case EventKind::node_cancelled:
            end(NodeRunStatus::cancelled);
            return;
        case EventKind::execution_started:
        case EventKind::log_written:
        case EventKind::call_answered:
        case EventKind::cancel_requested:
        case EventKind::execution_ended:
        case EventKind::execution_retrying:
        case EventKind::execution_recovered:
        case EventKind::hold_decided:
        case EventKind::execution_paused:
        case EventKind::execution_resumed:
        case EventKind::execution_queued:
        case EventKind::execution_admitted:
        case EventKind::compensation_started:
        case EventKind::iteration_started:
        case EventKind::iteration_ended:
        case EventKind::node_closing:
        case EventKind::execution_returned:
            return;
    }
}

}  // namespace sluice
