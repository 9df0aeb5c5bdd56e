#include <utility>

#include "engine/model/json_text.hpp"
#include "engine/model/member.hpp"
#include "http/api/api.hpp"
#include "http/api/execution_wait.hpp"
#include "http/api/handler.hpp"
#include "http/dialects/flowengine/catalogue.hpp"
#include "http/dialects/flowengine/definition.hpp"
#include "http/dialects/flowengine/events.hpp"
#include "http/dialects/flowengine/flowengine.hpp"
#include "http/dialects/flowengine/history.hpp"
#include "http/dialects/flowengine/render.hpp"
#include "http/dialects/flowengine/typed_value.hpp"

namespace sluice::http::flowengine {
namespace {

constexpr const char* trigger = R"({"type":"api","dialect":"flowengine"})";
constexpr const char* api_version = "0.1.0";

// Workflows ---------------------------------------------------------------------------------------

Response list_workflows(Engine& engine) {
    Array workflows;
    for (const auto& flow : engine.flows().all()) workflows.push_back(workflow_summary(*flow));
    return Response::json(200, workflows);
}

/// The id that a definition names; a new one where it names none. What is wrong with it is told
/// with the other problems.
Uuid id_in(Engine& engine, const std::string& source) {
    const auto document = parse_json(source);
    const auto named = document ? Uuid::parse(text_member(*document, "id")) : std::nullopt;
    return named ? *named : engine.ids().next();
}

task<Response> create_workflow(Engine& engine, Request request) {
    std::string source(request.body());
    const Uuid id = id_in(engine, source);
    if (const auto known = engine.flows().find(id); known && known->dialect != dialect_name)
        co_return error_body(409, "Workflow " + id.to_string() +
                                      " is kept in another language; change it at /api/v1/flows/" +
                                      id.to_string());
    const auto stored = co_await engine.flows().put(
        id, {std::move(source), definition::SourceFormat::json, std::string(dialect_name)});
    if (!stored) co_return refusal(stored.error());
    co_return Response::json(201, Object{{"id", (*stored)->record.id.to_string()},
                                         {"message", "Workflow created successfully"}});
}

task<Response> get_workflow(Engine& engine, Request request) {
    const auto found = find_workflow(engine, request);
    if (!found) co_return refusal(found.error());
    const auto& flow = *found;
    if (flow->dialect != dialect_name) co_return Response::json(200, translated_definition(*flow));
    auto revision = co_await engine.records().revision(flow->record.revision);
    if (!revision) co_return refusal(workflow_not_found(request.parameter("id")));
    co_return Response::json_text(200, workflow_definition(*flow, std::move(revision->source)));
}

task<Response> delete_workflow(Engine& engine, Request request) {
    const auto found = find_workflow(engine, request);
    if (!found) co_return refusal(found.error());
    const auto& flow = *found;
    const auto removed = co_await engine.flows().remove(flow->record.id);
    if (!removed) co_return refusal(removed.error());
    co_return Response::json(200, Object{{"message", "Workflow deleted successfully"}});
}

// Execution ---------------------------------------------------------------------------------------

/// The body {"inputs": {port: value}} as the execution's input; without a body there are none.
result<Value> inputs_of(const Request& request, const Limits& limits) {
    if (request.body().empty()) return Value(Object{});
    auto body = parse_json(request.body(), limits.value_depth);
    if (!body) return body.error();
    if (!body->is_object())
        return Error{"invalid_body", R"(the body must be an object such as {"inputs": {}})", {}};
    const Value* const inputs = find_member(*body, "inputs");
    if (inputs == nullptr || inputs->is_null()) return Value(Object{});
    if (!inputs->is_object())
        return Error{"invalid_body", "`inputs` must be an object of ports and values", {}};
    Object ports;
    for (const auto& input : inputs->get_object()) {
        std::vector<TypedProblem> problems;
        ports.emplace(input.key(), from_wire(input.value(), problems));
        if (!problems.empty())
            return Error{"invalid_body",
                         "Invalid input at inputs." + std::string(input.key()) +
                             problems.front().pointer + ": " + problems.front().message,
                         {}};
    }
    return Value(std::move(ports));
}

Value plain_inputs(Value ports) {
    Object plain;
    for (const auto& port : ports.as_object()) plain.emplace(port.key(), to_plain(port.value()));
    return plain;
}

void answer_end(Engine&, Responder responder, const LiveExecution& execution,
                const std::optional<Error>& error) {
    responder.send(named(error ? refusal(*error) : execution_answer(execution), execution));
}

Response answer_late(const LiveExecution& execution) {
    return named(error_body(504, "Workflow execution " + execution.id.to_string() +
                                     " has not ended yet; it goes on, and is shown at "
                                     "/api/executions/" +
                                     execution.id.to_string()),
                 execution);
}

/// Without a coroutine: this is what a client's loop calls.
void execute_workflow(Engine& engine, Request& request, Responder responder) {
    const auto found = find_workflow(engine, request);
    if (!found) return responder.send(refusal(found.error()));
    const auto& flow = *found;
    if (flow->program == nullptr)
        return responder.send(error_body(409, "Workflow " + flow->record.id.to_string() +
                                                  " no longer compiles; create it again"));
    auto inputs = inputs_of(request, engine.limits());
    if (!inputs) return responder.send(refusal(inputs.error()));
    Start start;
    start.program = flow->program;
    start.input =
        flow->dialect == dialect_name ? std::move(*inputs) : plain_inputs(std::move(*inputs));
    start.trigger_json = trigger;
    const auto execution = engine.scheduler().start(std::move(start));
    if (!execution) {
        const Error error = execution.error();
        if (error.code == "overloaded")
            return answer_refused_late(engine, std::move(responder), refusal(error));
        return responder.send(refusal(error));
    }
    answer_at_end(engine, *execution, std::move(responder), engine.limits().wait_ceiling,
                  answer_end, answer_late);
}

// The rest ----------------------------------------------------------------------------------------

Response health() {
    return Response::json(
        200, Object{{"status", "healthy"}, {"version", api_version}, {"service", "flowengine"}});
}

Response list_node_types() {
    Array types;
    for (const auto& entry : catalogue())
        types.push_back(Object{{"type", entry.type},
                               {"description", entry.description},
                               {"category", entry.category}});
    return Response::json(200, types);
}

}  // namespace

void add_to(Engine& engine) {
    add_node_types(engine.nodes());
    engine.flows().add_dialect(std::string(dialect_name), std::make_unique<FrontEnd>());
}

void mount(Router& router, Engine& engine, MountOptions options,
           std::function<Counters()> counters) {
    const bool cross_origin = options.cross_origin;
    const auto add = [&](Method method, const std::string& pattern, Handler handler,
                         const char* name, Access access) {
        Route route{method, options.prefix + pattern, std::move(handler), name, access};
        if (method == Method::post) route.content_types = {"application/json"};
        route.cross_origin = cross_origin;
        router.add(std::move(route)).value();
    };
    const auto with = handlers_of(engine, refusal);
    const auto answering = [](auto function) {
        return Handler([function](Request&, Responder responder) { responder.send(function()); });
    };
    router
        .mount({options.prefix,
                [](unsigned status, std::string_view, std::string_view detail) {
                    return error_body(status, detail);
                },
                cross_origin})
        .value();

    // Who may do what is said here for the day when callers are asked who they are (row S2-52).
    add(Method::get, "/health", answering(health), "flowengine_health", Access::open);
    add(Method::get, "/api/nodes", answering(list_node_types), "flowengine_nodes", Access::viewer);
    add(Method::get, "/api/workflows", answering([&engine] { return list_workflows(engine); }),
        "flowengine_workflows", Access::viewer);
    add(Method::post, "/api/workflows", with(create_workflow), "flowengine_create_workflow",
        Access::editor);
    add(Method::get, "/api/workflows/{id}", with(get_workflow), "flowengine_workflow",
        Access::viewer);
    add(Method::delete_, "/api/workflows/{id}", with(delete_workflow), "flowengine_delete_workflow",
        Access::editor);
    add(Method::post, "/api/workflows/{id}/execute",
        Handler([&engine](Request& request, Responder responder) {
            execute_workflow(engine, request, std::move(responder));
        }),
        "flowengine_execute", Access::executor);
    add(Method::get, "/api/workflows/{id}/versions", with(list_versions), "flowengine_versions",
        Access::viewer);
    add(Method::get, "/api/workflows/{id}/executions", with(list_executions),
        "flowengine_workflow_executions", Access::viewer);
    add(Method::get, "/api/executions/{id}", with(get_execution), "flowengine_execution",
        Access::viewer);
    add(Method::get, "/api/events",
        Handler([stream = std::make_shared<EventStream>(engine)](Request&, Responder responder) {
            responder.upgrade(
                {}, [stream](const std::shared_ptr<WebSocket>& socket) { stream->join(socket); });
        }),
        "flowengine_events", Access::viewer);
    add(Method::get, "/metrics",
        Handler([&engine, counters = std::move(counters)](Request&, Responder responder) {
            responder.send(metrics(engine, counters ? counters() : Counters{}));
        }),
        "flowengine_metrics", Access::viewer);
}

}  // namespace sluice::http::flowengine
