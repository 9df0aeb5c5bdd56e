// /api/v1/namespaces/{namespace}/kv: the durable values that `kv.*` nodes share.
#include <charconv>
#include <cstdint>
#include <utility>

#include "engine/model/duration.hpp"
#include "engine/model/json_text.hpp"
#include "engine/model/timestamp.hpp"
#include "engine/nodes/kv_entry.hpp"
#include "http/api/api.hpp"
#include "http/api/handler.hpp"
#include "http/api/query.hpp"

namespace sluice::http {
namespace {

EntryKey key_of(const Request& request) {
    return {std::string(request.parameter("namespace")), std::string(request.parameter("key"))};
}

Value render_entry(const EntryKey& key, const Entry& entry) {
    return Object{{"namespace", key.entry_namespace},
                  {"key", key.key},
                  {"value", nodes::entry_value(entry)},
                  {"version", entry.version},
                  {"created_at", to_rfc3339(entry.created)},
                  {"updated_at", to_rfc3339(entry.updated)},
                  {"expires_at", entry.expires ? Value(to_rfc3339(*entry.expires)) : Value()}};
}

/// `"3-1800000000000"`: the version, and when the entry was created, because one that was deleted
/// and created anew counts from 1 again.
std::string etag_of(const Entry& entry) {
    return '"' + std::to_string(entry.version) + '-' +
           std::to_string(entry.created.time_since_epoch().count()) + '"';
}

/// Reads an ETag into `condition`; the version alone, `"3"`, will do.
bool read_etag(std::string_view text, EntryCondition& condition) {
    if (text.size() < 3 || text.front() != '"' || text.back() != '"') return false;
    text = text.substr(1, text.size() - 2);
    const auto* const last = text.data() + text.size();
    std::int64_t number = 0;
    auto end = std::from_chars(text.data(), last, number);
    if (end.ec != std::errc() || number < 1) return false;
    condition.version = number;
    if (end.ptr == last) return true;
    if (*end.ptr != '-') return false;
    end = std::from_chars(end.ptr + 1, last, number);
    condition.created = WallTime(Milliseconds(number));
    return end.ec == std::errc() && end.ptr == last;
}

/// RFC 9110 §13.1: `If-Match` with an ETag or `*`, `If-None-Match: *`.
result<EntryCondition> condition_of(const Request& request) {
    EntryCondition condition;
    const std::string_view match = request.header("if-match");
    const std::string_view none = request.header("if-none-match");
    if (match == "*")
        condition.present = true;
    else if (!match.empty() && !read_etag(match, condition))
        return Error{"invalid_parameter", "If-Match must be the ETag of the entry, or *", {}};
    if (none == "*")
        condition.absent = true;
    else if (!none.empty())
        return Error{"invalid_parameter", "If-None-Match must be *: set it only if it is new", {}};
    return condition;
}

struct PutBody {
    Value value;
    std::optional<std::chrono::milliseconds> ttl;
};

result<PutBody> body_of(const Request& request, const Limits& limits) {
    const auto wrong = [](std::string_view what) {
        return Error{
            "invalid_body", std::string(what) + R"(; the body is {"value": ..., "ttl": "1h"})", {}};
    };
    auto body = parse_json(request.body(), limits.value_depth + 1);
    if (!body) return body.error();
    auto* const object = body->if_object();
    Value* const value = object == nullptr ? nullptr : object->if_contains("value");
    if (value == nullptr) return wrong("the body must be an object with a 'value'");
    PutBody read;
    for (const auto& member : *object) {
        const auto* const text = member.value().if_string();
        if (member.key() == "value") continue;
        if (member.key() != "ttl") return wrong("unknown key '" + std::string(member.key()) + "'");
        if (member.value().is_null()) continue;
        read.ttl = text == nullptr ? std::nullopt : parse_duration(*text);
        if (!read.ttl) return wrong("'ttl' must be a duration such as 1h");
    }
    read.value = std::move(*value);
    return read;
}

task<Response> list_entries(Engine& engine, Request request) {
    const auto limit = limit_of(request);
    if (!limit) co_return error_response(limit.error());
    EntryFilter filter;
    filter.entry_namespace = request.parameter("namespace");
    filter.prefix = request.query("prefix").value_or("");
    filter.after = request.query("cursor");
    filter.now = engine.clock().wall();
    filter.limit = *limit + 1;
    const auto found = co_await engine.records().entries(std::move(filter));
    Array items;
    for (const auto& record : found)
        if (items.size() < *limit) items.push_back(render_entry(record.key, *record.entry));
    Object page{{"items", std::move(items)}, {"next_cursor", nullptr}};
    if (found.size() > *limit) page["next_cursor"] = found[*limit - 1].key.key;
    co_return Response::json(200, std::move(page));
}

task<Response> get_entry(Engine& engine, Request request) {
    const auto key = key_of(request);
    const auto entry = co_await engine.entry(key);
    if (!entry) co_return error_response(entry.error());
    co_return Response::json(200, render_entry(key, *entry)).with("ETag", etag_of(*entry));
}

task<Response> put_entry(Engine& engine, Request request) {
    const auto key = key_of(request);
    const auto condition = condition_of(request);
    if (!condition) co_return error_response(condition.error());
    auto body = body_of(request, engine.limits());
    if (!body) co_return error_response(body.error());
    const auto written =
        co_await engine.put_entry(key, std::move(body->value), body->ttl, *condition);
    if (!written) co_return error_response(written.error());
    co_return Response::json(written->created ? 201 : 200, render_entry(key, written->entry))
        .with("ETag", etag_of(written->entry));
}

task<Response> delete_entry(Engine& engine, Request request) {
    const auto condition = condition_of(request);
    if (!condition) co_return error_response(condition.error());
    const auto removed = co_await engine.remove_entry(key_of(request), *condition);
    if (!removed) co_return error_response(removed.error());
    co_return Response::empty();
}

}  // namespace

void mount_entries(Router& router, Engine& engine) {
    const auto with = handlers_of(engine);
    const std::string entries = "/api/v1/namespaces/{namespace}/kv";
    const std::string entry = entries + "/{key}";
    router.add({Method::get, entries, with(list_entries), "list_entries", Access::viewer}).value();
    router.add({Method::get, entry, with(get_entry), "get_entry", Access::viewer}).value();
    router
        .add({Method::put,
              entry,
              with(put_entry),
              "put_entry",
              Access::editor,
              {"application/json"}})
        .value();
    router.add({Method::delete_, entry, with(delete_entry), "delete_entry", Access::editor})
        .value();
}

}  // namespace sluice::http
