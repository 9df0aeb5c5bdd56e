// POST /api/v1/signals/{name}: what `flow.wait` waits for.
#include <utility>

#include "engine/model/duration.hpp"
#include "engine/model/json_text.hpp"
#include "engine/model/timestamp.hpp"
#include "http/api/api.hpp"
#include "http/api/handler.hpp"

namespace sluice::http {
namespace {

struct SignalBody {
    std::string key;
    Value payload;
    std::optional<std::chrono::milliseconds> keep;
};

result<SignalBody> body_of(const Request& request, const Limits& limits) {
    const auto wrong = [](std::string_view what) {
        return Error{
            "invalid_body",
            std::string(what) + R"(; the body is {"key": "text", "payload": ..., "keep": "1h"})",
            {}};
    };
    SignalBody read;
    if (request.body().empty()) return read;
    const auto body = parse_json(request.body(), limits.value_depth);
    if (!body) return body.error();
    const auto* const object = body->if_object();
    if (object == nullptr) return wrong("the body must be an object");
    for (const auto& member : *object) {
        const auto* const text = member.value().if_string();
        if (member.key() == "payload") {
            read.payload = member.value();
        } else if (member.key() == "key") {
            if (member.value().is_object() || member.value().is_array())
                return wrong("'key' must be a text or a number");
            read.key = text == nullptr ? to_json(member.value()) : std::string(*text);
        } else if (member.key() == "keep") {
            read.keep = text == nullptr ? std::nullopt : parse_duration(*text);
            if (!read.keep) return wrong("'keep' must be a duration such as 1h");
        } else {
            return wrong("unknown key '" + std::string(member.key()) + "'");
        }
    }
    if (read.key.size() > limits.name_length) return wrong("'key' is too long");
    return read;
}

task<Response> send_signal(Engine& engine, Request request) {
    std::string name(request.parameter("name"));
    auto body = body_of(request, engine.limits());
    if (!body) co_return error_response(body.error());
    if (name.empty() || name.size() > engine.limits().name_length)
        co_return error_response(
            {"invalid_parameter", "a signal's name has 1 to 200 bytes", Value{}});
    const auto sent = co_await engine.signal(std::move(name), std::move(body->key),
                                             std::move(body->payload), body->keep);
    if (!sent) co_return error_response(sent.error());
    Object answer;
    answer["delivered"] = sent->execution.has_value();
    answer["execution_id"] = sent->execution ? Value(sent->execution->to_string()) : Value(nullptr);
    answer["kept_until"] = sent->kept_until ? Value(to_rfc3339(*sent->kept_until)) : Value(nullptr);
    co_return Response::json(sent->execution ? 200 : 202, std::move(answer));
}

}  // namespace

void mount_signals(Router& router, Engine& engine) {
    router
        .add({Method::post,
              "/api/v1/signals/{name}",
              handlers_of(engine)(send_signal),
              "send_signal",
              Access::executor,
              {"application/json"}})
        .value();
}

}  // namespace sluice::http
