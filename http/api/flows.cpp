#include <charconv>
#include <utility>

#include "engine/definition/language_schema.hpp"
#include "engine/model/ascii.hpp"
#include "engine/model/json_text.hpp"
#include "http/api/api.hpp"
#include "http/api/error_response.hpp"
#include "http/api/find_flow.hpp"
#include "http/api/handler.hpp"
#include "http/api/query.hpp"
#include "http/api/render.hpp"

namespace sluice::http {
namespace {

const std::vector<std::string> definition_types{"application/yaml", "application/x-yaml",
                                                "text/yaml", "text/x-yaml", "application/json"};

definition::SourceFormat format_of(const Request& request) {
    return equal_ignoring_case(request.content_type(), "application/json")
               ? definition::SourceFormat::json
               : definition::SourceFormat::yaml;
}

std::string etag(const Flow& flow) {
    return '"' + std::to_string(flow.record.version) + '"';
}

Response answer(unsigned status, const Flow& flow) {
    return Response::json(status, render_flow(flow)).with("ETag", etag(flow));
}

/// The revision that `If-Match: "3"` names.
result<std::optional<std::uint32_t>> expected_version(const Request& request) {
    std::string_view text = request.header("if-match");
    if (text.empty() || text == "*") return std::optional<std::uint32_t>{};
    if (text.size() > 2 && text.front() == '"' && text.back() == '"')
        text = text.substr(1, text.size() - 2);
    std::uint32_t version = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), version);
    if (end.ec != std::errc() || end.ptr != text.data() + text.size())
        return Error{
            "invalid_parameter", "If-Match must be the ETag of the flow, such as \"3\"", {}};
    return std::optional(version);
}

task<Response> create_flow(Engine& engine, Request request) {
    const auto flow =
        co_await engine.flows().create({std::string(request.body()), format_of(request)});
    if (!flow) co_return error_response(flow.error());
    co_return answer(201, **flow)
        .with("Location", "/api/v1/flows/" + (*flow)->record.id.to_string());
}

task<Response> replace_flow(Engine& engine, Request request) {
    const auto known = find_flow(engine.flows(), request.parameter("id"));
    if (!known) co_return error_response(known.error());
    const auto expected = expected_version(request);
    if (!expected) co_return error_response(expected.error());
    const auto flow = co_await engine.flows().replace(
        (*known)->record.id, {std::string(request.body()), format_of(request)}, *expected);
    if (!flow) co_return error_response(flow.error());
    co_return answer(200, **flow);
}

task<Response> delete_flow(Engine& engine, Request request) {
    const auto known = find_flow(engine.flows(), request.parameter("id"));
    if (!known) co_return error_response(known.error());
    const auto removed = co_await engine.flows().remove((*known)->record.id);
    if (!removed) co_return error_response(removed.error());
    co_return Response::empty();
}

task<Response> get_flow(Engine& engine, Request request) {
    const auto flow = find_flow(engine.flows(), request.parameter("id"));
    if (!flow) co_return error_response(flow.error());
    Value value = render_flow(**flow);
    const auto revision = co_await engine.records().revision((*flow)->record.revision);
    if (revision) {
        value.as_object()["media_type"] = revision->media_type;
        value.as_object()["source"] = revision->source;
    }
    co_return Response::json(200, value).with("ETag", etag(**flow));
}

Response list_flows(Engine& engine, const Request& request) {
    const auto limit = limit_of(request);
    if (!limit) return error_response(limit.error());
    const auto cursor = cursor_of(request);
    if (!cursor) return error_response(cursor.error());
    const auto wanted_namespace = request.query("namespace");
    Array items;
    std::optional<std::int64_t> next;
    for (const auto& flow : engine.flows().all()) {
        if (*cursor && flow->record.number <= **cursor) continue;
        if (wanted_namespace && flow->record.flow_namespace != *wanted_namespace) continue;
        if (items.size() == *limit) return Response::json(200, page(std::move(items), next));
        items.push_back(render_flow(*flow));
        next = flow->record.number;
    }
    return Response::json(200, page(std::move(items), std::nullopt));
}

task<Response> list_revisions(Engine& engine, Request request) {
    const auto flow = find_flow(engine.flows(), request.parameter("id"));
    if (!flow) co_return error_response(flow.error());
    const auto limit = limit_of(request);
    if (!limit) co_return error_response(limit.error());
    const auto cursor = cursor_of(request);
    if (!cursor) co_return error_response(cursor.error());
    std::optional<std::uint32_t> before;
    if (*cursor) before = static_cast<std::uint32_t>(**cursor);
    const auto revisions =
        co_await engine.records().revisions((*flow)->record.number, before, *limit + 1);
    Array items;
    for (const auto& revision : revisions)
        if (items.size() < *limit) items.push_back(render_revision(revision, false));
    std::optional<std::int64_t> next;
    if (revisions.size() > *limit) next = revisions[*limit - 1].version;
    co_return Response::json(200, page(std::move(items), next));
}

task<Response> get_revision(Engine& engine, Request request) {
    const auto flow = find_flow(engine.flows(), request.parameter("id"));
    if (!flow) co_return error_response(flow.error());
    const auto text = request.parameter("version");
    std::uint32_t version = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), version);
    std::vector<RevisionRecord> found;
    if (end.ec == std::errc() && end.ptr == text.data() + text.size() && version > 0 &&
        version < UINT32_MAX)
        found = co_await engine.records().revisions((*flow)->record.number, version + 1, 1);
    if (found.empty() || found.front().version != version)
        co_return error_response({"revision_not_found",
                                  "the flow has no revision '" + std::string(text) + "'", Value{}});
    co_return Response::json(200, render_revision(found.front(), true));
}

task<Response> validate_flow(Engine& engine, Request request) {
    const auto compiled =
        co_await engine.flows().judge({std::string(request.body()), format_of(request)});
    Array diagnostics;
    for (const auto& diagnostic : compiled.diagnostics) diagnostics.push_back(to_value(diagnostic));
    co_return Response::json(200, Object{{"valid", compiled.program != nullptr},
                                         {"diagnostics", std::move(diagnostics)}});
}

Response list_node_types(Engine& engine) {
    Array items;
    for (const auto& type : engine.nodes().all()) {
        Array outcomes;
        for (const auto& outcome : type->outcomes) outcomes.emplace_back(outcome);
        items.push_back(Object{{"id", type->id},
                               {"category", type->category},
                               {"description", type->description},
                               {"pure", type->kind == NodeKind::pure},
                               {"kind", to_word(type->kind)},
                               {"outcomes", std::move(outcomes)},
                               {"input_schema", type->input_schema},
                               {"output_schema", type->output_schema}});
    }
    return Response::json(200, page(std::move(items), std::nullopt));
}

}  // namespace

void mount_flows(Router& router, Engine& engine) {
    const auto with = handlers_of(engine);
    const auto at_once = [&engine](Response (*handler)(Engine&, const Request&)) {
        return [&engine, handler](Request& request, Responder responder) {
            responder.send(handler(engine, request));
        };
    };
    const std::string flows = "/api/v1/flows";
    const std::string flow = flows + "/{id}";
    router
        .add({Method::post, flows, with(create_flow), "create_flow", Access::editor,
              definition_types})
        .value();
    router.add({Method::get, flows, at_once(list_flows), "list_flows", Access::viewer}).value();
    router
        .add({Method::post, flows + "/validate", with(validate_flow), "validate_flow",
              Access::viewer, definition_types})
        .value();
    router.add({Method::get, flow, with(get_flow), "get_flow", Access::viewer}).value();
    router
        .add({Method::put, flow, with(replace_flow), "replace_flow", Access::editor,
              definition_types})
        .value();
    router.add({Method::delete_, flow, with(delete_flow), "delete_flow", Access::editor}).value();
    router
        .add({Method::get, flow + "/revisions", with(list_revisions), "list_revisions",
              Access::viewer})
        .value();
    router
        .add({Method::get, flow + "/revisions/{version}", with(get_revision), "get_revision",
              Access::viewer})
        .value();
    router
        .add({Method::get, "/api/v1/node-types",
              [&engine](Request&, Responder responder) { responder.send(list_node_types(engine)); },
              "list_node_types", Access::viewer})
        .value();
    router
        .add({Method::get, "/api/v1/flow-schema",
              [](Request&, Responder responder) {
                  responder.send(
                      Response::json_text(200, std::string(definition::language_schema())));
              },
              "get_flow_schema", Access::open})
        .value();
}

}  // namespace sluice::http
