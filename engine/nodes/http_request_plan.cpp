#include "engine/nodes/http_request_plan.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/model/base64.hpp"
#include "engine/model/json_text.hpp"
#include "engine/nodes/http_fields.hpp"
#include "engine/nodes/http_url.hpp"
#include "engine/nodes/parameter_reader.hpp"

namespace sluice {
namespace {

constexpr std::array<std::string_view, 15> known_keys{"url",
                                                      "method",
                                                      "headers",
                                                      "query",
                                                      "json",
                                                      "form",
                                                      "body",
                                                      "auth",
                                                      "follow_redirects",
                                                      "timeout",
                                                      "max_response_bytes",
                                                      "verify_tls",
                                                      "fail_on_status",
                                                      "parse",
                                                      "log"};

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// As people write it: Boost.JSON would serialize 1.5 as 1.5E0.
std::string scalar_text(const Value& value) {
    if (const auto* text = value.if_string()) return std::string(*text);
    if (const auto* number = value.if_double()) {
        std::array<char, 32> buffer{};
        const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), *number);
        return {buffer.data(), written.ptr};
    }
    return to_json(value);
}

/// Collects the request and every problem on the way.
class Planner {
  public:
    Planner(const Object& parameters, const Limits& limits)
        : reader_("http.request", parameters), limits_(limits) {}

    node_result<HttpRequestPlan> plan() {
        reader_.only(known_keys);
        read_method();
        read_url();
        read_headers();
        read_body();
        read_auth();
        read_redirects();
        plan_.request.timeout = reader_.timeout().value_or(limits_.client_timeout);
        read_size();
        reader_.flag("verify_tls", plan_.request.verify_tls);
        reader_.flag("fail_on_status", plan_.fail_on_status);
        reader_.flag("parse", plan_.parse);
        reader_.flag("log", plan_.log);
        if (auto failure = reader_.failure()) return std::move(*failure);
        return std::move(plan_);
    }

  private:
    void read_method() {
        auto method = reader_.text("method");
        if (!method) return;
        for (char& character : *method)
            if (character >= 'a' && character <= 'z') character = static_cast<char>(character - 32);
        if (!is_http_token(*method) || *method == "CONNECT")
            reader_.problem("method", "must be a method such as GET, POST, PUT, PATCH or DELETE");
        else
            plan_.request.method = std::move(*method);
    }

    void read_url() {
        auto url = reader_.text("url");
        const auto query = read_pairs("query");
        if (!url) {
            if (reader_.find("url") == nullptr) reader_.problem("url", "is missing");
            return;
        }
        if (const auto parsed = parse_http_url(*url); !parsed) {
            reader_.problem("url", parsed.error().message);
            return;
        }
        plan_.request.url = append_query(*url, query);
    }

    void read_headers() {
        plan_.request.headers = read_pairs("headers");
        for (const auto& [name, value] : plan_.request.headers) {
            if (!is_http_token(name))
                reader_.problem("headers." + name, "is not a header name");
            else if (!is_http_field_value(value))
                reader_.problem("headers." + name,
                                "must not contain line breaks or control characters");
        }
    }

    /// An object of scalars or arrays of scalars; nulls are left out.
    Pairs read_pairs(std::string_view key) {
        Pairs pairs;
        const auto* value = reader_.find(key);
        if (value == nullptr) return pairs;
        const auto* object = value->if_object();
        if (object == nullptr) {
            reader_.problem(std::string(key), "must be an object");
            return pairs;
        }
        for (const auto& item : *object) {
            if (const auto* items = item.value().if_array()) {
                for (const auto& each : *items) add_pair(pairs, key, item.key(), each);
            } else {
                add_pair(pairs, key, item.key(), item.value());
            }
        }
        return pairs;
    }

    void add_pair(Pairs& pairs, std::string_view key, std::string_view name, const Value& value) {
        if (value.is_null()) return;
        if (value.is_structured())
            reader_.problem(std::string(key) + '.' + std::string(name),
                            "must be text, a number, a boolean or an array of these");
        else
            pairs.emplace_back(name, scalar_text(value));
    }

    void read_body() {
        const auto* json = reader_.find_even_null("json");
        const auto* form = reader_.find("form");
        const auto* body = reader_.find("body");
        if ((json != nullptr) + (form != nullptr) + (body != nullptr) > 1) {
            reader_.problem("body", "only one of `json`, `form` and `body` may be given");
            return;
        }
        if (json != nullptr) set_json(*json);
        if (form != nullptr) {
            plan_.request.body = form_encode(read_pairs("form"));
            add_header("Content-Type", "application/x-www-form-urlencoded");
        }
        if (body == nullptr) return;
        if (const auto* text = body->if_string()) {
            plan_.request.body = std::string(*text);
            add_header("Content-Type", "text/plain; charset=utf-8");
        } else if (const auto* encoded = base64_of(*body)) {
            auto bytes = base64_decode(*encoded);
            if (!bytes) return reader_.problem("body.base64", "is not base64");
            plan_.request.body = std::move(*bytes);
            add_header("Content-Type", "application/octet-stream");
        } else {
            set_json(*body);
        }
    }

    /// The text of `{base64: text}`: what bodies of bytes are rendered as.
    static const boost::json::string* base64_of(const Value& body) {
        const auto* object = body.if_object();
        if (object == nullptr || object->size() != 1) return nullptr;
        const auto* value = object->if_contains("base64");
        return value == nullptr ? nullptr : value->if_string();
    }

    void set_json(const Value& value) {
        plan_.request.body = to_json(value);
        add_header("Content-Type", "application/json");
    }

    void read_auth() {
        const auto* value = reader_.find("auth");
        if (value == nullptr) return;
        const auto* auth = value->if_object();
        if (auth != nullptr && auth->size() == 1) {
            if (const auto* bearer = auth->if_contains("bearer")) return set_bearer(*bearer);
            if (const auto* basic = auth->if_contains("basic")) return set_basic(*basic);
        }
        reader_.problem("auth", "must be {basic: {username, password}} or {bearer: token}");
    }

    void set_bearer(const Value& value) {
        const auto* token = value.if_string();
        if (token == nullptr || token->empty() || !is_http_field_value(*token))
            return reader_.problem("auth.bearer",
                                   "must be a token: text without control characters");
        authorize("Bearer " + std::string(*token));
    }

    void set_basic(const Value& value) {
        // RFC 7617 §2: no colon in the user name, because the first one ends it.
        const auto* basic = value.if_object();
        const auto text_of = [basic](std::string_view key) -> const boost::json::string* {
            const auto* found = basic == nullptr ? nullptr : basic->if_contains(key);
            return found == nullptr ? nullptr : found->if_string();
        };
        const auto* username = text_of("username");
        const auto* password = text_of("password");
        if (username == nullptr || password == nullptr || basic->size() != 2)
            return reader_.problem("auth.basic", "must be {username, password}, both text");
        if (username->find(':') != boost::json::string::npos)
            return reader_.problem("auth.basic.username", "must not contain a colon");
        authorize("Basic " + base64_encode(std::string(*username) + ':' + std::string(*password)));
    }

    void authorize(std::string value) {
        if (find_http_header(plan_.request.headers, "Authorization") != nullptr)
            reader_.problem("auth", "is given twice: remove the Authorization header");
        else
            plan_.request.headers.emplace_back("Authorization", std::move(value));
    }

    void read_redirects() {
        auto& most = plan_.request.max_redirects;
        most = limits_.client_redirects;
        const auto* value = reader_.find("follow_redirects");
        if (value == nullptr) return;
        if (const auto* flag = value->if_bool()) {
            if (!*flag) most = 0;
        } else if (const auto count = nodes::whole_number(*value, limits_.client_redirects)) {
            most = static_cast<std::size_t>(*count);
        } else {
            reader_.problem("follow_redirects", "must be true, false or a number from 0 to " +
                                                    std::to_string(limits_.client_redirects));
        }
    }

    void read_size() {
        auto& most = plan_.request.max_response_bytes;
        most = limits_.client_response_bytes;
        const auto* value = reader_.find("max_response_bytes");
        if (value == nullptr) return;
        if (const auto bytes = nodes::whole_number(*value, limits_.client_response_bytes))
            most = static_cast<std::size_t>(*bytes);
        else
            reader_.problem(
                "max_response_bytes",
                "must be a number from 0 to " + std::to_string(limits_.client_response_bytes));
    }

    void add_header(std::string_view name, std::string_view value) {
        if (find_http_header(plan_.request.headers, name) == nullptr)
            plan_.request.headers.emplace_back(name, value);
    }

    nodes::ParameterReader reader_;
    const Limits& limits_;
    HttpRequestPlan plan_;
};

}  // namespace

node_result<HttpRequestPlan> plan_http_request(const Value& parameters, const Limits& limits) {
    const auto* object = parameters.if_object();
    if (object == nullptr)
        return NodeError{"invalid_parameters", "the parameters of http.request must be an object",
                         nullptr, false};
    return Planner(*object, limits).plan();
}

}  // namespace sluice
