#include "engine/nodes/http_response_value.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>

#include "engine/model/ascii.hpp"
#include "engine/model/base64.hpp"
#include "engine/model/timestamp.hpp"
#include "engine/model/utf8.hpp"

namespace sluice {
namespace {

std::string lower(std::string_view text) {
    std::string lowered(text);
    for (char& character : lowered) character = ascii_lower(character);
    return lowered;
}

/// `type/subtype` without parameters, in lower case.
std::string media_type(const HttpHeaders& headers) {
    for (const auto& [name, value] : headers) {
        if (name != "content-type") continue;
        auto type = lower(std::string_view(value).substr(0, value.find(';')));
        while (type.ends_with(' ') || type.ends_with('\t')) type.pop_back();
        return type;
    }
    return {};
}

Object render_headers(const HttpHeaders& headers) {
    Object rendered;
    for (const auto& [name, value] : headers) {
        const auto text = utf8_or_latin1(value);
        auto& slot = rendered[utf8_or_latin1(lower(name))];
        if (name == "set-cookie") {
            if (slot.is_null()) slot.emplace_array();
            slot.as_array().emplace_back(text);
        } else if (auto* present = slot.if_string()) {
            present->append(", ");
            present->append(text);
        } else {
            slot = text;
        }
    }
    return rendered;
}

Value render_plain(const std::string& body) {
    if (is_valid_utf8(body)) return Value(body);
    return Object{{"base64", base64_encode(body)}};
}

bool is_json(std::string_view type) {
    return type == "application/json" || type.ends_with("+json");
}

node_result<Value> render_body(const std::string& body, std::string_view type, unsigned status,
                               const Limits& limits) {
    if (!is_json(type)) return render_plain(body);
    std::string_view text = body;
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);  // a byte order mark (RFC 8259 §8.1)
    if (text.empty()) return Value(nullptr);
    boost::json::parse_options options;
    options.max_depth = limits.value_depth;
    boost::system::error_code error;
    Value parsed = boost::json::parse(text, error, {}, options);
    if (!error) return parsed;
    if (status >= 400) return render_plain(body);
    return NodeError{"http_invalid_json",
                     "the answer says it is " + std::string(type) +
                         ", but it does not parse: " + error.message(),
                     Object{{"status", status}, {"content_type", type}, {"bytes", body.size()}},
                     false};
}

std::string_view header_text(const Object& headers, std::string_view name) {
    const auto* value = headers.if_contains(name);
    const auto* text = value != nullptr ? value->if_string() : nullptr;
    return text == nullptr ? std::string_view() : std::string_view(text->data(), text->size());
}

/// Seconds, or a date (RFC 9110 §10.2.3), which counts from the answer's own `Date`: the two clocks
/// need not agree.
std::optional<std::int64_t> retry_after_ms(const Object& headers) {
    const std::string_view text = header_text(headers, "retry-after");
    std::uint32_t seconds = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (parsed.ec == std::errc() && parsed.ptr == text.data() + text.size())
        return static_cast<std::int64_t>(seconds) * 1'000;
    const auto until = parse_http_date(text);
    const auto answered = parse_http_date(header_text(headers, "date"));
    if (!until || !answered || *until < *answered) return std::nullopt;
    return (*until - *answered).count();
}

bool is_transient(std::int64_t status) {
    return status == 408 || status == 425 || status == 429 || (status >= 500 && status <= 599);
}

}  // namespace

node_result<Value> render_http_response(const HttpResponse& response, const Limits& limits,
                                        bool parse) {
    node_result<Value> body =
        parse ? render_body(response.body, media_type(response.headers), response.status, limits)
              : render_plain(response.body);
    if (!body) return body.error();
    Object rendered;
    rendered.reserve(3);
    rendered["status"] = response.status;
    rendered["headers"] = render_headers(response.headers);
    rendered["body"] = std::move(*body);
    return Value(std::move(rendered));
}

std::optional<NodeError> status_failure(const Value& rendered) {
    const auto& answer = rendered.as_object();
    const auto status = answer.at("status").to_number<std::int64_t>();
    if (status < 400) return std::nullopt;
    Object details = answer;
    if (const auto delay = retry_after_ms(answer.at("headers").as_object()))
        details["retry_after_ms"] = *delay;
    return NodeError{"http_status", "the service answered with status " + std::to_string(status),
                     std::move(details), is_transient(status)};
}

}  // namespace sluice
