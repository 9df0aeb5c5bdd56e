// Large values: what a node reads of them comes back into memory before it is evaluated, and leaves
// when it is on disk and no node that is to run next reads it.
#include <algorithm>
#include <utility>

#include "engine/async/timers.hpp"
#include "engine/run/scheduler.hpp"

namespace sluice {
namespace {

constexpr std::chrono::seconds after_failure{1};
constexpr int most_attempts = 30;

using Artifacts = std::vector<std::shared_ptr<Artifact>>;

/// The artifacts of an execution that a template reads.
void gather(const ExecutionState& state, const expression::Template& source, FrameNumber frame,
            Artifacts& read) {
    if (source.constant()) return;
    const auto& references = source.references();
    const auto& roots = references.roots;
    if (state.input_artifact() &&
        std::find(roots.begin(), roots.end(), expression::Root::input) != roots.end())
        read.push_back(state.input_artifact());
    if (auto item = state.item_artifact(frame);
        item && std::find(roots.begin(), roots.end(), expression::Root::item) != roots.end())
        read.push_back(std::move(item));
    for (const auto node : references.nodes)
        if (const auto& artifact = state.output_artifact(node, frame)) read.push_back(artifact);
}

Artifacts read_by(const LiveExecution& execution, const Activation& activation) {
    Artifacts read;
    const auto& compiled = execution.program->node(activation.node);
    gather(execution.state, compiled.with, activation.frame, read);
    if (compiled.when) gather(execution.state, *compiled.when, activation.frame, read);
    return read;
}

Artifacts read_by_output(const LiveExecution& execution) {
    Artifacts read;
    if (const auto& output = execution.program->output())
        gather(execution.state, *output, flow_frame, read);
    return read;
}

void keep_missing(Artifacts& artifacts) {
    std::erase_if(artifacts, [](const auto& artifact) { return artifact->value != nullptr; });
}

/// What the answer to whoever started it is made of.
Artifacts read_by_answer(const LiveExecution& execution) {
    Artifacts read;
    if (const auto& result = execution.state.result_artifact()) read.push_back(result);
    if (const auto* const response = execution.state.nested_response();
        response && response->artifact)
        read.push_back(response->artifact);
    for (const NodeIndex node : execution.program->responders())
        if (const auto& output = execution.state.output_artifact(node)) read.push_back(output);
    return read;
}

}  // namespace

bool Scheduler::awaits_values(const LiveExecution& execution, RunNumber run) {
    const auto& waiting = execution.awaiting_values;
    return !waiting.empty() &&
           std::any_of(waiting.begin(), waiting.end(),
                       [run](const Activation& activation) { return activation.run == run; });
}

/// Whether everything that the node reads is in memory. Otherwise it is being loaded, and the run
/// goes on when it is there.
bool Scheduler::load_values(LiveExecution& execution, const Activation& activation) {
    auto missing = read_by(execution, activation);
    keep_missing(missing);
    if (missing.empty()) return true;
    auto& waiting = execution.awaiting_values;
    if (std::none_of(waiting.begin(), waiting.end(),
                     [&](const Activation& other) { return other.run == activation.run; }))
        waiting.push_back(activation);
    for (auto& artifact : missing) load(execution, std::move(artifact));
    return false;
}

/// Whether everything that the template reads is in memory. Otherwise it is being loaded.
bool Scheduler::load_read_values(LiveExecution& execution, const expression::Template& source,
                                 FrameNumber frame) {
    if (!execution.state.has_artifacts()) return true;
    Artifacts missing;
    gather(execution.state, source, frame, missing);
    keep_missing(missing);
    for (auto& artifact : missing) load(execution, artifact);
    return missing.empty();
}

void Scheduler::load(LiveExecution& execution, std::shared_ptr<Artifact> artifact) {
    if (stopping_) return;  // it goes on after the restart
    auto& loading = execution.loading;
    if (std::find(loading.begin(), loading.end(), artifact) != loading.end()) return;
    loading.push_back(artifact);
    children_.spawn(fetch(execution.shared_from_this(), std::move(artifact)));
}

task<void> Scheduler::fetch(std::shared_ptr<LiveExecution> execution,
                            std::shared_ptr<Artifact> artifact) {
    std::optional<Error> failure;
    try {
        for (int attempt = 1;; ++attempt) {
            failure.reset();
            try {
                auto value = co_await services_.records->artifact_value(artifact->key.hash);
                if (value)
                    artifact->value = std::move(*value);
                else
                    failure = value.error();
                break;
            } catch (const ErrorException& error) {
                failure = error.error();
            }
            if (attempt == most_attempts || failure->code == "store_corrupt") break;
            co_await sleep_until(*services_.timers, services_.clock->steady() + after_failure);
        }
    } catch (const system_error& error) {
        if (!is_cancellation(error)) throw;
        co_return;
    }
    std::erase(execution->loading, artifact);
    if (abandoning_ || execution->removed || execution->state.ended()) co_return;
    if (!failure)
        execution->state.for_each_artifact([&](const std::shared_ptr<Artifact>& other) {
            if (other->stored && other->key == artifact->key) other->value = artifact->value;
        });
    values_came(*execution, *artifact, failure);
}

/// Whoever waited for a value goes on with it, or fails without.
void Scheduler::values_came(LiveExecution& execution, const Artifact& artifact,
                            const std::optional<Error>& failure) {
    const auto reads = [&](const Artifacts& read) {
        return std::any_of(read.begin(), read.end(),
                           [&](const auto& other) { return other.get() == &artifact; });
    };
    for (const auto& activation : std::exchange(execution.awaiting_values, {})) {
        const Activation* const current = execution.state.find(activation.run);
        if (current == nullptr || execution.state.is_doomed(current->frame)) continue;
        auto missing = read_by(execution, activation);
        keep_missing(missing);
        if (failure && reads(missing))
            fail(execution, activation,
                 NodeError{failure->code, failure->message, failure->details, false});
        else if (!missing.empty())
            execution.awaiting_values.push_back(activation);
        else if (current->phase == RunPhase::retrying)
            execution.due_retries.push_back(activation.run);
        else if (current->phase == RunPhase::waiting ||
                 (current->phase == RunPhase::running && !execution.state.standing_still()))
            run_node(execution, activation);
        // What is ready begins in `advance`, what a pause keeps back when it is resumed.
    }
    tell_composites(execution, artifact, failure);
    if (failure && !execution.state.ended() && !execution.state.ending_as() &&
        execution.state.exhausted() && reads(read_by_output(execution)))
        end(execution, ExecutionStatus::failed,
            error_value(failure->code, "output: " + failure->message, failure->details));
    advance(execution);
}

/// So much of an execution is in memory only that its next node waits for the disk: a chain of pure
/// nodes would hold everything that it puts out.
bool Scheduler::waits_for_disk(const LiveExecution& execution) const {
    return execution.tail.artifact_bytes() + execution.artifact_bytes_in_flight >
           limits_.uncommitted_bytes;
}

void Scheduler::release_values(LiveExecution& execution) {
    Artifacts kept;
    if (execution.state.ended()) {
        kept = read_by_answer(execution);
    } else {
        for (const auto& activation : execution.state.active())
            if (!activation.parked() && activation.phase != RunPhase::inside)
                for (auto& artifact : read_by(execution, activation))
                    kept.push_back(std::move(artifact));
        if (execution.state.exhausted()) kept = read_by_output(execution);
    }
    execution.state.for_each_artifact([&](const std::shared_ptr<Artifact>& artifact) {
        if (artifact->stored && std::find(kept.begin(), kept.end(), artifact) == kept.end())
            artifact->value.reset();
    });
}

}  // namespace sluice
