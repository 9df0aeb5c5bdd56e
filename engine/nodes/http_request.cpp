#include <utility>

#include "engine/nodes/built_in.hpp"
#include "engine/nodes/http_fields.hpp"
#include "engine/nodes/http_request_plan.hpp"
#include "engine/nodes/http_response_value.hpp"
#include "engine/nodes/schema.hpp"

namespace sluice::nodes {
namespace {

task<NodeResult> call(NodeContext context) {
    if (context.http == nullptr)
        throw NodeFailure(NodeError{
            "http_unavailable", "this program has given the engine no HTTP client", {}, false});
    auto plan = plan_http_request(context.parameters, *context.limits);
    if (!plan) throw NodeFailure(plan.error());
    if (!is_safe_method(plan->request.method) &&
        find_http_header(plan->request.headers, idempotency_header) == nullptr)
        plan->request.headers.emplace_back(idempotency_header, context.idempotency_key);
    if (plan->log)
        context.log->write(LogLevel::info, plan->request.method + ' ' + plan->request.url, {});
    HttpResponse response = co_await context.http->send(std::move(plan->request));
    auto rendered = render_http_response(response, *context.limits, plan->parse);
    if (!rendered) throw NodeFailure(rendered.error());
    if (plan->fail_on_status)
        if (auto failure = status_failure(*rendered)) throw NodeFailure(std::move(*failure));
    NodeResult result;
    result.output = std::move(*rendered);
    co_return result;
}

}  // namespace

NodeType http_request() {
    NodeType type;
    type.id = "http.request";
    type.category = "http";
    type.description =
        "Calls another service. A status of 400 or above fails the node unless `fail_on_status` is "
        "false; 408, 425, 429 "
        "and 5xx may be retried. Requests that are not GET, HEAD or OPTIONS carry a stable "
        "Idempotency-Key.";
    type.input_schema = object_schema(
        {{"url", "string", "Absolute, http or https.", true, {}},
         {"method", "string", "Any method but CONNECT.", false, Object{{"default", "GET"}}},
         {"headers",
          "object",
          "Names and values; a list repeats a header, null leaves it out.",
          false,
          {}},
         {"query",
          "object",
          "Added to the URL's query, encoded; a list repeats a name.",
          false,
          {}},
         {"json", "", "The body, as application/json.", false, {}},
         {"form", "object", "The body, as application/x-www-form-urlencoded.", false, {}},
         {"body", "", "The body: text, {base64: ...} for bytes, or any value as JSON.", false, {}},
         {"auth", "object", "{basic: {username, password}} or {bearer: token}.", false, {}},
         {"follow_redirects", "", "true, false, or how many.", false, Object{{"default", true}}},
         {"timeout", "", "Of the whole call: 10s, or milliseconds.", false,
          Object{{"default", "30s"}}},
         {"max_response_bytes", "", "A larger answer fails the node.", false, {}},
         {"verify_tls", "", "Whether the server must prove who it is.", false,
          Object{{"default", true}}},
         {"fail_on_status", "", "Whether a status of 400 or above fails the node.", false,
          Object{{"default", true}}},
         {"parse", "", "Whether an answer in JSON is parsed; otherwise it stays text.", false,
          Object{{"default", true}}},
         {"log", "", "Whether method and URL are written to the execution's log first.", false,
          Object{{"default", false}}}});
    type.output_schema = object_schema(
        {{"status", "integer", "HTTP status.", true, {}},
         {"headers", "object", "Names in lower case.", true, {}},
         {"body", "", "Parsed when the answer is JSON, else text, or {base64: ...}.", true, {}}});
    type.kind = NodeKind::effect;
    type.effect = call;
    return type;
}

}  // namespace sluice::nodes
