#include "http/dialects/flowengine/render.hpp"

#include <algorithm>
#include <utility>

#include "engine/model/json_text.hpp"
#include "engine/model/member.hpp"
#include "engine/model/timestamp.hpp"
#include "http/api/error_response.hpp"
#include "http/dialects/flowengine/catalogue.hpp"
#include "http/dialects/flowengine/definition.hpp"
#include "http/dialects/flowengine/typed_value.hpp"

namespace sluice::http::flowengine {
namespace {

/// Every problem of a definition with its place, as one text.
std::string problems_of(const Error& error) {
    std::string text;
    const Value* const diagnostics = find_member(error.details, "diagnostics");
    const auto* const list = diagnostics == nullptr ? nullptr : diagnostics->if_array();
    if (list == nullptr) return error.message;
    for (const Value& problem : *list) {
        if (text_member(problem, "severity") != "error") continue;
        text += text.empty() ? "Invalid workflow: " : "; ";
        text += text_member(problem, "message");
        if (const Value* const line = find_member(problem, "line");
            line != nullptr && line->to_number<int>() > 0)
            text += " (line " + to_json(*line) + ", column " + to_json(problem.at("column")) + ")";
        if (const auto suggestion = text_member(problem, "suggestion"); !suggestion.empty())
            text += "; " + suggestion;
    }
    return text;
}

Value settings_value(const FlowSettings& settings) {
    Object value{{"max_parallel_nodes", settings.max_parallel.value_or(default_parallel_nodes)}};
    switch (settings.on_error) {
        case OnError::stop:
            value["on_error"] = "StopWorkflow";
            break;
        case OnError::continue_path:
            value["on_error"] = "ContinueOnError";
            break;
        case OnError::retry:
            value["on_error"] =
                Object{{"RetryWorkflow", Object{{"max_attempts", settings.max_attempts}}}};
            break;
    }
    if (settings.timeout) value["max_execution_time_ms"] = settings.timeout->count();
    return value;
}

}  // namespace

Response error_body(unsigned status, std::string_view message) {
    return Response::json(status, Object{{"error", message}});
}

Response refusal(const Error& error) {
    auto status = status_of(error.code);
    if (status == 422) status = 400;
    auto response = error_body(status, problems_of(error));
    if (const auto wait = retry_after_of(error))
        response.headers.emplace_back("Retry-After", std::to_string(wait->count()));
    return response;
}

Error workflow_not_found(std::string_view id) {
    return {"flow_not_found", "Workflow " + std::string(id) + " not found", {}};
}

result<std::shared_ptr<const Flow>> find_workflow(Engine& engine, const Request& request) {
    const std::string_view id = request.parameter("id");
    const auto uuid = Uuid::parse(id);
    auto flow = uuid ? engine.flows().find(*uuid) : nullptr;
    if (flow == nullptr) return workflow_not_found(id);
    return flow;
}

std::string timestamp(WallTime time) {
    std::string text = to_rfc3339(time);
    constexpr std::string_view whole_second = ".000Z";
    if (text.ends_with(whole_second)) {
        text.resize(text.size() - whole_second.size());
        text += 'Z';
    }
    return text;
}

Value workflow_summary(const Flow& flow) {
    const auto name = flow.record.labels.find(std::string(name_label));
    const bool ours = flow.dialect == dialect_name && name != flow.record.labels.end();
    const Program* const program = flow.program.get();
    return Object{{"id", flow.record.id.to_string()},
                  {"name", ours ? name->second : flow.record.name},
                  {"description", program == nullptr ? "" : program->definition().description},
                  {"nodes", program == nullptr ? 0 : program->graph().nodes.size()},
                  {"connections", program == nullptr ? 0 : program->graph().edges.size()}};
}

std::string workflow_definition(const Flow& flow, std::string source) {
    auto parsed = parse_json(source);
    if (!parsed || !parsed->is_object()) return source;
    Object& workflow = parsed->get_object();
    const auto members = workflow.size();
    const auto add = [&](std::string_view key, Value value) {
        if (!workflow.contains(key)) workflow.emplace(key, std::move(value));
    };
    add("id", Value(flow.record.id.to_string()));
    add("connections", Array{});
    add("triggers", Array{});
    if (flow.program != nullptr) add("settings", settings_value(flow.program->settings()));
    return workflow.size() == members ? source : to_json(*parsed);
}

Value translated_definition(const Flow& flow) {
    Object workflow{{"id", flow.record.id.to_string()},
                    {"name", flow.record.name},
                    {"nodes", Array{}},
                    {"connections", Array{}},
                    {"triggers", Array{}}};
    if (flow.program == nullptr) return workflow;
    const auto& definition = flow.program->definition();
    workflow["description"] = definition.description;
    workflow["settings"] = settings_value(definition.settings);
    Array& nodes = workflow["nodes"].as_array();
    for (const auto& node : definition.graph.nodes) {
        Object config;
        if (const auto* const parameters = node.with.if_object())
            for (const auto& parameter : *parameters)
                config.emplace(parameter.key(), to_wire(parameter.value()));
        nodes.push_back(Object{
            {"id", node.id}, {"node_type", client_type(node.type)}, {"config", std::move(config)}});
    }
    Array& connections = workflow["connections"].as_array();
    for (const auto& edge : definition.graph.edges)
        connections.push_back(
            Object{{"from_node", definition.graph.nodes[edge.from].id},
                   {"from_port", edge.from_port.empty() ? edge.outcome : edge.from_port},
                   {"to_node", definition.graph.nodes[edge.to].id},
                   {"to_port", edge.to_port.empty() ? std::string("input") : edge.to_port}});
    for (const auto& webhook : definition.webhooks)
        workflow["triggers"].as_array().push_back(
            Object{{"id", webhook.id},
                   {"trigger_type", Object{{"type", "Webhook"}, {"path", webhook.key}}},
                   {"enabled", true}});
    return workflow;
}

std::size_t completed_nodes(const ExecutionState& state, const Program& program) {
    std::size_t completed = 0;
    for (NodeIndex node = 0; node < program.graph().nodes.size(); ++node)
        if (state.plan().has_begun(node)) ++completed;
    return completed;
}

Response execution_answer(const LiveExecution& execution) {
    if (execution.state.status() != ExecutionStatus::succeeded)
        return error_body(500, failure_text(execution.state));
    std::string body = R"({"execution_id":")";
    body += execution.id.to_string();
    body += R"(","completed_nodes":)";
    body += std::to_string(completed_nodes(execution.state, *execution.program));
    body += R"(,"total_nodes":)";
    body += std::to_string(execution.program->graph().nodes.size());
    body += '}';
    return Response::json_text(200, std::move(body));
}

std::string failure_text(const ExecutionState& state) {
    const Value& error = state.error();
    const auto message = text_member(error, "message");
    switch (state.status()) {
        case ExecutionStatus::timed_out:
            return "Workflow execution timed out: " + message;
        case ExecutionStatus::cancelled:
            return "Workflow execution was cancelled: " + message;
        default:
            break;
    }
    const auto node = text_member(error, "node");
    return "Node execution failed: " + (node.empty() ? "" : node + ": ") + message;
}

Value outputs(const Value& output) {
    Object ports;
    if (const auto* const members = output.if_object())
        for (const auto& member : *members) ports.emplace(member.key(), to_wire(member.value()));
    else if (!output.is_null())
        ports.emplace("output", to_wire(output));
    return ports;
}

}  // namespace sluice::http::flowengine
