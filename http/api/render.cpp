#include "http/api/render.hpp"

#include "engine/model/json_text.hpp"
#include "engine/model/timestamp.hpp"
#include "engine/run/composite.hpp"

namespace sluice::http {
namespace {

Value render_time(const std::optional<WallTime>& time) {
    return time ? Value(to_rfc3339(*time)) : Value(nullptr);
}

std::string_view to_word(Durability durability) {
    switch (durability) {
        case Durability::step:
            return "step";
        case Durability::execution:
            return "execution";
        case Durability::none:
            return "none";
    }
    return "step";
}

Value node_name(NodeIndex node, const Program* program) {
    if (node == no_node) return nullptr;
    if (program != nullptr && node < program->graph().nodes.size())
        return Value(program->node_id(node));
    return Value(node);
}

/// A large value is told by its reference, once it is on disk.
Value render_data(const Value& data, const std::shared_ptr<Artifact>& artifact) {
    if (!artifact) return data;
    if (artifact->stored) return artifact_reference(artifact->key);
    return artifact->value ? *artifact->value : Value(nullptr);
}

void add_state(Object& object, const Program& program, const ExecutionState& state) {
    object["durability"] = to_word(program.settings().durability);
    object["input"] = render_data(state.input(), state.input_artifact());
    const auto trigger = parse_json(state.trigger_json());
    object["trigger"] = trigger ? *trigger : Value(nullptr);
    const auto* const about = trigger ? trigger->if_object() : nullptr;
    const Value* const origin = about == nullptr ? nullptr : about->if_contains("retry_of");
    object["retry_of"] = origin == nullptr ? Value(nullptr) : *origin;
    object["output"] =
        state.ended() ? render_data(state.result(), state.result_artifact()) : Value(nullptr);
    object["error"] = state.error();
    Array waiting;
    for (const auto& activation : state.active()) {
        if (!activation.parked()) continue;
        const auto kind =
            activation.phase == RunPhase::retrying ? HoldKind::retry : activation.hold;
        waiting.push_back(
            Object{{"node", program.node_id(activation.node)},
                   {"run", activation.run},
                   {"for", to_word(kind)},
                   {"until", activation.due == WallTime{} ? Value(nullptr)
                                                          : Value(to_rfc3339(activation.due))}});
    }
    object["waiting_for"] = std::move(waiting);
}

}  // namespace

Value render_flow(const Flow& flow) {
    const auto& record = flow.record;
    Object labels;
    for (const auto& [name, value] : record.labels) labels[name] = value;
    Array webhooks;
    if (flow.program)
        for (const auto& webhook : flow.program->definition().webhooks)
            webhooks.push_back(Object{
                {"trigger", webhook.id},
                {"key", webhook.key},
                {"path", "/hooks/" + webhook.key},
                {"respond", webhook.respond == WebhookRespond::result ? "result" : "accepted"}});
    Object object{{"id", record.id.to_string()},
                  {"workspace", record.workspace},
                  {"namespace", record.flow_namespace},
                  {"name", record.name},
                  {"labels", std::move(labels)},
                  {"version", record.version},
                  {"created_at", to_rfc3339(record.created)},
                  {"updated_at", to_rfc3339(record.updated)},
                  {"webhooks", std::move(webhooks)},
                  {"valid", flow.program != nullptr}};
    if (flow.program) {
        object["description"] = flow.program->definition().description;
        object["nodes"] = flow.program->graph().nodes.size();
        object["inputs"] = flow.program->definition().inputs;
    }
    return object;
}

Value render_revision(const RevisionRecord& revision, bool with_source) {
    Object object{{"version", revision.version},
                  {"dialect", revision.dialect},
                  {"media_type", revision.media_type},
                  {"bytes", revision.source.size()},
                  {"created_at", to_rfc3339(revision.created)}};
    if (with_source) object["source"] = revision.source;
    return object;
}

Value render_execution(const ExecutionRecord& record, const Flow* flow) {
    Object object{{"id", record.id.to_string()}};
    object["flow_id"] = flow == nullptr ? Value(nullptr) : Value(flow->record.id.to_string());
    object["flow"] = flow == nullptr ? Value(nullptr) : Value(flow->record.name);
    object["namespace"] = flow == nullptr ? Value(nullptr) : Value(flow->record.flow_namespace);
    object["status"] = to_word(record.status);
    object["created_at"] = to_rfc3339(record.created);
    object["ended_at"] = render_time(record.ended);
    object["duration_ms"] =
        record.ended ? Value((*record.ended - record.created).count()) : Value(nullptr);
    return object;
}

Value render_execution(const ExecutionRecord& record, const Flow* flow, const Program& program,
                       const ExecutionState& state) {
    Value value = render_execution(record, flow);
    auto& object = value.get_object();
    object["version"] = program.identity().version;
    add_state(object, program, state);
    return value;
}

Value render_execution(const LiveExecution& execution, const Flow* flow, bool with_output) {
    ExecutionRecord record;
    record.id = execution.id;
    record.status = execution.state.status();
    record.created = execution.created;
    record.ended = execution.ended;
    auto rendered = render_execution(record, flow, *execution.program, execution.state);
    if (const auto& large = execution.state.result_artifact(); with_output && large && large->value)
        rendered.get_object()["output"] = *large->value;
    return rendered;
}

Value render_node_run(const NodeRun& run, const Program& program) {
    const auto& node = program.graph().nodes[run.node];
    Object object{{"node", node.id},
                  {"type", node.type},
                  {"status", to_word(run.status)},
                  {"attempt", run.attempt},
                  {"iteration", run.iteration},
                  {"path", run.path},
                  {"started_at", render_time(run.started)},
                  {"ended_at", render_time(run.ended)}};
    object["duration_ms"] =
        run.started && run.ended ? Value((*run.ended - *run.started).count()) : Value(nullptr);
    object["reused"] = run.attempt == taken_over;
    object["due_at"] = render_time(run.due);
    object["outcome"] = run.outcome.empty() ? Value(nullptr) : Value(run.outcome);
    object["output"] = render_data(run.output, run.output_artifact);
    object["error"] = run.error;
    return object;
}

Value render_hold(const HoldRecord& hold, const Flow* flow) {
    Object object{{"execution_id", hold.execution.to_string()},
                  {"run", hold.run},
                  {"kind", to_word(hold.kind)}};
    object["node"] = hold.node.empty() ? Value(nullptr) : Value(hold.node);
    object["flow"] = flow == nullptr ? Value(nullptr) : Value(flow->record.name);
    object["since"] = to_rfc3339(hold.since);
    object["until"] = render_time(hold.due);
    if (hold.kind == HoldKind::signal) {
        object["signal"] = hold.name;
        object["key"] = hold.key;
    }
    const auto details =
        hold.details.empty() ? result<Value>(Value(nullptr)) : parse_json(hold.details);
    object["details"] = details ? *details : Value(nullptr);
    return object;
}

Value render_event(const Event& event, const Program* program) {
    Object object{
        {"sequence", event.sequence}, {"at", to_rfc3339(event.at)}, {"type", to_word(event.kind)}};
    if (event.node != no_node) {
        object["node"] = node_name(event.node, program);
        object["run"] = event.run;
    }
    switch (event.kind) {
        case EventKind::execution_started:
            object["input"] = render_data(event.data, event.artifact);
            if (const auto trigger = parse_json(event.text)) object["trigger"] = *trigger;
            break;
        case EventKind::node_started:
            object["attempt"] = event.attempt;
            break;
        case EventKind::node_succeeded:
            object["attempt"] = event.attempt;
            object["outcome"] = event.text;
            object["output"] = render_data(event.data, event.artifact);
            break;
        case EventKind::node_retrying:
            object["due_at"] = to_rfc3339(event.due);
            [[fallthrough]];
        case EventKind::node_failed:
            object["attempt"] = event.attempt;
            object["error"] = event.data;
            break;
        case EventKind::node_waiting:
            object["hold"] = to_word(event.hold);
            if (event.due != WallTime{}) object["due_at"] = to_rfc3339(event.due);
            if (!event.text.empty()) object["signal"] = event.text;
            if (!event.data.is_null()) object["details"] = event.data;
            break;
        case EventKind::hold_decided:
            object["by"] = event.text;
            object["decision"] = event.data;
            break;
        case EventKind::execution_queued:
            if (event.due != WallTime{}) object["due_at"] = to_rfc3339(event.due);
            if (!event.data.is_null()) object["details"] = event.data;
            [[fallthrough]];
        case EventKind::execution_paused:
        case EventKind::execution_resumed:
            object["reason"] = event.text;
            break;
        case EventKind::call_answered:
            object["attempt"] = event.attempt;
            object["name"] = event.text;
            for (const auto& member : event.data.as_object()) object[member.key()] = member.value();
            break;
        case EventKind::log_written:
            object["level"] = to_word(event.level);
            object["message"] = event.text;
            if (!event.data.is_null()) object["fields"] = event.data;
            break;
        case EventKind::cancel_requested:
            object["reason"] = event.text;
            break;
        case EventKind::execution_ended:
            object["status"] = to_word(event.status);
            object[event.status == ExecutionStatus::succeeded ? "output" : "error"] =
                render_data(event.data, event.artifact);
            break;
        case EventKind::execution_retrying:
            object["error"] = event.data;
            break;
        case EventKind::execution_recovered:
            if (!event.text.empty()) object["how"] = event.text;
            break;
        case EventKind::node_entered:
            object["attempt"] = event.attempt;
            if (event.due != WallTime{}) object["due_at"] = to_rfc3339(event.due);
            object["parameters"] = event.data;
            break;
        case EventKind::iteration_started:
        case EventKind::iteration_ended:
            object["iteration"] = event.attempt;
            if (program != nullptr && event.block - 1 < program->graph().blocks.size())
                object["frame"] = frame_label(program->graph(), event.block, event.attempt);
            if (event.kind == EventKind::iteration_started) break;
            object[event.status == ExecutionStatus::failed ? "error" : "output"] = event.data;
            break;
        case EventKind::node_closing:
            object["error"] = event.data;
            break;
        case EventKind::execution_returned:
            object["output"] = render_data(event.data, event.artifact);
            break;
        case EventKind::node_skipped:
        case EventKind::node_cancelled:
        case EventKind::execution_admitted:
        case EventKind::compensation_started:
            break;
    }
    return object;
}

Value render_log(const Event& event, const Program* program) {
    return Object{{"sequence", event.sequence},    {"at", to_rfc3339(event.at)},
                  {"level", to_word(event.level)}, {"node", node_name(event.node, program)},
                  {"message", event.text},         {"fields", event.data}};
}

}  // namespace sluice::http
