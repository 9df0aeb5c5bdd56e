// One run of one node: the part of the scheduler that evaluates parameters, calls the node's code
// and turns what comes of it into events.
#include <algorithm>
#include <utility>

#include "engine/async/deadline.hpp"
#include "engine/nodes/http_url.hpp"
#include "engine/run/execution_scope.hpp"
#include "engine/run/retry_policy.hpp"
#include "engine/run/run_event.hpp"
#include "engine/run/scheduler.hpp"
#include "engine/run/value_bounds.hpp"

namespace sluice {
namespace {

NodeError node_error(const Error& error) {
    return {error.code, error.message, error.details, false};
}

std::string cut(std::string text, std::size_t limit) {
    if (text.size() <= limit) return text;
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80)
        --limit;  // keep UTF-8 whole
    text.resize(limit);
    return text + " [cut]";
}

}  // namespace

/// Log lines of one run become events of its execution.
class Scheduler::RunLog final : public NodeLog {
  public:
    RunLog(Scheduler& scheduler, std::weak_ptr<LiveExecution> execution,
           const Activation& activation)
        : scheduler_(scheduler), execution_(std::move(execution)), activation_(activation) {}

    void write(LogLevel level, std::string message, Value fields) override {
        if (const auto execution = execution_.lock(); execution && !execution->removed)
            scheduler_.write_log(*execution, activation_, level, std::move(message),
                                 std::move(fields));
    }

  private:
    Scheduler& scheduler_;
    std::weak_ptr<LiveExecution> execution_;
    Activation activation_;
};

void Scheduler::run_node(LiveExecution& execution, Activation activation) {
    if (!has_values(execution, activation)) return;  // it is called again when they are there
    const auto& node = execution.program->node(activation.node);
    const ExecutionScope scope(execution, environment_, services_.secrets, now(), activation.node,
                               activation.frame);
    const auto budget = expression::Budget::from(limits_);
    if (node.when && activation.phase == RunPhase::ready) {  // asked once, not for every attempt
        const auto wanted = node.when->test(scope, budget);
        if (!wanted) {
            fail(execution, activation, node_error(wanted.error()));
            return;
        }
        if (!*wanted) {
            record(execution, event_of(EventKind::node_skipped, activation, now()));
            return;
        }
    }
    auto parameters = node.with.evaluate(scope, budget);
    if (!parameters) {
        fail(execution, activation, node_error(parameters.error()));
        return;
    }
    ++counters_.node_runs;
    switch (node.type->kind) {
        case NodeKind::pure:
            run_pure(execution, activation, std::move(*parameters));
            return;
        case NodeKind::effect:
            run_effect(execution, activation, std::move(*parameters));
            return;
        case NodeKind::hold:
            run_hold(execution, activation, *parameters);
            return;
        case NodeKind::composite:
            enter_composite(execution, activation, std::move(*parameters));
            return;
        case NodeKind::entry:
            run_entry(execution, activation, std::move(*parameters));
            return;
    }
}

void Scheduler::run_pure(LiveExecution& execution, const Activation& activation, Value parameters) {
    const auto& node = execution.program->node(activation.node);
    RunLog log(*this, execution.weak_from_this(), activation);
    PureContext context{parameters, node.outcomes, log, limits_, services_.random, now()};
    try {
        finished(execution, activation, node.type->pure(context));
    } catch (const std::exception& error) {
        fail(execution, activation, NodeError{"internal_error", error.what(), {}, false});
    }
}

void Scheduler::run_effect(LiveExecution& execution, const Activation& activation,
                           Value parameters) {
    record(execution, event_of(EventKind::node_started, activation, now()));
    execution.pending_effects.push_back(
        {activation.run, execution.last_sequence, std::move(parameters)});
}

/// Commit before effect: an effect begins only when everything before it, its own beginning
/// included, is on disk.
void Scheduler::start_pending_effects(LiveExecution& execution) {
    if (execution.pending_effects.empty() || execution.removed || stopping_) return;
    const auto durability = execution.program->settings().durability;
    // Whatever is written less: an execution that was never accepted must not have acted.
    if (durability == Durability::execution && execution.committed == 0) return;
    if (durability != Durability::step && execution.committed < execution.entries_seen) return;
    auto& pending = execution.pending_effects;
    const auto first_waiting =
        std::find_if(pending.begin(), pending.end(), [&](const auto& effect) {
            return durability == Durability::step && effect.after_sequence > execution.committed;
        });
    std::vector<LiveExecution::PendingEffect> starting(std::make_move_iterator(pending.begin()),
                                                       std::make_move_iterator(first_waiting));
    pending.erase(pending.begin(), first_waiting);
    for (auto& effect : starting) spawn_effect(execution, effect.run, std::move(effect.parameters));
}

void Scheduler::spawn_effect(LiveExecution& execution, RunNumber run, Value parameters) {
    const Activation* const activation = execution.state.find(run);
    if (activation == nullptr) return;  // cancelled meanwhile
    spawn_child(execution, run,
                perform(execution.shared_from_this(), *activation, std::move(parameters)));
}

void Scheduler::spawn_child(LiveExecution& execution, RunNumber run, task<void> work) {
    execution.children.push_back({run});
    const auto handle = children_.spawn(std::move(work));
    // On the loop's thread the effect begins within `spawn`: it may have ended, or have been
    // cancelled, already.
    auto* const child = execution.child(run);
    if (child == nullptr) return;
    child->handle = handle;
    if (child->cancelled) children_.cancel(handle);
}

task<void> Scheduler::perform(std::shared_ptr<LiveExecution> execution, Activation activation,
                              Value parameters) {
    const auto& node = execution->program->node(activation.node);
    const auto& definition = execution->program->graph().nodes[activation.node];
    auto* const child = execution->child(activation.run);
    if (child == nullptr || abandoning_) co_return;  // cancelled before it began
    child->begun = true;
    std::optional<NodeOutcome> outcome;
    bool cancelled = false;
    try {
        NodeContext context;
        context.parameters = std::move(parameters);
        context.execution = execution->id;
        context.node = definition.id;
        context.attempt = activation.attempt;
        // It travels in HTTP headers, and dialects allow any text as an id.
        context.idempotency_key = execution->id.to_string() + ":" +
                                  encode_path_segment(definition.id) + ":" +
                                  std::to_string(activation.run);
        context.log = std::make_shared<RunLog>(*this, execution, activation);
        context.calls = calls_of(execution, activation);
        context.http = services_.http;
        context.scripts = services_.scripts;
        context.processes = services_.processes;
        context.code = {execution->program, &execution->program->definition().code};
        context.timers = services_.timers;
        context.clock = services_.clock;
        context.limits = &limits_;
        task<NodeResult> work = node.type->effect(std::move(context));
        if (definition.timeout)
            outcome.emplace(co_await with_deadline(*services_.timers,
                                                   services_.clock->steady() + *definition.timeout,
                                                   std::move(work)));
        else
            outcome.emplace(co_await std::move(work));
    } catch (const NodeFailure& failure) {
        outcome.emplace(failure.error());
    } catch (const ErrorException& failure) {
        outcome.emplace(node_error(failure.error()));
    } catch (const system_error& error) {
        cancelled = is_cancellation(error);
        if (error.code() == asio::error::timed_out && definition.timeout)
            outcome.emplace(NodeError{"node_timeout",
                                      "the attempt took longer than the node's `timeout` of " +
                                          std::to_string(definition.timeout->count()) + " ms",
                                      {},
                                      true});
        else
            outcome.emplace(NodeError{"internal_error", error.what(), {}, false});
    } catch (const std::exception& error) {
        outcome.emplace(NodeError{"internal_error", error.what(), {}, false});
    }
    std::erase_if(execution->children,
                  [&](const auto& child) { return child.run == activation.run; });
    if (stopping_) progress_.wake_all();
    if (abandoning_ || execution->removed || execution->state.ended()) co_return;
    if (cancelled && execution->state.is_doomed(activation.frame))
        record(*execution, event_of(EventKind::node_cancelled, activation, now()));
    else
        finished(*execution, activation, std::move(*outcome));
    advance(*execution);
}

bool Scheduler::finished(LiveExecution& execution, const Activation& activation,
                         NodeOutcome outcome) {
    if (!outcome) {
        fail(execution, activation, outcome.error());
        return false;
    }
    if (execution.redaction) {
        execution.redaction.redact(outcome->output);
        execution.redaction.redact(outcome->outcome);
    }
    std::size_t bytes = 0;
    switch (check_bounds(outcome->output, limits_.output_depth, limits_.output_bytes, &bytes)) {
        case Bounds::kept:
            break;
        case Bounds::too_deep:
            fail(execution, activation,
                 NodeError{"output_too_deep",
                           "the output nests deeper than " + std::to_string(limits_.output_depth) +
                               " levels",
                           {},
                           false});
            return false;
        case Bounds::too_large:
            fail(execution, activation,
                 NodeError{"output_too_large",
                           "the output takes more than " + std::to_string(limits_.output_bytes) +
                               " bytes",
                           {},
                           false});
            return false;
    }
    if (execution.program->graph().nodes[activation.node].sets_vars &&
        bytes > limits_.artifact_bytes) {
        fail(execution, activation,
             NodeError{"vars_too_large",
                       "the variables take " + std::to_string(bytes) + " bytes, and may take " +
                           std::to_string(limits_.artifact_bytes) +
                           "; keep large values as outputs of nodes",
                       {},
                       false});
        return false;
    }
    Event event = event_of(EventKind::node_succeeded, activation, now());
    event.text = std::move(outcome->outcome);
    if (bytes > execution.tail.artifacts_over())
        event.artifact = Artifact::of(std::move(outcome->output), bytes);
    else
        event.data = std::move(outcome->output);
    if (!execution.program->node(activation.node).type->returns) {
        append(execution, std::move(event));
        return true;
    }
    Event returned = event_of(EventKind::execution_returned, now());
    returned.data = event.data;
    returned.artifact = event.artifact;
    append(execution, std::move(event));
    append(execution, std::move(returned));
    return true;
}

void Scheduler::fail(LiveExecution& execution, const Activation& activation,
                     const NodeError& error) {
    ++counters_.node_failures;
    const Node& node = execution.program->graph().nodes[activation.node];
    Event event = event_of(EventKind::node_failed, activation, now());
    event.data = error_value(error.code, error.message, error.details);
    event.data.as_object()["node"] = node.id;
    const auto wait = next_attempt(node.retry, error, activation.attempt, *services_.random);
    if (wait && !execution.state.is_doomed(activation.frame)) {
        event.kind = EventKind::node_retrying;
        event.due = event.at + *wait;
        const WallTime again = event.due;
        record(execution, std::move(event));
        park(execution, activation.run, again);
        return;
    }
    record(execution, std::move(event));
}

void Scheduler::start_due_retries(LiveExecution& execution) {
    for (const RunNumber run : std::exchange(execution.due_retries, {})) {
        const Activation* const parked = execution.state.find(run);
        if (parked == nullptr || execution.state.is_doomed(parked->frame)) continue;
        if (!has_place(execution, parked->node)) {
            execution.due_retries.push_back(run);
            continue;
        }
        Activation again = *parked;
        ++again.attempt;
        run_node(execution, again);
    }
}

void Scheduler::write_log(LiveExecution& execution, const Activation& activation, LogLevel level,
                          std::string message, Value fields) {
    if (execution.log_lines > limits_.log_lines || execution.state.ended()) return;
    Event event = event_of(EventKind::log_written, activation, now());
    event.level = level;
    if (execution.redaction) execution.redaction.redact(message);  // a cut would leave half of one
    event.text = cut(std::move(message), limits_.log_line_bytes);
    event.data = std::move(fields);
    if (execution.log_lines++ == limits_.log_lines) {
        event.level = LogLevel::warn;
        event.text = "log limit of " + std::to_string(limits_.log_lines) +
                     " lines reached; further lines are dropped";
        event.data = nullptr;
    }
    record(execution, std::move(event));
    commit(execution);
}

}  // namespace sluice
