#include "engine/nodes/code_world.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/async/timers.hpp"
#include "engine/nodes/http_fields.hpp"
#include "engine/nodes/http_request_plan.hpp"
#include "engine/nodes/http_response_value.hpp"

namespace sluice::nodes {

void CodeWorld::log(LogLevel level, std::string message) {
    context_.log->write(level, std::move(message), {});
}

task<Value> CodeWorld::call(std::string name, std::uint32_t number, Value argument) {
    auto answer = context_.calls->answered(number, name, argument);
    if (!answer) {
        try {
            answer = co_await perform(name, number, argument);
        } catch (const NodeFailure& failure) {
            answer = failure.error();
        }
        context_.calls->keep(number, name, argument, *answer);
    }
    if (!*answer) throw NodeFailure(answer->error());
    co_return std::move(**answer);
}

task<Value> CodeWorld::perform(std::string name, std::uint32_t number, Value argument) {
    if (name == "sleep") co_return co_await sleep(std::move(argument));
    if (name != "http")
        throw NodeFailure(NodeError{"unknown_call", "there is no call '" + name + "'", {}, false});
    co_await context_.calls->on_disk();
    co_return co_await http(number, std::move(argument));
}

task<Value> CodeWorld::sleep(Value argument) {
    error_code error;
    const double milliseconds = argument.is_number() ? argument.to_number<double>(error) : -1;
    const auto most = context_.limits->script_timeout_ceiling;
    if (error || !(milliseconds >= 0))
        throw NodeFailure(
            NodeError{"invalid_parameters", "sleep() takes a number of milliseconds", {}, false});
    const auto wanted = std::min(milliseconds, static_cast<double>(most.count()));
    co_await sleep_until(*context_.timers, context_.clock->steady() +
                                               std::chrono::milliseconds(std::llround(wanted)));
    co_return Value{};
}

task<Value> CodeWorld::http(std::uint32_t number, Value argument) {
    if (context_.http == nullptr)
        throw NodeFailure(NodeError{
            "http_unavailable", "this program has given the engine no HTTP client", {}, false});
    if (argument.is_string()) argument = Object{{"url", argument}};
    auto plan = plan_http_request(argument, *context_.limits);
    if (!plan) throw NodeFailure(plan.error());
    auto& request = plan->request;
    if (!is_safe_method(request.method) &&
        find_http_header(request.headers, idempotency_header) == nullptr)
        request.headers.emplace_back(idempotency_header,
                                     context_.idempotency_key + ":" + std::to_string(number));
    const HttpResponse response = co_await context_.http->send(std::move(request));
    auto rendered = render_http_response(response, *context_.limits);
    if (!rendered) throw NodeFailure(rendered.error());
    if (plan->fail_on_status)
        if (auto failure = status_failure(*rendered)) throw NodeFailure(std::move(*failure));
    co_return std::move(*rendered);
}

}  // namespace sluice::nodes
